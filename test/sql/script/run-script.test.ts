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
  expect(await run(text).catch((e) => e.condition)).toEqual(
    expect.toSatisfy(
      (got: unknown) => JSON.stringify(got) === '[["exit continue behind"]]' || got === "UNSUPPORTED_FEATURE.CONTINUE_EXCEPTION_HANDLER",
    ),
  );
});

test("an error without a handler ends the script", async () => {
  await expect(run("BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '02000' BEGIN END; SELECT 1 / 0; END")).rejects.toMatchObject({
    condition: "DIVIDE_BY_ZERO",
  });
});
