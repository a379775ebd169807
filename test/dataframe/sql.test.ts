import { userInfo } from "node:os";
import { beforeAll, expect, test } from "vitest";
import { col, functions as F, LocalDate, type SparkSession } from "../../lib/firecrest.ts";
import { openSession, temporaryFolder } from "../support/sessions.ts";

let spark: SparkSession;
beforeAll(async () => {
  spark = await openSession();
});

test("a query gives rows", async () => {
  const rows = await (await spark.sql("SELECT id, id * 2 AS twice FROM range(3) WHERE id > 0 ORDER BY id DESC")).collect();
  expect(rows).toEqual([
    { id: 2n, twice: 4n },
    { id: 1n, twice: 2n },
  ]);
});

test("values are bound by name or by position, and never become text of the statement", async () => {
  const text = "x' OR '1'='1";
  const named = await spark.sql("SELECT :text AS t, :n + 1 AS n", { text, n: 41 });
  expect(await named.collect()).toEqual([{ t: text, n: 42 }]);
  const placed = await spark.sql("SELECT ? AS a, ? AS b, ? AS c", [text, null, LocalDate.of(2020, 1, 31)]);
  expect(await placed.collect()).toEqual([{ a: text, b: null, c: LocalDate.of(2020, 1, 31) }]);
});

test("a marker without a value is an error", async () => {
  await expect(spark.sql("SELECT :a", { b: 1 })).rejects.toMatchObject({ condition: "UNBOUND_SQL_PARAMETER" });
});

test("a template binds its values, and its DataFrames are tables", async () => {
  const sales = spark.createDataFrame(
    [
      ["a", 10],
      ["b", 20],
      ["a", 5],
    ],
    "shop string, amount int",
  );
  const least = 6;
  const found =
    await spark.sql`SELECT s.shop, count(*) AS n FROM ${sales} AS s WHERE s.amount > ${least} AND s.shop <> ${"'"} GROUP BY s.shop ORDER BY 1`;
  expect(await found.collect()).toEqual([
    { shop: "a", n: 1n },
    { shop: "b", n: 1n },
  ]);
  expect(await spark.catalog.listTables()).toEqual([]);
});

test("a DataFrame may stand twice in a template", async () => {
  const ids = spark.range(3);
  const pairs = await spark.sql`SELECT count(*) AS n FROM ${ids} a JOIN ${ids} b ON a.id < b.id`;
  expect(await pairs.collect()).toEqual([{ n: 3n }]);
});

test("temporary views have one name space, whoever made them", async () => {
  spark.range(4).createOrReplaceTempView("four");
  await spark.sql("CREATE OR REPLACE TEMPORARY VIEW two AS SELECT id FROM four WHERE id < 2");
  expect(await spark.table("two").count()).toBe(2);
  await spark.sql("DROP VIEW two");
  expect(await (await spark.sql("SELECT * FROM four")).count()).toBe(4);
  spark.catalog.dropTempView("four");
});

test("a mistake in the text is told with its place", async () => {
  await expect(spark.sql("SELECT a FORM t")).rejects.toMatchObject({
    condition: "PARSE_SYNTAX_ERROR",
    origin: expect.stringContaining("(line 1, pos"),
  });
});

test("expressions may be written as SQL", async () => {
  const df = spark.range(4);
  expect(await df.filter("id % 2 = 1").collect()).toEqual([{ id: 1n }, { id: 3n }]);
  expect(await df.where("id between 1 and 2").select(F.expr("id + 1 AS next")).collect()).toEqual([{ next: 2n }, { next: 3n }]);
  expect(await df.selectExpr("max(id) AS m", "count(*) n").collect()).toEqual([{ m: 3n, n: 4n }]);
  expect(await df.groupBy(F.expr("id % 2 AS odd")).agg(F.expr("sum(id)").alias("s")).orderBy("odd").collect()).toEqual([
    { odd: 0n, s: 2n },
    { odd: 1n, s: 4n },
  ]);
  expect(
    await df
      .select(F.when(F.expr("id > 2"), "big").otherwise(F.expr("'small'")).alias("size"))
      .distinct()
      .count(),
  ).toBe(2);
  expect(await df.join(spark.range(2).alias("o"), F.expr("o.id = 1"), "left_semi").orderBy(F.expr("-id")).first()).toEqual({ id: 3n });
  expect(await df.withColumn("sq", F.expr("id * id")).filter(col("sq").gt(8)).collect()).toEqual([{ id: 3n, sq: 9n }]);
});

test("SQL in an expression means what it does in its session", async () => {
  const other = spark.newSession();
  other.conf.set("spark.sql.session.timeZone", "America/Los_Angeles");
  other.conf.set("spark.sql.ansi.enabled", "false");
  const [row] = await other.range(1).selectExpr("cast(timestamp '2020-01-01 00:00:00' as bigint) AS s", "1 / (id - id) AS n").collect();
  expect(row).toEqual({ s: 1577865600n, n: null });
});

test("an expression that is none fails when it is needed", async () => {
  await expect(spark.range(1).filter("id >").collect()).rejects.toMatchObject({ condition: "PARSE_SYNTAX_ERROR" });
});

test("a DataFrame's current_database() is where USE went, and default before", async () => {
  const session = await openSession({ "spark.sql.warehouse.dir": await temporaryFolder() });
  const rows = session.range(1).select(F.current_database(), F.upper(F.current_schema()).alias("upper"));
  expect(await rows.collect()).toEqual([{ "current_schema()": "default", upper: "DEFAULT" }]);
  await session.sql("CREATE SCHEMA elsewhere");
  await session.sql("USE elsewhere");
  expect(await rows.collect()).toEqual([{ "current_schema()": "elsewhere", upper: "ELSEWHERE" }]);
  expect(await session.range(1).groupBy(F.current_schema()).count().collect()).toEqual([{ "current_schema()": "elsewhere", count: 1n }]);
});

test("current_user() is who runs the engine, by each of its names", async () => {
  const { username } = userInfo();
  const rows = await spark.sql(
    "SELECT current_user(), user(), session_user() AS session, current_user AS bare, (SELECT lower(user())) AS inner",
  );
  expect(await rows.collect()).toEqual([
    { "current_user()": username, "user()": username, session: username, bare: username, inner: username.toLowerCase() },
  ]);
  expect(await spark.range(1).select(F.current_user()).collect()).toEqual([{ "current_user()": username }]);
});
