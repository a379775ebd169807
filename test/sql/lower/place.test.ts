import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FirecrestError } from "../../../lib/engine/errors.ts";
import { functions as F, SparkSession } from "../../../lib/firecrest.ts";
import { unplaced } from "../../../lib/sql/syntax/span.ts";

const folder = mkdtempSync(join(tmpdir(), "firecrest-place-"));
let spark: SparkSession;

beforeAll(async () => {
  spark = await SparkSession.builder.master("local[1]").config("spark.sql.warehouse.dir", folder).create();
});
afterAll(async () => {
  await spark.stop();
  rmSync(folder, { recursive: true, force: true });
});

const failure = async (run: () => Promise<unknown>): Promise<FirecrestError> =>
  run().then(
    () => expect.fail("it should have failed"),
    (thrown) => thrown,
  );
const ofText = (text: string) => failure(async () => (await spark.sql(text)).collect());
/** The piece of the text that an error shows. */
const shown = async (text: string) => (await ofText(text)).context?.fragment;

describe("an error of a row shows the expression that failed", () => {
  test.each([
    ["SELECT id, 1 + id / 0 AS q FROM range(2)", "id / 0"],
    ["SELECT 7 % (id - 1) FROM range(2)", "7 % (id - 1)"],
    ["SELECT 1 + cast(concat('x', id) AS INT) FROM range(2)", "cast(concat('x', id) AS INT)"],
    ["SELECT concat('x', id) :: INT FROM range(2)", "concat('x', id) :: INT"],
    ["SELECT 'x' + id FROM range(1)", "'x' + id"],
    ["SELECT IF(true, concat('x', id), DATE '2020-01-01') FROM range(1)", "IF(true, concat('x', id), DATE '2020-01-01')"],
    ["SELECT array(1, 2)[cast(id AS INT) + 5] FROM range(1)", "array(1, 2)[cast(id AS INT) + 5]"],
    ["SELECT element_at(array(id), 5) FROM range(1)", "element_at(array(id), 5)"],
    ["SELECT 9223372036854775807 - id, 9223372036854775807 + id FROM range(1, 2)", "9223372036854775807 + id"],
    ["SELECT 2147483647 + 1", "2147483647 + 1"],
    ["SELECT cast(123.456 AS DECIMAL(3, 2))", "cast(123.456 AS DECIMAL(3, 2))"],
    ["SELECT (SELECT id FROM range(2))", "(SELECT id FROM range(2))"],
    ["SELECT sum(10 DIV id) FROM range(2)", "10 DIV id"],
    ["SELECT count(1) FROM range(3) GROUP BY 10 DIV (id - 1)", "10 DIV (id - 1)"],
    ["SELECT 1 FROM range(3) WHERE 10 DIV (id - 1) > 1", "10 DIV (id - 1)"],
    ["SELECT a.id FROM range(3) a JOIN range(3) b ON a.id = 10 DIV b.id", "10 DIV b.id"],
    ["SELECT q + 1 FROM (SELECT 10 DIV id AS q FROM range(3))", "10 DIV id"],
    ["SELECT sum(10 DIV id) OVER (ORDER BY id) FROM range(3)", "10 DIV id"],
    ["SELECT transform(array(0), x -> 1 / x)", "1 / x"],
  ])("%s", async (text, fragment) => {
    expect(await shown(text)).toBe(fragment);
  });

  test("the first one, where several fail alike", async () => {
    expect(await shown("SELECT id DIV 0 AS a, 5 DIV (id - id) AS b FROM range(1)")).toBe("id DIV 0");
  });

  test("after a shuffle", async () => {
    const text = "SELECT k, 10 DIV (count(*) - 5) AS q FROM (SELECT /*+ REPARTITION(4) */ id % 2 AS k FROM range(10)) GROUP BY k";
    expect(await shown(text)).toBe("10 DIV (count(*) - 5)");
  });

  test("with its line, its position and the text around", async () => {
    const error = await ofText("SELECT 1,\n  id / 0 AS q\nFROM range(1)");
    expect(error.context?.summary).toBe("== SQL (line 2, position 3) ==\n  id / 0 AS q\n  ^^^^^^\n");
    expect(error.message).not.toContain("== SQL");
  });
});

