import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "../../lib/engine/logical/json-values.ts";
import { planToJson } from "../../lib/engine/logical/plan-json.ts";
import { arrowToRows } from "../../lib/engine/types/convert.ts";
import { typeFromJson } from "../../lib/engine/types/json.ts";
import { col, functions as F, type SparkSession } from "../../lib/firecrest.ts";
import { isOver, type JobStatus } from "../../lib/service/records.ts";
import { type FunctionsBench, openFunctions, pump } from "../support/functions.ts";
import { localStackUnavailable, sharedLocalStack } from "../support/localstack.ts";
import { forcedExchanges, openSession, temporaryFolder } from "../support/sessions.ts";
import { upload } from "../support/tpch.ts";

const unavailable = localStackUnavailable();

describe.skipIf(unavailable)(`jobs on functions${unavailable ? ` (skipped: ${unavailable})` : ""}`, () => {
  let bench: FunctionsBench;
  let spark: SparkSession;

  beforeAll(async () => {
    const { endpoint } = await sharedLocalStack();
    [bench, spark] = await Promise.all([openFunctions({ endpoint }), openSession(forcedExchanges)]);
    const folder = join(await temporaryFolder(), "numbers");
    await spark.range(0, 20_000, 1, 4).withColumn("rest", col("id").mod(7)).write.parquet(folder);
    const files = (await readdir(folder)).filter((name) => name.endsWith(".parquet"));
    await upload(folder, endpoint, bench.bucket, "data/numbers", files);
  }, 600_000);

  /** Runs a query with a lane of coordinators and two of tasks. */
  async function run(plan: Json, conf = forcedExchanges as Readonly<Record<string, string>>): Promise<JobStatus> {
    const { status } = await bench.jobs.submit({ kind: "query", plan, conf }, "tests");
    let last = status;
    const over = () => isOver(last.state);
    const lanes = [
      pump(bench, bench.wakes, bench.handlers.coordinator, over),
      ...[0, 0, 1].map((tier) => pump(bench, bench.tasks[tier]!, bench.handlers.task, over)),
    ];
    while (!over()) last = await bench.jobs.changed(status.job, last.version, 5_000);
    await Promise.all(lanes);
    return last;
  }

  test("a query over Parquet with every exchange gives what the embedded engine gives", async () => {
    const query = spark.read
      .schema("id bigint, rest bigint")
      .parquet(`s3://${bench.bucket}/data/numbers`)
      .groupBy("rest")
      .agg(F.count("*").alias("n"), F.sum("id").alias("sum"))
      .orderBy("rest");
    const status = await run(planToJson(query.plan));
    expect(status.error).toBeUndefined();
    const page = await bench.jobs.page(status.job, 0);
    const rows = page.kind === "inline" ? [...arrowToRows(page.arrow, typeFromJson(status.result!.schema) as never)] : [];
    expect(rows.length).toBe(7);
  });
  afterAll(() => {});
});
