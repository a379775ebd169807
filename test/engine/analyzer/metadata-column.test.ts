import { statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { forcedExchanges, openSession, temporaryFolder } from "../../support/sessions.ts";

const warehouse = join(await temporaryFolder(), "w");
const one = await openSession({ "spark.sql.warehouse.dir": warehouse });
const many = await openSession({ ...forcedExchanges, "spark.sql.files.maxPartitionBytes": "200", "spark.sql.warehouse.dir": warehouse });

beforeAll(async () => {
  await one.sql("CREATE TABLE counted (id BIGINT) USING parquet");
  await one.sql("INSERT INTO counted SELECT id FROM range(0, 4, 1, 1)");
  await one.sql("CREATE TABLE shops (a INT, shop STRING) USING csv PARTITIONED BY (shop)");
  await one.sql("INSERT INTO shops VALUES (1, 'far east'), (2, 'north')");
});

describe.each([
  ["one task", one],
  ["many tasks", many],
])("the hidden column of files in %s", (_, spark) => {
  const rows = async (text: string) => (await (await spark.sql(text)).collect()).map((row) => Object.values(row as object));

  it("tells of each row's file, and of its place in files of Parquet", async () => {
    const [first] = await rows(
      "SELECT _metadata.file_path, _metadata.file_name, _metadata.file_size, _metadata.file_block_start, _metadata.file_block_length, _metadata.file_modification_time FROM shops WHERE a = 1",
    );
    const path = String(first![0]);
    expect(path).toContain(`file://${warehouse}/shops/shop=far%20east/`);
    expect(first![1]).toBe(path.slice(path.lastIndexOf("/") + 1));
    const { size, mtimeMs } = statSync(decodeURIComponent(path.slice("file://".length)));
    expect(first!.slice(2, 5)).toEqual([BigInt(size), 0n, BigInt(size)]);
    expect(Number((first![5] as { epochMicros: bigint }).epochMicros / 1000n)).toBe(Math.floor(mtimeMs));
    expect(await rows("SELECT id, _metadata.row_index FROM counted ORDER BY id")).toEqual([0n, 1n, 2n, 3n].map((n) => [n, n]));
  });

  it("is no column that a star means, and one above projections", async () => {
    expect(await (await spark.sql("SELECT * FROM counted")).columns()).toEqual(["id"]);
    expect(await rows("SELECT c._metadata.row_index FROM (SELECT id AS n FROM counted WHERE id > 1) AS c ORDER BY 1")).toEqual([
      [2n],
      [3n],
    ]);
    expect(await rows("SELECT * FROM counted WHERE _metadata.row_index = 2 ORDER BY _metadata.file_name")).toEqual([[2n]]);
    expect((await (await spark.sql("SELECT _metadata FROM shops")).schema()).fields[0]!.dataType).toMatchObject({
      fields: ["path", "name", "size", "block_start", "block_length", "modification_time"].map((name) => ({
        name: `file_${name}`,
        nullable: false,
      })),
    });
  });

  it("can be grouped and aggregated by, joined by and read in subqueries", async () => {
    expect(await rows("SELECT count(*), max(_metadata.row_index) FROM counted GROUP BY _metadata.file_name")).toEqual([[4n, 3n]]);
    const join =
      "SELECT a.id, b._metadata.row_index FROM counted AS a JOIN counted AS b ON a.id = b._metadata.row_index WHERE a._metadata.row_index > 2";
    expect(await rows(join)).toEqual([[3n, 3n]]);
    expect(
      await rows("SELECT id FROM counted WHERE id IN (SELECT _metadata.row_index FROM counted WHERE _metadata.row_index < 1)"),
    ).toEqual([[0n]]);
  });

  it("rules out files", async () => {
    expect(await rows("SELECT a FROM shops WHERE _metadata.file_path LIKE '%north%'")).toEqual([[2]]);
    expect(await rows("SELECT a FROM shops WHERE _metadata.file_modification_time > '2200-01-01'")).toEqual([]);
    expect(
      await rows("SELECT count(*) FROM shops WHERE _metadata.file_size > 0 AND _metadata.file_modification_time > '2020-01-01'"),
    ).toEqual([[2n]]);
  });

  it("is not there without files, behind a union or with another field", async () => {
    const condition = async (text: string) => rows(text).catch((error: { condition: string }) => error.condition);
    expect(await condition("SELECT _metadata FROM range(2)")).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
    expect(await condition("SELECT _metadata FROM (SELECT id FROM counted UNION ALL SELECT id FROM counted)")).toBe(
      "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    );
    expect(await condition("SELECT _metadata.row_index FROM shops")).toBe("FIELD_NOT_FOUND");
  });

  it("is what functions tell of a block: all of a file", async () => {
    const [row] = await rows("SELECT input_file_block_start(), input_file_block_length() - _metadata.file_size FROM shops WHERE a = 2");
    expect(row).toEqual([0n, 0n]);
    expect(await rows("SELECT input_file_block_start(), input_file_block_length()")).toEqual([[-1n, -1n]]);
  });
});
