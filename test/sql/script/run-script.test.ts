import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SparkSession } from "../../../lib/firecrest.ts";

const folder = mkdtempSync(join(tmpdir(), "firecrest-script-"));
let spark: SparkSession;

beforeAll(async () => {
  spark = await SparkSession.builder.master("local[1]").config("spark.sql.warehouse.dir", folder).create();
});
afterAll(async () => {
  await spark.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (text: string): Promise<unknown[][]> => (await (await spark.sql(text)).collect()).map((row) => Object.values(row));

test("a script gives the rows of its last query", async () => {
  const text = `BEGIN
    DECLARE total INT DEFAULT 0;
    DECLARE i INT DEFAULT 0;
    lp: WHILE true DO
      SET i = i + 1;
      IF i = 2 THEN ITERATE lp; END IF;
      IF i > 4 THEN LEAVE lp; END IF;
      SET total = total + i;
    END WHILE;
    FOR row AS SELECT * FROM VALUES (10), (20) AS t(n) DO
      SET total = total + row.n;
    END FOR;
    SELECT total;
  END`;
  expect(await run(text)).toEqual([[38]]);
});

test("an EXIT handler leaves its block, a CONTINUE handler goes on behind what failed", async () => {
  const text = `BEGIN
    DECLARE seen STRING DEFAULT '';
    BEGIN
      DECLARE EXIT HANDLER FOR DIVIDE_BY_ZERO BEGIN SET seen = seen || 'exit '; END;
      SELECT 1 / 0;
      SET seen = seen || 'never ';
    END;
    BEGIN
      DECLARE CONTINUE HANDLER FOR SQLSTATE '22012' BEGIN SET seen = seen || 'continue '; END;
      SELECT 1 / 0;
      SET seen = seen || 'behind';
    END;
    SELECT seen;
  END`;
  await expect(run(text)).rejects.toMatchObject({ condition: "UNSUPPORTED_FEATURE.CONTINUE_EXCEPTION_HANDLER" });
  await run("SET spark.sql.scripting.continueHandlerEnabled=true");
  expect(await run(text)).toEqual([["exit continue behind"]]);
  await run("RESET spark.sql.scripting.continueHandlerEnabled");
});

test("a block's handlers are there for the values of its variables", async () => {
  expect(await run("BEGIN DECLARE x INT DEFAULT 1 / 0; DECLARE EXIT HANDLER FOR SQLEXCEPTION SELECT 'handled'; SELECT x; END")).toEqual([
    ["handled"],
  ]);
});

test("an error in a handler ends it, and then the handler's own block as ever", async () => {
  const text = `BEGIN
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SELECT 'outer'; END;
    BEGIN
      DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SELECT 1 / 0; SELECT 'never'; END;
      SELECT 1 / 0;
    END;
    SELECT 'behind';
  END`;
  expect(await run(text)).toEqual([["behind"]]);
});

test("what Firecrest lacks is told of, whatever a script handles", async () => {
  await expect(
    run("BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION SELECT 'handled'; CREATE FUNCTION f AS 'com.example.F'; END"),
  ).rejects.toMatchObject({ condition: "FIRECREST_UNSUPPORTED" });
});

test("variables of a script are its own, of one part, and called by where they are", async () => {
  await expect(run("BEGIN DECLARE OR REPLACE x INT; END")).rejects.toMatchObject({
    condition: "INVALID_VARIABLE_DECLARATION.REPLACE_LOCAL_VARIABLE",
  });
  await expect(run("BEGIN DECLARE session.x INT; END")).rejects.toMatchObject({
    condition: "INVALID_VARIABLE_DECLARATION.QUALIFIED_LOCAL_VARIABLE",
  });
  await expect(run("BEGIN DROP TEMPORARY VARIABLE x; END")).rejects.toMatchObject({
    condition: "UNSUPPORTED_FEATURE.SQL_SCRIPTING_DROP_TEMPORARY_VARIABLE",
  });
  const named = await spark.sql("BEGIN lbl: BEGIN DECLARE x INT DEFAULT 1; SELECT x, lbl.x + 1; END; END");
  expect(await named.columns()).toEqual(["x", "(variablereference(local.lbl.x=1) + 1)"]);
});

test("EXECUTE IMMEDIATE sees no variables of the script around it, but may give them values", async () => {
  await expect(run("BEGIN DECLARE x INT DEFAULT 1; EXECUTE IMMEDIATE 'SELECT x'; END")).rejects.toMatchObject({
    condition: "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
  });
  expect(await run("BEGIN DECLARE x INT DEFAULT 1; EXECUTE IMMEDIATE 'SELECT ? + 1' INTO x USING x; SELECT x; END")).toEqual([[2]]);
});

test("an error without a handler ends the script", async () => {
  await expect(run("BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '02000' BEGIN END; SELECT 1 / 0; END")).rejects.toMatchObject({
    condition: "DIVIDE_BY_ZERO",
  });
});
