import { beforeAll, describe, expect, it } from "vitest";
import type { JobProgress } from "../../lib/dataframe/engine-port.ts";
import type { SparkSession } from "../../lib/firecrest.ts";
import { forcedExchanges, openSession, temporaryFolder } from "../support/sessions.ts";

/** Joins of a large table with a small one that a filter leaves few rows of, where neither side is broadcast. */

const eager = { "spark.sql.optimizer.runtime.bloomFilter.applicationSideScanSizeThreshold": "0" };
const off = { ...eager, "spark.sql.optimizer.runtime.bloomFilter.enabled": "false" };

let spark: SparkSession;

beforeAll(async () => {
  const folder = await temporaryFolder();
  spark = await openSession(forcedExchanges);
  const tables = {
    // Keys of every kind that can be compared, most of which the small table has not.
    large: `SELECT id AS n, CAST(id AS INT) AS i, CAST(id AS DECIMAL(30, 3)) / 7 AS m, concat('Key', id) AS s, concat('Key', id) COLLATE UTF8_LCASE AS c,
      CASE id % 1000 WHEN 1 THEN CAST('NaN' AS DOUBLE) WHEN 2 THEN -0.0D ELSE id / 8D END AS x, date_add(DATE '1950-01-01', CAST(id AS INT)) AS d,
      CASE WHEN id % 3 = 0 THEN NULL ELSE id END AS z, named_struct('a', id, 'b', -0.0D * id) AS r, repeat('x', 40) AS wide FROM range(0, 30000, 1, 3)`,
    small: `SELECT id * 100 AS n, CAST(id * 100 AS INT) AS i, CAST(id * 100 AS DECIMAL(30, 3)) / 7 AS m, concat('Key', id * 100) AS s,
      concat('kEY', id * 100) COLLATE UTF8_LCASE AS c, CASE id % 10 WHEN 1 THEN CAST('NaN' AS DOUBLE) WHEN 2 THEN 0.0D ELSE id * 100 / 8D END AS x,
      date_add(DATE '1950-01-01', CAST(id * 100 AS INT)) AS d, CASE WHEN id % 2 = 0 THEN NULL ELSE id * 100 END AS z,
      named_struct('a', id * 100, 'b', 0.0D) AS r, id % 5 AS kind FROM range(0, 300, 1, 3)`,
  };
  for (const [name, query] of Object.entries(tables)) {
    await (await spark.sql(query)).write.parquet(`${folder}/${name}`);
    spark.read.parquet(`${folder}/${name}`).createOrReplaceTempView(name);
  }
}, 60_000);

function reset(key: string): void {
  if (key in forcedExchanges) spark.conf.set(key, forcedExchanges[key as keyof typeof forcedExchanges]);
  else spark.conf.unset(key);
}

async function run(query: string, settings: Readonly<Record<string, string>>) {
  for (const [key, value] of Object.entries(settings)) spark.conf.set(key, value);
  const df = await spark.sql(query);
  let latest: JobProgress = { stages: [] };
  const { chunks } = await spark.engine.execute(df.plan, spark.conf.forEngine(), { onProgress: (progress) => (latest = progress) });
  for await (const _ of chunks);
  const plan = await spark.engine.explain(df.plan, "simple", spark.conf.forEngine());
  const rows = (await df.collect()).map((row) => JSON.stringify(Object.values(row).map(String))).sort();
  for (const key of Object.keys(settings)) reset(key);
  return { rows, filters: plan.match(/might_contain/g)?.length ?? 0, shuffled: latest.stages.reduce((sum, s) => sum + s.bytesShuffled, 0) };
}

const joined = (on: string, columns = "large.n, large.wide, small.n AS other", type = "JOIN") =>
  `SELECT ${columns} FROM large ${type} small ON ${on} WHERE small.kind = 2`;

describe("a Bloom filter", () => {
  it("spares most of the bytes of a shuffled join's large side", async () => {
    const query = joined("large.n = small.n");
    const [without, filtered] = [await run(query, off), await run(query, eager)];
    expect([without.filters, filtered.filters]).toEqual([0, 1]);
    expect(filtered.rows).toEqual(without.rows);
    expect(filtered.rows).toHaveLength(60);
    expect(filtered.shuffled).toBeLessThan(without.shuffled / 5);
  });

  it.each([
    "large.n = small.n",
    "large.i = small.i",
    "large.n = small.i",
    "large.m = small.m",
    "large.s = small.s",
    "large.c = small.c",
    "large.x = small.x",
    "large.d = small.d",
    "large.z = small.z",
    "large.r = small.r",
    "upper(large.s) = upper(small.s)",
    "large.n = small.n AND large.s = small.s",
    "large.n = small.n AND large.x < small.x + 1",
  ])("leaves the rows of a join on %s as they are", async (on) => {
    const filtered = await run(joined(on), eager);
    expect(filtered.filters).toBeGreaterThan(0);
    expect(filtered.rows.length).toBeGreaterThan(0);
    expect(filtered.rows).toEqual((await run(joined(on), off)).rows);
  });

  it("is put below windows and other joins, on no side that keeps rows without a partner", async () => {
    const few = "(SELECT n, i FROM small WHERE kind = 2)";
    // Groups by the key are filtered by the few keys themselves.
    const queries: readonly (readonly [query: string, filters: number])[] = [
      [`SELECT a.n, a.t FROM (SELECT n, count(wide) AS t FROM large GROUP BY n) a JOIN ${few} b ON a.n = b.n`, 0],
      [`SELECT a.n, a.t FROM (SELECT n, count(wide) OVER (PARTITION BY n) AS t FROM large) a JOIN ${few} b ON a.n = b.n`, 1],
      [`SELECT a.n, c.wide FROM large a LEFT JOIN large c ON a.i = c.i JOIN ${few} b ON a.n = b.n`, 1],
      [`SELECT b.n, a.wide FROM ${few} b LEFT JOIN large a ON a.n = b.n`, 1],
      [`SELECT b.n, a.wide FROM large a LEFT JOIN ${few} b ON a.n = b.n`, 0],
      [`SELECT b.n, a.wide FROM large a FULL JOIN ${few} b ON a.n = b.n`, 0],
      [`SELECT a.n, a.wide FROM large a LEFT ANTI JOIN ${few} b ON a.n = b.n`, 0],
      [`SELECT a.n, a.wide FROM large a LEFT SEMI JOIN ${few} b ON a.n = b.n`, 1],
    ];
    for (const [query, filters] of queries) {
      const [filtered, without] = [await run(query, eager), await run(query, off)];
      expect(filtered.rows, query).toEqual(without.rows);
      expect(filtered.filters > 0, query).toBe(filters > 0);
    }
  });

  it("of no keys leaves no rows", async () => {
    const query = "SELECT large.n FROM large JOIN small ON large.n = small.n WHERE small.kind = 2 AND small.s = 'none'";
    expect(await run(query, eager)).toMatchObject({ rows: [], filters: 1 });
  });

  it("is not made for tables of less than ten gigabytes, where nothing is known to be selective, nor where a side is broadcast", async () => {
    const query = joined("large.n = small.n");
    expect(await run(query, {})).toMatchObject({ filters: 0 });
    expect(await run("SELECT large.n FROM large JOIN small ON large.n = small.n", eager)).toMatchObject({ filters: 0 });
    expect(await run(query, { ...eager, "spark.sql.autoBroadcastJoinThreshold": "10m" })).toMatchObject({ filters: 0 });
    expect(await run(query, { ...eager, "spark.sql.optimizer.runtime.bloomFilter.creationSideThreshold": "10" })).toMatchObject({
      filters: 0,
    });
  });
});