describe("an error of analysis shows what it is about", () => {
  test.each([
    ["SELECT nope FROM range(1)", "nope"],
    ["SELECT * FROM nowhere", "nowhere"],
    ["SELECT 1 + array(1)", "1 + array(1)"],
    ["SELECT DATE '2020-13-01'", "DATE '2020-13-01'"],
    ["SELECT INTERVAL '1' YEAR TO MONTH", "'1' YEAR TO MONTH"],
    ["SELECT id FROM range(1) ORDER BY 3", "3"],
    ["SELECT id FROM range(1) WHERE id IN (array(1))", "IN (array(1))"],
    ["SELECT cast(1 AS BINT)", "BINT"],
    ["SELECT dateadd('DAY', 1, id) FROM range(1)", "dateadd('DAY', 1, id)"],
    ["SELECT max(min(id)) FROM range(1)", "min(id)"],
    ["SELECT id % 2 AS k FROM range(1) GROUP BY 1 HAVING id > 0", "id"],
    ["SELECT g, 1 + sum(g) FROM VALUES (1) t(g) GROUP BY 7", "7"],
  ])("%s", async (text, fragment) => {
    expect(await shown(text)).toBe(fragment);
  });

  test("but none for text that is no statement", async () => {
    const error = await ofText("SELECT 1 FORM t");
    expect(error.context).toBeUndefined();
    expect(error.origin).toContain("(line 1, pos 14)");
  });
});

describe("what fails in a view", () => {
  test("is about the view's name in the statement, as in Spark", async () => {
    await spark.sql("CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 10 DIV (id - 1) AS d FROM range(3)");
    await spark.sql("CREATE VIEW kept AS SELECT 10 DIV (id - 1) AS d FROM range(3)");
    expect((await ofText("SELECT d + 1 FROM v")).context).toMatchObject({ fragment: "v", startIndex: 18, objectType: "" });
    expect(await shown("SELECT d FROM kept WHERE d > 0")).toBe("kept");
  });

  test("is about the view's text where no statement names it", async () => {
    const { context } = await failure(() => spark.table("v").collect());
    expect(context).toMatchObject({ objectType: "VIEW", objectName: "v", fragment: "10 DIV (id - 1)", startIndex: 7 });
    expect((await failure(() => spark.table("kept").collect())).context).toMatchObject({ objectName: "spark_catalog.default.kept" });
  });
});

test("EXECUTE IMMEDIATE shows its own text", async () => {
  const { context } = await ofText("EXECUTE IMMEDIATE 'SELECT 1 / (id - id) FROM range(1)'");
  expect(context).toMatchObject({ objectType: "EXECUTE IMMEDIATE", objectName: "", startIndex: 7, fragment: "1 / (id - id)" });
});

test("EXECUTE IMMEDIATE shows its text with the markers, and all of it where it does not parse", async () => {
  expect((await ofText("EXECUTE IMMEDIATE 'SELECT 2, ? / (:b - 1)' USING 123456 AS a, 1 AS b")).condition).toBeDefined();
  expect(await shown("EXECUTE IMMEDIATE 'SELECT :a, 1 / (:b - 1)' USING 123456 AS a, 1 AS b")).toBe("1 / (:b - 1)");
  expect(await shown("EXECUTE IMMEDIATE 'SELECT * FROM nowhere WHERE ? > 1' USING 123456")).toBe("nowhere");
  const { context } = await ofText("EXECUTE IMMEDIATE 'SELECT 1 FORM t'");
  expect(context).toMatchObject({ objectType: "EXECUTE IMMEDIATE", startIndex: 0, fragment: "SELECT 1 FORM t" });
});

test("a tree of another text, such as a default, stands nowhere in the statement", () => {
  const type = { kind: "day-time interval", start: "day", end: "second" };
  expect(unplaced({ kind: "cast", type, child: [{ start: 3, end: 5 }], start: 0, end: 9 })).toEqual({
    kind: "cast",
    type,
    child: [{ start: -1, end: -1 }],
    start: -1,
    end: -1,
  });
});

test("parameters keep the places of their markers", async () => {
  const { context } = await failure(async () => (await spark.sql("SELECT :a / 0 + 1", { a: 12345678 })).collect());
  expect(context).toMatchObject({ startIndex: 7, fragment: ":a / 0" });
});

test("SQL text inside DataFrame programs is a text of its own", async () => {
  expect((await failure(() => spark.range(3).select(F.expr("1 + id / 0")).collect())).context).toMatchObject({
    fragment: "id / 0",
    startIndex: 4,
  });
  expect((await failure(() => spark.range(3).filter("id / 0 > 1").collect())).context).toMatchObject({ fragment: "id / 0" });
});

test("a row's error of the TypeScript API tells the line of the call", async () => {
  const error = await failure(() => spark.range(3).select(spark.range(1).col("id").divide(0).alias("x")).collect());
  expect(error.context).toBeUndefined();
  const own = await failure(() => spark.range(3).select(F.expr("id").divide(0)).collect());
  expect(own.origin).toMatch(/place\.test\.ts:\d+:\d+$/);
});
