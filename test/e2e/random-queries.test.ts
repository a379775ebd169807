import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { batches } from "../../lib/engine/optimizer/rules.ts";
import { FirecrestError, type SparkSession } from "../../lib/firecrest.ts";
import { randomQuery, tableQueries } from "../support/random-query.ts";
import { forcedExchanges, openSession, temporaryFolder } from "../support/sessions.ts";

/** How many queries; RANDOM_QUERIES says another number for a long run. */
const QUERIES = Number(process.env.RANDOM_QUERIES ?? 40);
const seed = process.env.RANDOM_SEED === undefined ? {} : { seed: Number(process.env.RANDOM_SEED) };

const everyRule = [...new Set(batches.flatMap((batch) => batch.rules.map((rule) => rule.name)))].join(",");

let one: SparkSession;
let plain: SparkSession;
let many: SparkSession;

beforeAll(async () => {
  const folder = await temporaryFolder();
  one = await openSession();
  for (const [name, query] of Object.entries(tableQueries)) {
    await (await one.sql(query)).repartition(3).write.parquet(join(folder, name));
  }
  plain = one.newSession();
  plain.conf.set("spark.sql.optimizer.excludedRules", everyRule);
  many = await openSession({ ...forcedExchanges, "spark.sql.optimizer.runtime.bloomFilter.applicationSideScanSizeThreshold": "0" });
  for (const spark of [one, plain, many]) {
    for (const name of Object.keys(tableQueries)) spark.read.parquet(join(folder, name)).createOrReplaceTempView(name);
  }
});

/** The rows as sorted text; the condition where the query fails. */
async function answer(spark: SparkSession, query: string): Promise<readonly string[]> {
  try {
    const rows = await (await spark.sql(query)).collect();
    return rows.map((row) => JSON.stringify(Object.values(row).map(String))).sort();
  } catch (error) {
    if (error instanceof FirecrestError && error.condition !== "INTERNAL_ERROR") return [error.condition];
    throw new Error(`${query}: ${error}`, { cause: error });
  }
}

describe("random queries", () => {
  it("are planned by the rules that decide what moves", { timeout: 60_000 }, async () => {
    const written = many.newSession();
    written.conf.set("spark.sql.cbo.joinReorder.enabled", "false");
    const explained = async (spark: SparkSession, query: string) =>
      (await spark.engine.explain((await many.sql(query)).plan, "simple", spark.conf.forEngine())).replaceAll(/#\d+/g, "");
    const counts = { filtered: 0, reordered: 0 };
    for (const query of fc.sample(randomQuery, { numRuns: 100, seed: 5 })) {
      const plan = await explained(many, query);
      if (plan.includes("might_contain")) counts.filtered++;
      if (plan !== (await explained(written, query))) counts.reordered++;
    }
    expect(counts.filtered).toBeGreaterThan(3);
    expect(counts.reordered).toBeGreaterThan(3);
  });

  it("give the same rows with and without the optimizer, in one partition and in many", { timeout: QUERIES * 5_000 }, async () => {
    const property = fc.asyncProperty(randomQuery, async (query) => {
      const expected = await answer(one, query);
      expect(await answer(plain, query), `without the optimizer: ${query}`).toEqual(expected);
      expect(await answer(many, query), `in many partitions: ${query}`).toEqual(expected);
    });
    await fc.assert(property, { numRuns: QUERIES, ...seed });
  });
});
