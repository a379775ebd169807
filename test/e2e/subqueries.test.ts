import { beforeAll, describe, expect, it } from "vitest";
import { col, type DataFrame, functions as F, type SparkSession } from "../../lib/firecrest.ts";
import { forcedExchanges, openSession } from "../support/sessions.ts";

/** Rows are Spark 4.1.1's; each query gives them in one stage and as many tasks with every exchange on two workers. */

const T1 = "VALUES (1, 10), (2, 20), (3, null), (null, 40) AS t(a, b)";
const T2 = "VALUES (1, 100), (1, 200), (2, null), (null, 300) AS t(c, d)";

const queries: readonly (readonly [behaviour: string, sql: string, rows: readonly string[]])[] = [
  ["IN of a WHERE keeps rows that match", "select * from t1 where a in (select c from t2)", ["1 10", "2 20"]],
  ["NOT IN keeps nothing beside a NULL", "select * from t1 where a not in (select c from t2)", []],
  ["NOT IN leaves out NULL itself", "select * from t1 where a not in (select c from t2 where c is not null)", ["3 null"]],
  ["NOT IN of no rows keeps all", "select a from t1 where a not in (select c from t2 where c > 9)", ["1", "2", "3", "null"]],
  ["NOT IN of each row's own", "select a from t1 where a not in (select c from t2 where d = b * 10)", ["2", "3", "null"]],
  ["IN is never NULL in a projection", "select a, a in (select c from t2) from t1", ["1 true", "2 true", "3 false", "null false"]],
  ["IN compares several columns", "select a from t1 where (a, b) in (select c, d / 10 from t2)", ["1"]],
  ["EXISTS", "select a from t1 where exists (select 1 from t2 where c = a)", ["1", "2"]],
  ["NOT EXISTS", "select a from t1 where not exists (select 1 from t2 where c = a)", ["3", "null"]],
  ["EXISTS by an inequality", "select a from t1 where exists (select 1 from t2 where c < a)", ["2", "3"]],
  ["EXISTS beside OR", "select a from t1 where exists (select 1 from t2 where c = a) or b > 30", ["1", "2", "null"]],
  ["NOT of both", "select a from t1 where not (b > 10 or a not in (select c from t2 where c is not null))", ["1"]],
  [
    "EXISTS of an aggregate, which always has a row",
    "select a from t1 where exists (select count(*) from t2 where c = a)",
    ["1", "2", "3", "null"],
  ],
  [
    "a lateral query over one that is correlated itself",
    "select a, x, c from t1, lateral (select * from (select c, max(d) m from t2 where t2.c = t1.a group by c) s, lateral (select m x where m > c))",
    ["1 200 1"],
  ],
  [
    "a left lateral query over one that is correlated itself",
    "select a, x, c from t1, lateral (select * from (select c, max(d) m from t2 where t2.c = t1.a group by c) s left join lateral (select m x where m > c))",
    ["1 200 1", "2 null 2"],
  ],
  [
    "EXISTS inside EXISTS",
    "select a from t1 where exists (select 1 from t2 where c = a and exists (select 1 from t2 x where x.d > t2.d))",
    ["1"],
  ],
  [
    "EXISTS by two comparisons beside OR",
    "select a from t1 where exists (select 1 from t2 where c = a and d > b * 15) or b > 30",
    ["1", "null"],
  ],
  ["EXISTS by a key and more", "select a from t1 where exists (select 1 from t2 where c = a and (d > 150 or b = 20))", ["1", "2"]],
  [
    "NOT EXISTS by a key and more",
    "select a from t1 where not exists (select 1 from t2 where c = a and (d > 150 or b = 20))",
    ["3", "null"],
  ],
  [
    "EXISTS by a key and more in a projection",
    "select a, exists (select 1 from t2 where c = a and (d > 150 or b = 20)) from t1",
    ["1 true", "2 true", "3 false", "null false"],
  ],
  [
    "aggregates of the groups around a query of HAVING",
    "select a, max(b) from t1 group by a having exists (select 1 from t2 where d = max(b) * 10)",
    ["1 10", "2 20"],
  ],
  [
    "a window over values of queries",
    "select a, count(*) over (partition by (select max(d) from t2 where c = a)) from t1",
    ["1 1", "2 3", "3 3", "null 3"],
  ],
  ["IN of a join's condition", "select a, c from t1 join t2 on a = c and a in (select c from t2 where d > 150)", ["1 1", "1 1"]],
  ["a count of nothing", "select a, (select count(*) from t2 where c = a) from t1", ["1 2", "2 1", "3 0", "null 0"]],
  ["a computed count of nothing", "select a, (select count(*) + 1 from t2 where c = a) from t1", ["1 3", "2 2", "3 1", "null 1"]],
  [
    "a count below a count",
    "select a, (select count(*) + 1 from (select count(*) from t2 where c = a group by d)) from t1",
    ["1 3", "2 2", "3 1", "null 1"],
  ],
  ["a collection of nothing", "select a, (select array_agg(c) from t2 where c = a) from t1", ["1 1,1", "2 2", "3 ", "null "]],
  ["HAVING of nothing", "select a, (select count(*) from t2 where c = a having count(*) < 2) from t1", ["1 null", "2 1", "3 0", "null 0"]],
  ["a maximum by an inequality", "select a, (select max(d) from t2 where c <= a) from t1", ["1 200", "2 200", "3 200", "null null"]],
  [
    "the first of an order",
    "select a, (select d from t2 where c = a order by d desc limit 1) from t1",
    ["1 200", "2 null", "3 null", "null null"],
  ],
  ["a value beside an aggregate", "select (select max(d) from t2), count(*), sum(a) in (select 6) from t1", ["300 4 true"]],
  ["a value of an empty query beside an aggregate", "select (select 1), count(*) from t1 where a > 9", ["1 0"]],
  ["an aggregate of values", "select sum((select max(d) from t2 where c = a)) from t1", ["200"]],
  [
    "groups by a value",
    "select (select max(d) from t2 where c = a) m, count(*) from t1 group by (select max(d) from t2 where c = a)",
    ["200 1", "null 3"],
  ],
  ["a value without FROM", "select a, (select a + b where a > 1) from t1", ["1 null", "2 22", "3 null", "null null"]],
  ["a value by which rows are sorted", "select a from t1 order by (select max(d) from t2), a desc nulls last", ["1", "2", "3", "null"]],
  ["LATERAL of matching rows", "select a, e from t1, lateral (select c + a as e from t2 where c = a)", ["1 2", "1 2", "2 4"]],
  [
    "LATERAL that keeps rows of the left",
    "select a, d from t1 left join lateral (select d from t2 where c > a)",
    ["1 null", "2 null", "3 null", "null null"],
  ],
  ["LATERAL of an aggregate", "select a, e from t1, lateral (select count(*) as e from t2 where c = a)", ["1 2", "2 1", "3 0", "null 0"]],
  [
    "LATERAL over a union",
    "select a, x from t1, lateral (select d as x from t2 where c = a union all select b)",
    ["1 10", "1 100", "1 200", "2 20", "2 null", "3 null", "null 40"],
  ],
  [
    "LATERAL over a limit",
    "select a, d from t1, lateral (select d from t2 where c <= a order by d desc nulls last limit 1)",
    ["1 200", "2 200", "3 200"],
  ],
  [
    "LATERAL explode",
    "select a, v from t1, lateral explode(array(a, b)) as x(v)",
    ["1 1", "1 10", "2 2", "2 20", "3 3", "3 null", "null 40", "null null"],
  ],
  [
    "LATERAL inside LATERAL",
    "select a, z from t1, lateral (select z from (select a + 1 as y), lateral (select y * 2 as z))",
    ["1 4", "2 6", "3 8", "null null"],
  ],
  ["WITH", "with w as (select a from t1 where b > 10) select x.a, y.a as b from w x join w y on x.a = y.a", ["2 2"]],
  [
    "WITH inside a subquery, over the query around it",
    "select a from t1 where (with w as (select d from t2 where c = a) select sum(d) from w) > 1",
    ["1"],
  ],
  ["WITH RECURSIVE", "with recursive r(n) as (select 1 union all select n + 1 from r where n < 4) select * from r", ["1", "2", "3", "4"]],
  [
    "WITH RECURSIVE over a table",
    "with recursive r(n) as (select min(a) from t1 union all select a from t1 join r on a = n + 1) select * from r",
    ["1", "2", "3"],
  ],
  [
    "WITH RECURSIVE without an end below LIMIT",
    "with recursive r(n) as (select 1 union all select n + 1 from r) select * from r limit 3",
    ["1", "2", "3"],
  ],
];

