import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SparkSession } from "../../../lib/firecrest.ts";

const warehouse = join(mkdtempSync(join(tmpdir(), "firecrest-commands-")), "warehouse");
let spark: SparkSession;

beforeAll(async () => {
  spark = await SparkSession.builder.master("local[2]").config("spark.sql.warehouse.dir", warehouse).create();
});
afterAll(async () => {
  await spark.stop();
  rmSync(join(warehouse, ".."), { recursive: true, force: true });
});

const run = async (text: string): Promise<unknown[][]> => (await (await spark.sql(text)).collect()).map((row) => Object.values(row));
const condition = (text: string) => expect(run(text)).rejects;

test("nothing is written before something is created", async () => {
  expect(await run("SHOW TABLES")).toEqual([]);
  expect(existsSync(warehouse)).toBe(false);
});

test("a table takes rows by place, by name and by default", async () => {
  await run("CREATE TABLE sales (id INT, shop STRING DEFAULT 'north', amount DECIMAL(10, 2)) USING parquet");
  await run("INSERT INTO sales VALUES (1, 'south', 2.5), (2, DEFAULT, 3)");
  await run("INSERT INTO sales (amount, id) VALUES (4, 3)");
  await run("INSERT INTO sales BY NAME SELECT 5 AS amount, 'east' AS shop, 4 AS id");
  expect(await run("SELECT id, shop, CAST(amount AS STRING) FROM sales ORDER BY id")).toEqual([
    [1, "south", "2.50"],
    [2, "north", "3.00"],
    [3, "north", "4.00"],
    [4, "east", "5.00"],
  ]);
  await condition("INSERT INTO sales VALUES (1)").toMatchObject({ condition: "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS" });
  await condition("INSERT INTO sales VALUES ('x', 'y', 1)").toMatchObject({ condition: "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST" });
  await condition("INSERT OVERWRITE sales SELECT * FROM sales").toMatchObject({ condition: "UNSUPPORTED_OVERWRITE.TABLE" });
  await run("DROP TABLE sales");
  await condition("SELECT * FROM sales").toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
});

test("an overwrite replaces the partitions that PARTITION names, or those that have rows where overwriting is dynamic", async () => {
  await run("CREATE TABLE parts (a INT, d STRING, e INT) PARTITIONED BY (d, e)");
  await run("INSERT INTO parts VALUES (1, 'x', 1), (2, 'x', 2), (3, 'y', 1)");
  await run("INSERT OVERWRITE parts PARTITION (d = 'x', e = 1) SELECT 10");
  const rows = "SELECT * FROM parts ORDER BY a";
  expect(await run(rows)).toEqual([
    [2, "x", 2],
    [3, "y", 1],
    [10, "x", 1],
  ]);
  await run("INSERT OVERWRITE parts PARTITION (d = 'x', e) SELECT 20, 5");
  expect(await run("SHOW PARTITIONS parts")).toEqual([["d=x/e=5"], ["d=y/e=1"]]);
  await run("SET spark.sql.sources.partitionOverwriteMode=dynamic");
  await run("INSERT OVERWRITE parts VALUES (30, 'y', 1)");
  await run("RESET spark.sql.sources.partitionOverwriteMode");
  expect(await run(rows)).toEqual([
    [20, "x", 5],
    [30, "y", 1],
  ]);
  await run("ALTER TABLE parts DROP PARTITION (d = 'y')");
  expect(await run(rows)).toEqual([[20, "x", 5]]);
  await run("DROP TABLE parts");
});

test("char columns are padded, and texts that are too long are refused", async () => {
  await run("CREATE TABLE codes (c CHAR(3), v VARCHAR(2))");
  await run("INSERT INTO codes VALUES ('a', 'b '), ('abc  ', 'bb   ')");
  expect(await run("SELECT concat(c, '|'), concat(v, '|') FROM codes ORDER BY c")).toEqual([
    ["a  |", "b |"],
    ["abc|", "bb|"],
  ]);
  await condition("INSERT INTO codes VALUES ('abcd', '')").toMatchObject({ condition: "EXCEED_LIMIT_LENGTH" });
  expect(await run("SHOW CREATE TABLE codes")).toEqual([
    ["CREATE TABLE spark_catalog.default.codes (\n  c CHAR(3),\n  v VARCHAR(2))\nUSING parquet\n"],
  ]);
  await run("DROP TABLE codes");
});

test("views see what their tables are, under the schema that they were made in", async () => {
  await run("CREATE SCHEMA shop");
  await run("USE shop");
  await run("CREATE TABLE t AS SELECT 1 AS a");
  await run("CREATE VIEW v (b) AS SELECT a + 1 AS c FROM t");
  await run("USE default");
  await run("INSERT INTO shop.t VALUES (5)");
  expect(await run("SELECT b FROM shop.v ORDER BY b")).toEqual([[2], [6]]);
  await run("CREATE TEMP VIEW tv AS SELECT 1 AS one");
  await condition("CREATE VIEW w AS SELECT * FROM tv").toMatchObject({ condition: "INVALID_TEMP_OBJ_REFERENCE" });
  await condition("DROP TABLE shop.v").toMatchObject({ condition: "WRONG_COMMAND_FOR_OBJECT_TYPE" });
  await condition("DROP SCHEMA shop").toMatchObject({ condition: "SCHEMA_NOT_EMPTY" });
  await run("DROP SCHEMA shop CASCADE");
  await run("DROP VIEW tv");
});

