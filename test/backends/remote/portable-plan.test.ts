import { expect, test } from "vitest";
import { repeatableKeys } from "../../../lib/backends/remote/action-keys.ts";
import { portablePlan } from "../../../lib/backends/remote/portable-plan.ts";
import type { LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import { type Column, col, functions as F, type SparkSession } from "../../../lib/firecrest.ts";
import { openSession } from "../../support/sessions.ts";

const spark = await openSession({ "spark.firecrest.memory": "1g" });
const here = { folder: import.meta.dirname, sharesFiles: true };
const elsewhere = { folder: import.meta.dirname, sharesFiles: false };

/** A plan with columns by DataFrame, a lambda and a cached part, as each run of a program makes it anew. */
function program(session: SparkSession): LogicalPlan {
  const numbers = session
    .range(10)
    .withColumn(
      "list",
      F.transform(F.array(col("id")), (x: Column) => x.plus(1)),
    )
    .cache();
  return numbers.join(session.range(3), numbers.col("id").eq(3)).select(numbers.col("list")).plan;
}

test("two runs of a program make the same plan", () => {
  const [first, second] = [program(spark), program(spark)];
  expect(first).not.toEqual(second);
  expect(portablePlan(first, here)).toEqual(portablePlan(second, here));
});

test("different plans stay different", () => {
  expect(portablePlan(spark.range(3).plan, here)).not.toEqual(portablePlan(spark.range(4).plan, here));
});

test("places are told from the program's folder", () => {
  expect(portablePlan(spark.range(3).plan, here).origin).toMatch(/^portable-plan\.test\.ts:\d+:\d+$/);
});

test.each(["data/in.csv", "/data/in.csv", "file:/data/in.csv"])("%s does not go to a service elsewhere", (path) => {
  expect(() => portablePlan(spark.read.csv(path).plan, elsewhere)).toThrow(path);
  expect(() => portablePlan(spark.read.csv("s3://bucket/in.csv").plan, elsewhere)).not.toThrow();
});

test("a service on this machine gets whole paths", () => {
  expect(portablePlan(spark.read.csv("data/in.csv").plan, here)).toMatchObject({ paths: [`${process.cwd()}/data/in.csv`] });
});

test("the same action again gets a key of its own, and each run of the program the same keys in any order", () => {
  const count = { kind: "query", name: "a", plan: { kind: "count" } } as const;
  const other = { kind: "query", name: "a", plan: { kind: "other" } } as const;
  const [first, second] = [repeatableKeys("parent"), repeatableKeys("parent")];
  const keys = [first(count), first(other), first(count)];
  expect(new Set(keys).size).toBe(3);
  expect([second(other), second(count), second(count)]).toEqual([keys[1], keys[0], keys[2]]);
  expect(repeatableKeys("another")(count)).not.toBe(keys[0]);
});
