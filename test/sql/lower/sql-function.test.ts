import { afterAll, beforeAll, expect, test } from "vitest";
import { SparkSession } from "../../../lib/firecrest.ts";

let spark: SparkSession;

beforeAll(async () => {
  spark = await SparkSession.builder.master("local[2]").create();
  await run("CREATE TEMPORARY VIEW t AS VALUES (1, 10), (2, 20), (3, 30) AS t(a, b)");
  await run("CREATE TEMPORARY VIEW u AS VALUES (1, 100), (1, 200), (3, 300) AS u(a, c)");
  await run("CREATE TEMPORARY FUNCTION total(x INT) RETURNS BIGINT RETURN SELECT sum(c) FROM u WHERE a = x");
  await run("CREATE TEMPORARY FUNCTION twice(x DOUBLE) RETURNS DOUBLE RETURN x - x");
  await run("CREATE TEMPORARY FUNCTION up_to(x INT) RETURNS TABLE (a INT, c INT) RETURN SELECT a, c FROM u WHERE a <= x");
});
afterAll(() => spark.stop());

const run = async (text: string): Promise<unknown[][]> => (await (await spark.sql(text)).collect()).map((row) => Object.values(row));
const condition = (text: string) => expect(run(text)).rejects;

test("columns of an argument are those around the call, whatever the body's own are called", async () => {
  expect(await run("SELECT a, total(a) FROM t ORDER BY a")).toEqual([
    [1, 300n],
    [2, null],
    [3, 300n],
  ]);
  expect(await run("SELECT total(b / 10) FROM t ORDER BY 1")).toEqual([[null], [300n], [300n]]);
});

test("an argument may be a query of the row, and the value of another function's query", async () => {
  expect(await run("SELECT a, total((SELECT max(u.a) FROM u WHERE u.a <= t.a)) FROM t ORDER BY a")).toEqual([
    [1, 300n],
    [2, 300n],
    [3, 300n],
  ]);
  expect(await run("SELECT a, total(total(a) / 100) FROM t ORDER BY a")).toEqual([
    [1, 300n],
    [2, null],
    [3, 300n],
  ]);
  expect(await run("SELECT a FROM t WHERE total((SELECT min(u.a) FROM u WHERE u.a >= t.a)) = 300 ORDER BY a")).toEqual([[1], [2], [3]]);
});

test("a random argument has one value for each call", async () => {
  expect(await run("SELECT twice(rand()) FROM t")).toEqual([[0], [0], [0]]);
  expect(await run("SELECT a FROM t WHERE twice(rand()) = 0 ORDER BY a")).toEqual([[1], [2], [3]]);
  expect(await run("SELECT sum(twice(a)), twice(count(*) + rand()) FROM t GROUP BY a HAVING twice(rand() + sum(b)) = 0")).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  expect(await run("SELECT max(total(a + CAST(rand() AS INT))) FROM t")).toEqual([[300n]]);
});

test("arguments of a table function are columns around its call, not those of queries in its body", async () => {
  await run(`CREATE TEMPORARY FUNCTION below(x INT) RETURNS TABLE (a INT, n BIGINT)
    RETURN SELECT a, count(*) FROM u WHERE a < x GROUP BY a`);
  expect(await run("SELECT t.a, l.a AS la, l.n FROM t, LATERAL below(t.a) l ORDER BY 1, 2")).toEqual([
    [2, 1, 2n],
    [3, 1, 2n],
  ]);
  expect(await run("SELECT t.a, count(*) FROM t, LATERAL up_to(a) GROUP BY t.a ORDER BY 1")).toEqual([
    [1, 2n],
    [2, 2n],
    [3, 3n],
  ]);
  expect(await run("SELECT * FROM up_to((SELECT min(a) FROM t)) ORDER BY c")).toEqual([
    [1, 100],
    [1, 200],
  ]);
});

test("clauses of aggregate functions are refused, and so is a call where Spark has none", async () => {
  const unsupported = "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX";
  const of = (syntax: string) => ({ condition: unsupported, messageParameters: { prettyName: "`total`", syntax } });
  await condition("SELECT total(DISTINCT a) FROM t").toMatchObject(of("DISTINCT"));
  await condition("SELECT total(a) FILTER (WHERE a > 1) FROM t").toMatchObject(of("FILTER clause"));
  await condition("SELECT total(a) IGNORE NULLS FROM t").toMatchObject(of("IGNORE NULLS"));
  const usage = (nodeName: string) => ({
    condition: "UNSUPPORTED_SQL_UDF_USAGE",
    messageParameters: { functionName: "`total`", nodeName },
  });
  await condition("SELECT * FROM t ORDER BY total(a)").toMatchObject(usage("Sort"));
  await condition("SELECT * FROM t LIMIT total(1)").toMatchObject(usage("GlobalLimit"));
  await condition("SELECT * FROM t LATERAL VIEW explode(array(total(a))) AS x").toMatchObject(usage("Generate"));
});

test("a function that comes to call itself names the way", async () => {
  await run("CREATE TEMPORARY FUNCTION inner_one(x INT) RETURNS INT RETURN x");
  await run("CREATE TEMPORARY FUNCTION outer_one(x INT) RETURNS INT RETURN inner_one(x)");
  await condition("CREATE OR REPLACE TEMPORARY FUNCTION inner_one(x INT) RETURNS INT RETURN outer_one(x)").toMatchObject({
    condition: "CYCLIC_FUNCTION_REFERENCE",
    messageParameters: { path: "inner_one -> outer_one -> inner_one" },
  });
});
