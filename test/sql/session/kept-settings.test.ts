import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { SparkSession } from "../../../lib/firecrest.ts";

/** Views and functions that are made under one ANSI mode and time zone, and used under another. */
const folder = mkdtempSync(join(tmpdir(), "firecrest-settings-"));
let spark: SparkSession;

beforeAll(async () => {
  spark = await SparkSession.builder.master("local[1]").config("spark.sql.warehouse.dir", folder).create();
});
afterAll(async () => {
  await spark.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (text: string): Promise<unknown[][]> => (await (await spark.sql(text)).collect()).map((row) => Object.values(row));
const under = async (ansi: boolean, zone: string): Promise<void> => {
  await run(`SET spark.sql.ansi.enabled=${ansi}`);
  await run(`SET spark.sql.session.timeZone=${zone}`);
};
beforeEach(() => under(false, "America/Los_Angeles"));

test("a view overflows, casts and reads clocks as when it was made, and what reads it as the session says", async () => {
  await run("CREATE TABLE t (i INT, s STRING, at TIMESTAMP) USING parquet");
  await run("INSERT INTO t VALUES (2147483647, 'x', timestamp'2024-03-10 01:30:00')");
  await run(`CREATE VIEW v AS SELECT i + 1 AS n, cast(s AS INT) AS c, hour(at) AS h, cast(at AS STRING) AS text,
    cast(at + INTERVAL 1 DAY AS STRING) AS next, (SELECT max(hour(at)) FROM t) AS most FROM t`);
  const made = [[-2147483648, null, 1, "2024-03-10 01:30:00", "2024-03-11 01:30:00", 1]];
  await under(true, "Asia/Tokyo");
  expect(await run("SELECT * FROM v")).toEqual(made);
  expect(await run("SELECT hour(at) FROM t")).toEqual([[18]]);
  await expect(run("SELECT n - 1 FROM v")).rejects.toMatchObject({ condition: "ARITHMETIC_OVERFLOW" });
  await run("CREATE VIEW outer_view AS SELECT n, hour(cast(text AS TIMESTAMP)) AS h, cast(text AS TIMESTAMP) AS at FROM v");
  await under(false, "UTC");
  expect(await run("SELECT n, h, cast(at AS STRING) FROM outer_view")).toEqual([[-2147483648, 1, "2024-03-09 16:30:00"]]);
});

test("an SQL function means its own settings, its arguments the caller's", async () => {
  await run("CREATE FUNCTION more(x INT) RETURNS INT RETURN x + 1");
  await run("CREATE FUNCTION hour_of(x TIMESTAMP) RETURNS INT RETURN hour(x)");
  await run("CREATE FUNCTION rows_of(x INT) RETURNS TABLE(a INT) RETURN SELECT x + 1");
  await under(true, "Asia/Tokyo");
  expect(await run("SELECT more(2147483647), hour_of(timestamp'2024-01-01 00:00:00')")).toEqual([[-2147483648, 7]]);
  expect(await run("SELECT a FROM VALUES (2147483647) AS t(y), LATERAL rows_of(y)")).toEqual([[-2147483648]]);
  await expect(run("SELECT more(y + 1) FROM VALUES (2147483647) AS t(y)")).rejects.toMatchObject({ condition: "ARITHMETIC_OVERFLOW" });
  await expect(run("SELECT * FROM VALUES (2147483647) AS t(y), LATERAL rows_of(y + 1)")).rejects.toMatchObject({
    condition: "ARITHMETIC_OVERFLOW",
  });
});
