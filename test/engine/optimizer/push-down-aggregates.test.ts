import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { SparkSession } from "../../../lib/firecrest.ts";
import { openSession, temporaryFolder } from "../../support/sessions.ts";

let spark: SparkSession;
let folder: string;

beforeAll(async () => {
  spark = await openSession({ "spark.sql.ansi.enabled": "true" });
  folder = join(await temporaryFolder(), "numbers");
  const numbers =
    await spark.sql(`SELECT id, IF(id % 4 = 0, NULL, CAST(id - 50 AS INT)) AS n, date_add(DATE '2024-01-01', CAST(id AS INT)) AS d,
    concat('a', id) AS s, CAST(id AS DOUBLE) AS x, named_struct('f', IF(id = 0, NULL, id)) AS t FROM range(100)`);
  await numbers.repartition(3).write.parquet(folder);
});

const plan = async (query: string): Promise<string> => {
  const df = await spark.sql(query.replace("numbers", `parquet.\`${folder}\``));
  return spark.engine.explain(df.plan, "simple", spark.conf.forEngine());
};
const first = async (query: string) => (await (await spark.sql(query.replace("numbers", `parquet.\`${folder}\``))).collect())[0];

test.each([
  ["SELECT count(*) AS a, count(n) AS b FROM numbers", { a: 100n, b: 75n }],
  ["SELECT min(n) AS a, max(n) AS b, max(id) - min(id) AS c FROM numbers", { a: -49, b: 49, c: 99n }],
])("%s reads footers alone", async (query, expected) => {
  expect(await plan(query)).not.toContain("FileScan");
  expect(await first(query)).toEqual(expected);
});

test("minima of dates are dates", async () => {
  expect(String((await first("SELECT max(d) AS a FROM numbers"))!.a)).toBe("2024-04-09");
});

test.each([
  ["texts, which footers may cut", "SELECT max(s) AS a FROM numbers", "a99"],
  ["floating point, whose NaN no footer holds", "SELECT max(x) AS a FROM numbers", 99],
  ["structs, of which fields are counted", "SELECT count(t) AS a FROM numbers", 100n],
  ["distinct values", "SELECT count(DISTINCT n) AS a FROM numbers", 75n],
  ["rows that a filter leaves out", "SELECT count(*) AS a FROM numbers WHERE n > 0", 37n],
  ["some rows of an aggregate", "SELECT count(*) FILTER (WHERE id < 7) AS a FROM numbers", 7n],
  ["other aggregates beside them", "SELECT count(*) + sum(id) AS a FROM numbers", 5050n],
  ["no rows of a limit", "SELECT count(*) AS a FROM (SELECT * FROM numbers LIMIT 10)", 10n],
])("rows are read for %s", async (_, query, expected) => {
  expect(await plan(query)).toContain("FileScan");
  expect((await first(query))!.a).toBe(expected);
});
