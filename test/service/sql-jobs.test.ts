import { tableFromIPC } from "apache-arrow";
import { beforeAll, expect, test } from "vitest";
import type { LocalServer } from "../../apps/cli/local-server.ts";
import type { SqlText } from "../../lib/service/records.ts";
import { jobClient, startJobServer } from "../support/job-server.ts";
import { temporaryFolder } from "../support/sessions.ts";

let server: LocalServer;
let jobs: ReturnType<typeof jobClient>;
let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startJobServer({ workers: 1 });
  jobs = jobClient(server.url);
});

/** The rows of a text's last statement, or the job's error. */
async function run(text: string, args?: SqlText["args"], conf: Readonly<Record<string, string>> = {}) {
  const sql = { text, ...(args === undefined ? {} : { args }) };
  let status = await jobs.submitSql(sql, { conf, idempotencyKey: crypto.randomUUID() });
  for await (status of jobs.follow(status));
  if (status.state !== "succeeded") return status.error;
  const rows: unknown[] = [];
  for await (const chunk of jobs.rows(status, new AbortController().signal))
    for (const row of tableFromIPC(chunk)) rows.push(Object.fromEntries(Object.entries(row.toJSON())));
  return rows;
}

test("a job of SQL text gives its rows", async () => {
  expect(await run("SELECT id, id * 2 AS twice FROM range(2)")).toEqual([
    { id: 0n, twice: 0n },
    { id: 1n, twice: 2n },
  ]);
});

test("values are bound by name or by position", async () => {
  const text = "x' OR '1'='1";
  expect(await run("SELECT :t AS t, :n + 1 AS n, :m AS m", { t: text, n: 1, m: null })).toEqual([{ t: text, n: 2, m: null }]);
  expect(await run("SELECT ? AS a, typeof(?) AS b", [true, 4294967296])).toEqual([{ a: true, b: "bigint" }]);
});

test("statements before the last make views and settings that end with the job", async () => {
  const text = "SET spark.sql.ansi.enabled = false; CREATE TEMPORARY VIEW v AS SELECT 1 AS a; SELECT a, 1 / 0 AS n FROM v;";
  expect(await run(text)).toEqual([{ a: 1, n: null }]);
  expect(await run("SELECT * FROM v")).toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
  expect(await run("SELECT 1 / 0")).toMatchObject({ condition: "DIVIDE_BY_ZERO" });
});

test("files are read and written by their paths", async () => {
  expect(await run(`INSERT OVERWRITE DIRECTORY '${folder}/ids' USING parquet SELECT id FROM range(3)`)).toEqual([]);
  expect(await run(`SELECT count(*) AS n FROM parquet.\`${folder}/ids\``)).toEqual([{ n: 3n }]);
});

test("tables live in the service's own catalog", async () => {
  expect(await run("CREATE TABLE t USING parquet AS SELECT id FROM range(4)")).toEqual([]);
  expect(await run("INSERT INTO t VALUES (10)")).toEqual([]);
  expect(await run("SELECT count(*) AS n, max(id) AS m FROM t")).toEqual([{ n: 5n, m: 10n }]);
});

test("the catalog hears of partitions once their rows are there", async () => {
  expect(await run("CREATE TABLE parts USING parquet PARTITIONED BY (p) AS SELECT id, id % 2 AS p FROM range(4)")).toEqual([]);
  expect(await run("SHOW PARTITIONS parts")).toEqual([{ partition: "p=0" }, { partition: "p=1" }]);
  expect(await run("INSERT INTO parts PARTITION (p = 7) SELECT 70")).toEqual([]);
  expect(await run("INSERT INTO parts PARTITION (p = 8) SELECT raise_error('no')")).toMatchObject({ condition: "USER_RAISED_EXCEPTION" });
  expect(await run("SHOW PARTITIONS parts")).toEqual([{ partition: "p=0" }, { partition: "p=1" }, { partition: "p=7" }]);
  expect(await run("INSERT OVERWRITE parts SELECT id, 1 FROM range(2)")).toEqual([]);
  expect(await run("SELECT p, count(*) AS n FROM parts GROUP BY p")).toEqual([{ p: 1n, n: 2n }]);
  expect(await run("SHOW PARTITIONS parts")).toEqual([{ partition: "p=1" }]);
});

test("a table whose rows could not be made is not there", async () => {
  expect(await run("CREATE TABLE bad USING parquet AS SELECT CAST(raise_error('no') AS INT) AS a")).toMatchObject({
    condition: "USER_RAISED_EXCEPTION",
  });
  expect(await run("SELECT * FROM bad")).toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
  expect(await run("CREATE TABLE bad USING parquet AS SELECT 1 AS a")).toEqual([]);
});

test("a mistake in the text fails the job with Spark's condition", async () => {
  expect(await run("SELECT a FORM t")).toMatchObject({ condition: "PARSE_SYNTAX_ERROR", sqlState: "42601" });
  expect(await run("SELECT :a")).toMatchObject({ condition: "UNBOUND_SQL_PARAMETER" });
});

test("what a job cannot do before its last statement is refused by name", async () => {
  expect(await run("INSERT INTO t VALUES (1); SELECT * FROM t")).toMatchObject({ condition: "FIRECREST_UNSUPPORTED" });
});
