import { beforeAll, describe, expect, it } from "vitest";
import type { DataFrame, SparkSession } from "../../lib/firecrest.ts";
import { forcedExchanges, openSession } from "../support/sessions.ts";

const queries: readonly (readonly [behaviour: string, sql: string, rows: readonly string[]])[] = [
  ["QUALIFY by a window", "select a, b from t qualify row_number() over (partition by a order by b desc) = 1", ["1 20", "2 30"]],
  ["QUALIFY by the alias of a window", "select b, rank() over (order by b) as r from t qualify r = 2", ["20 2"]],
  ["QUALIFY above groups", "select a, sum(b) as s from t group by a qualify rank() over (order by sum(b) desc, a) = 1", ["1 30"]],
  ["DISTINCT above QUALIFY", "select distinct a from t qualify count(*) over (partition by a) > 1", ["1"]],
  ["columns replaced in their places", "select * replace (b + 1 as b) from t where a = 2", ["2 31"]],
  ["columns left out and replaced", "select * except (a) replace (-b as b) from t", ["-10", "-20", "-30"]],
  [
    "groups by maps, whatever the order of their entries",
    "select to_json(m), count(*) from (select if(b > 10, map('y', 2, 'x', 1), map('x', 1, 'y', 2)) as m from t) group by m",
    ['{"x":1,"y":2} 3'],
  ],
  ["a number for each group", "select a, count(*) + 0 * rand(0) as n from t group by a", ["1 2", "2 1"]],
  ["a sort by a query that is grouped by", "select a from t group by a, a in (select 2) order by a in (select 2)", ["1", "2"]],
  [
    "groups by what holds maps",
    "select to_json(n), count(*) from (select struct(if(b > 10, map(2, 2, 1, 1), map(1, 1, 2, 2)) as m, a) as n from t) group by n",
    ['{"m":{"1":1,"2":2},"a":1} 2', '{"m":{"1":1,"2":2},"a":2} 1'],
  ],
];

const rowsOf = async (frame: DataFrame): Promise<string[]> =>
  (await frame.collect()).map((row) => Object.values(row).map(String).join(" ")).sort();

describe("clauses of a query", () => {
  let sessions: readonly SparkSession[];

  beforeAll(async () => {
    sessions = await Promise.all([openSession(), openSession(forcedExchanges)]);
    for (const [i, spark] of sessions.entries()) {
      const rows = await spark.sql("select * from values (1, 10), (1, 20), (2, 30) as t(a, b)");
      rows.repartition(i === 0 ? 1 : 3).createOrReplaceTempView("t");
    }
  }, 60_000);

  it.each(queries)("give %s", async (_, sql, rows) => {
    for (const spark of sessions) expect(await rowsOf(await spark.sql(sql))).toEqual([...rows].sort());
  });
});