const failures: readonly (readonly [behaviour: string, sql: string, condition: string])[] = [
  ["a value of several rows", "select (select d from t2)", "SCALAR_SUBQUERY_TOO_MANY_ROWS"],
  ["a value of several rows for one row", "select (select d from t2 where c = a) from t1", "SCALAR_SUBQUERY_TOO_MANY_ROWS"],
  [
    "recursion without an end",
    "with recursive r(n) as (select 1 union all select n + 1 from r) select * from r",
    "RECURSION_LEVEL_LIMIT_EXCEEDED",
  ],
  [
    "too deep a recursion",
    "with recursive r(n) max recursion level 2 as (select 1 union all select n + 1 from r where n < 9) select * from r",
    "RECURSION_LEVEL_LIMIT_EXCEEDED",
  ],
];

async function rowsOf(frame: DataFrame): Promise<string[]> {
  return (await frame.collect()).map((row) => Object.values(row).map(String).join(" ")).sort();
}

describe("subqueries", () => {
  let one: SparkSession;
  let many: SparkSession;

  beforeAll(async () => {
    [one, many] = await Promise.all([openSession(), openSession(forcedExchanges)]);
    for (const [spark, partitions] of [
      [one, 1],
      [many, 3],
    ] as const) {
      for (const [name, values] of [
        ["t1", T1],
        ["t2", T2],
      ] as const) {
        (await spark.sql(`select * from ${values}`)).repartition(partitions).createOrReplaceTempView(name);
      }
    }
  }, 60_000);

  it.each(queries)("give the rows of Spark for %s", async (_, sql, rows) => {
    expect(await rowsOf(await one.sql(sql))).toEqual([...rows].sort());
    expect(await rowsOf(await many.sql(sql))).toEqual([...rows].sort());
  });

  it.each(failures)("raise for %s", async (_, sql, condition) => {
    for (const spark of [one, many]) await expect((async () => (await spark.sql(sql)).collect())()).rejects.toMatchObject({ condition });
  });

  it("share a definition that gives other rows each time", async () => {
    for (const spark of [one, many]) {
      const sql = "with w as (select a, rand() as q from t1) select count(*) as n from w x join w y on x.a = y.a and x.q = y.q";
      expect(await rowsOf(await spark.sql(sql))).toEqual(["3"]);
    }
  });

  it("compare NULL as the settings say", async () => {
    const [asked, nothing] = [
      "spark.sql.optimizer.optimizeUncorrelatedInSubqueriesInJoinCondition.enabled",
      "spark.sql.legacy.nullInEmptyListBehavior",
    ];
    const none = "select null in (select c from t2 where c > 9) as x";
    const matched = "select t1.a, x.c from t1 left join (values (7)) x(c) on (t1.a in (select c from t2)) is null";
    for (const spark of [one, many]) {
      const rows = async (text: string) => rowsOf(await spark.sql(text));
      expect(await rows(none)).toEqual(["false"]);
      expect(await rows("select null in (select c from t2) as x")).toEqual(["null"]);
      expect(await rows(matched)).toEqual(["1 null", "2 null", "3 null", "null null"]);
      await spark.sql(`set ${asked}=false`);
      expect(await rows(matched)).toEqual(["1 null", "2 null", "3 7", "null 7"]);
      await spark.sql(`set ${nothing}=true`);
      expect(await rows(none)).toEqual(["null"]);
      for (const key of [asked, nothing]) await spark.sql(`reset ${key}`);
    }
  });

  it("ask for constants in conditions of joins that are not tested below them", async () => {
    const [one1, two] = ["(select 1 as a)", "(select 2 as c)"];
    const isIn = "in (select cast(null as int))) is null";
    for (const spark of [one, many]) {
      const rows = async (join: string, condition: string) =>
        rowsOf(await spark.sql(`select * from ${one1} ${join} ${two} on ${condition}`));
      expect(await rows("left join", `(a ${isIn}`)).toEqual(["1 2"]);
      expect(await rows("left join", `a < c and (1 ${isIn}`)).toEqual(["1 2"]);
      expect(await rows("full join", `(a ${isIn}`)).toEqual(["1 2"]);
      expect(await rows("left join", `(c ${isIn}`)).toEqual(["1 null"]);
      expect(await rows("join", `(a ${isIn}`)).toEqual([]);
      expect(await rows("right join", `(a ${isIn}`)).toEqual(["null 2"]);
      expect(await rows("right join", `(c ${isIn}`)).toEqual(["null 2"]);
    }
  });

  it("must aggregate to be values where the settings say so", async () => {
    const key = "spark.sql.optimizer.scalarSubqueryUseSingleJoin";
    const rows = async (text: string) => rowsOf(await one.sql(text));
    const sums = async (query: string) => rows(`select a, (${query}) from t1`);
    const grouped = { condition: "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.NON_CORRELATED_COLUMNS_IN_GROUP_BY" };
    const missing = { condition: "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.MUST_AGGREGATE_CORRELATED_SCALAR_SUBQUERY" };
    await one.sql(`set ${key}=false`);
    expect(await sums("select sum(d) from t2 where c = a group by c")).toEqual(["1 300", "2 null", "3 null", "null null"]);
    expect(await sums("select d from t2 where c = a limit 1")).toHaveLength(4);
    await expect(sums("select count(*) from t2 where c = a and d + 1 = a group by d")).rejects.toMatchObject({
      ...grouped,
      messageParameters: { value: "d" },
    });
    await expect(sums("select count(*) from t2 where c > a group by c")).rejects.toMatchObject(grouped);
    await expect(sums("select c from t2 where c = a")).rejects.toMatchObject(missing);
    await expect(sums("select c from t2 where c = a group by c")).rejects.toMatchObject(missing);
    await one.sql(`reset ${key}`);
  });

  it("come from DataFrames, too", async () => {
    for (const spark of [one, many]) {
      const [t1, t2] = [spark.table("t1"), spark.table("t2")];
      const own = t2.filter(col("c").eq(col("a").outer()));
      expect(await rowsOf(t1.filter(own.exists()).select("a"))).toEqual(["1", "2"]);
      expect(await rowsOf(t1.filter(col("a").isin(t2.select("c"))).select("a"))).toEqual(["1", "2"]);
      expect(await rowsOf(t1.filter(F.struct("a", "b").isin(t2.select("c", F.lit(10)))).select("a"))).toEqual(["1"]);
      expect(await rowsOf(t1.select("a", own.agg(F.count("*")).scalar()))).toEqual(["1 2", "2 1", "3 0", "null 0"]);
      expect(await rowsOf(t1.lateralJoin(own.select("d"), undefined, "left").select("a", "d"))).toEqual([
        "1 100",
        "1 200",
        "2 null",
        "3 null",
        "null null",
      ]);
    }
  });
});