test("ANALYZE keeps what columns hold", async () => {
  await run("CREATE TABLE numbers AS SELECT id, CAST(id % 3 AS STRING) AS s FROM range(10)");
  await run("ANALYZE TABLE numbers COMPUTE STATISTICS FOR ALL COLUMNS");
  const shown = Object.fromEntries(await run("DESC EXTENDED numbers id"));
  expect(shown).toMatchObject({ min: "0", max: "9", num_nulls: "0", distinct_count: "10" });
  expect(Object.fromEntries((await run("DESC EXTENDED numbers")).map(([key, value]) => [key, value])).Statistics).toMatch(
    /bytes, 10 rows$/,
  );
  const [[plan]] = (await run("EXPLAIN COST SELECT s, count(*) FROM numbers GROUP BY s")) as [[string]];
  expect(plan).toMatch(/^Aggregate .*rowCount=3\)$/m);
  await run("DROP TABLE numbers");
});

test("data frames are written to tables, and read by name", async () => {
  const df = spark.range(3);
  await df.write
    .partitionBy("id")
    .mode("overwrite")
    .saveAsTable("frames")
    .catch(() => undefined);
  await df.write.saveAsTable("plain");
  await df.write.mode("append").saveAsTable("plain");
  await df.write.insertInto("plain");
  expect(await spark.table("plain").count()).toBe(9);
  await expect(df.write.saveAsTable("plain")).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_ALREADY_EXISTS" });
  await df.write.mode("overwrite").saveAsTable("plain");
  expect(await spark.table("plain").count()).toBe(3);
  expect(await spark.catalog.tableExists("plain")).toBe(true);
  expect(await spark.catalog.listTables()).toMatchObject([{ name: "plain", tableType: "MANAGED", isTemporary: false }]);
  expect(await spark.catalog.listColumns("plain")).toMatchObject([{ name: "id", dataType: "bigint" }]);
  await run("DROP TABLE plain");
});

test("file tables refuse to change single rows", async () => {
  await run("CREATE TABLE t (a INT)");
  await condition("DELETE FROM t WHERE a = 1").toMatchObject({ condition: "UNSUPPORTED_FEATURE.TABLE_OPERATION" });
  await condition("ALTER TABLE t RENAME COLUMN a TO b").toMatchObject({ condition: "UNSUPPORTED_FEATURE.TABLE_OPERATION" });
  await run("DROP TABLE t");
});

test("a column that is added with a DEFAULT has its value in rows that were there", async () => {
  await run("CREATE TABLE grown (a INT) USING parquet");
  await run("INSERT INTO grown VALUES (1)");
  await run("ALTER TABLE grown ADD COLUMNS (b INT DEFAULT 40 + 2, c STRING DEFAULT 'x''y', d INT)");
  await run("ALTER TABLE grown ALTER COLUMN b SET DEFAULT 7");
  await run("INSERT INTO grown VALUES (2, NULL, NULL, 9), (3, DEFAULT, DEFAULT, DEFAULT)");
  expect(await run("SELECT * FROM grown ORDER BY a")).toEqual([
    [1, 42, "x'y", null],
    [2, null, null, 9],
    [3, 7, "x'y", null],
  ]);
  expect(await run("SELECT a FROM grown WHERE b = 42")).toEqual([[1]]);
  await run("CREATE TABLE lines (a INT) USING csv");
  await run("INSERT INTO lines VALUES (1)");
  await expect(run("ALTER TABLE lines ADD COLUMNS (b INT DEFAULT 1)")).rejects.toMatchObject({ condition: "FIRECREST_UNSUPPORTED" });
});

test("writeTo makes, replaces and fills tables by the names of columns", async () => {
  const rows = (text: string) => spark.sql(text);
  await (await rows("SELECT 1 AS id, 'a' AS shop")).writeTo("v2").using("parquet").partitionedBy("shop").tableProperty("k", "v").create();
  await expect((await rows("SELECT 1 AS id")).writeTo("v2").create()).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_ALREADY_EXISTS" });
  await (await rows("SELECT 'b' AS shop, 2 AS id")).writeTo("v2").append();
  await (await rows("SELECT 'b' AS shop, 3 AS id")).writeTo("v2").overwritePartitions();
  expect(await run("SELECT id, shop FROM v2 ORDER BY id")).toEqual([
    [1, "a"],
    [3, "b"],
  ]);
  expect(await run("SHOW PARTITIONS v2")).toEqual([["shop=a"], ["shop=b"]]);
  expect(await run("SHOW TBLPROPERTIES v2")).toContainEqual(["k", "v"]);
  await (await rows("SELECT 9 AS n")).writeTo("v2").replace();
  expect(await run("SELECT * FROM v2")).toEqual([[9]]);
  await expect((await rows("SELECT 1 AS n")).writeTo("none").replace()).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
  await (await rows("SELECT 8 AS n")).writeTo("v2").createOrReplace();
  expect(await run("SELECT * FROM v2")).toEqual([[8]]);
});

test("a view without WITH SCHEMA is bound as the settings say when it is made", async () => {
  const mode = async (view: string) => (await run(`DESCRIBE EXTENDED ${view}`)).find(([name]) => name === "View Schema Mode")?.[1];
  await run("CREATE VIEW compensated AS SELECT 1 AS a");
  await run("SET spark.sql.legacy.viewSchemaCompensation=false");
  await run("CREATE VIEW bound AS SELECT 1 AS a");
  expect([await mode("bound"), await mode("compensated")]).toEqual(["BINDING", "COMPENSATION"]);
  await run("RESET spark.sql.legacy.viewSchemaCompensation");
  expect(await mode("bound")).toBe("BINDING");
});
