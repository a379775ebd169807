import { beforeAll, describe, expect, it } from "vitest";
import { type TpchTable, tpchQueries } from "../../../benchmarks/tpch.ts";
import { costReport } from "../../../lib/engine/cost/cost.ts";
import { compareEstimate } from "../../../lib/engine/cost/cost-text.ts";
import { estimateJob } from "../../../lib/engine/cost/estimate.ts";
import { lambdaEnvironment } from "../../../lib/engine/cost/function-environment.ts";
import { awsPrices } from "../../../lib/engine/cost/prices.ts";
import { addUsage } from "../../../lib/engine/cost/usage.ts";
import type { CompiledJob } from "../../../lib/engine/engine.ts";
import type { SparkSession } from "../../../lib/firecrest.ts";
import { openSession, temporaryFolder } from "../../support/sessions.ts";
import { MeteredEngine } from "./metered-engine.ts";

/** TPC-H's shapes: 3,000 customers, 30,000 orders of up to 15 lines, each table in a few files. */
const selects: Readonly<Record<TpchTable, string>> = {
  customer: `
    SELECT i::BIGINT AS c_custkey, 'Customer#' || i AS c_name, ['BUILDING', 'MACHINERY', 'FURNITURE'][1 + (i % 3)::INT] AS c_mktsegment
    FROM range(1, 3001) t(i)`,
  orders: `
    SELECT (i * 4)::BIGINT AS o_orderkey, (1 + (i * 7) % 3000)::BIGINT AS o_custkey, (1000 + (i * 7919) % 90000 / 100)::DECIMAL(15, 2) AS o_totalprice,
      (DATE '1992-01-01' + ((i * 31) % 2400)::INT) AS o_orderdate, 0::INT AS o_shippriority,
      ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'][1 + (i % 5)::INT] AS o_orderpriority
    FROM range(1, 30001) t(i)`,
  lineitem: `
    SELECT o_orderkey AS l_orderkey, n::INT AS l_linenumber, (1 + (o_orderkey * 13 + n * 17) % 50)::DECIMAL(15, 2) AS l_quantity,
      ((90000 + (o_orderkey * 7907 + n * 104729) % 9000000) / 100)::DECIMAL(15, 2) AS l_extendedprice,
      ((o_orderkey + n * 3) % 11 / 100)::DECIMAL(15, 2) AS l_discount, ((o_orderkey * 5 + n) % 9 / 100)::DECIMAL(15, 2) AS l_tax,
      ['R', 'A', 'N'][1 + ((o_orderkey + n) % 3)::INT] AS l_returnflag, ['O', 'F'][1 + (n % 2)::INT] AS l_linestatus,
      o_orderdate + (1 + (o_orderkey * 3 + n * 11) % 121)::INT AS l_shipdate, o_orderdate + (30 + (o_orderkey + n) % 61)::INT AS l_commitdate,
      o_orderdate + (2 + (o_orderkey * 3 + n * 11) % 121 + n % 30)::INT AS l_receiptdate,
      ['MAIL', 'SHIP', 'AIR', 'RAIL', 'TRUCK'][1 + ((o_orderkey * 3 + n) % 5)::INT] AS l_shipmode
    FROM orders, range(1, 16) t(n) WHERE n <= 1 + (o_orderkey / 4) % 15`,
};
const files = 3;

let engine: MeteredEngine;
let spark: SparkSession;

beforeAll(async () => {
  spark = await openSession();
  engine = await MeteredEngine.open(await temporaryFolder());
  for (const table of ["customer", "orders", "lineitem"] as const) {
    await engine.kernel.run(`CREATE TEMP TABLE ${table} AS ${selects[table]}`);
    for (let i = 0; i < files; i++)
      await engine.table(`memory://tpch/${table}/part-${i}.parquet`, `SELECT * FROM ${table} WHERE rowid % ${files} = ${i}`);
  }
}, 120_000);

const compiled = (query: keyof typeof tpchQueries, conf: Readonly<Record<string, string>> = {}): Promise<CompiledJob> => {
  const frame = tpchQueries[query]((table) => spark.read.parquet(`memory://tpch/${table}`));
  return engine.compile(frame.plan, { ...spark.conf.forEngine(), ...conf });
};

const shuffled = { "spark.sql.autoBroadcastJoinThreshold": "-1" };

describe.each([
  ["q01", {}],
  ["q03", {}],
  ["q03", shuffled],
  ["q06", {}],
  ["q12", {}],
  ["q12", shuffled],
] as const)("an estimate of %s with %o", (query, conf) => {
  it("knows tasks, files and their requests exactly, and all else by order of magnitude", { timeout: 60_000 }, async () => {
    const job = await compiled(query, conf);
    const estimate = estimateJob(job.graph, lambdaEnvironment, awsPrices.arm64);
    const { outcome, seconds } = await engine.run(job, { prices: awsPrices.arm64 });
    const sum = (of: (m: (typeof outcome.metrics)[number]) => number) => outcome.metrics.reduce((total, m) => total + of(m), 0);
    const comparison = compareEstimate(estimate, {
      seconds,
      tasks: outcome.usage.stages.reduce((total, { usage }) => total + usage.invocations, 0),
      bytesRead: sum((m) => m.bytesRead),
      bytesShuffleRead: sum((m) => m.bytesShuffleRead),
      cost: costReport(outcome.usage, awsPrices.arm64),
    }).join("\n");

    expect(estimate.tasks, comparison).toBe(outcome.usage.stages.reduce((total, { usage }) => total + usage.invocations, 0));
    for (const [i, { usage }] of outcome.usage.stages.entries()) {
      if (job.graph.stages[i]!.inputs.length > 0) continue;
      expect(outcome.metrics[i]!.bytesRead, comparison).toBe(estimate.stages[i]!.bytesRead);
      expect(usage.storeReads, comparison).toBe(estimate.stages[i]!.usage.storeReads);
    }
    const used = outcome.usage.stages.map(({ usage }) => usage).reduce(addUsage);
    const expected = estimate.stages.map(({ usage }) => usage).reduce(addUsage);
    within(2, used.storeReads, expected.storeReads, comparison);
    within(2, used.storeWrites, expected.storeWrites, comparison);
    within(1.1, used.queueRequests, expected.queueRequests, comparison);
    within(
      10,
      sum((m) => m.bytesShuffleRead),
      estimate.stages.reduce((total, stage) => total + stage.bytesShuffleRead, 0),
      comparison,
    );
  });
});

function within(factor: number, actual: number, expected: number, message: string): void {
  if (actual === 0 && expected === 0) return;
  expect(actual / expected, `${actual} for ${expected}\n${message}`).toBeGreaterThan(1 / factor);
  expect(actual / expected, `${actual} for ${expected}\n${message}`).toBeLessThan(factor);
}
