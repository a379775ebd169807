import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type DataType, Field, Int32, List, Schema, Struct, Table, TimestampMicrosecond, tableToIPC, Utf8 } from "apache-arrow";
import { expect, test } from "vitest";
import { arrowToParquet } from "../../../lib/engine/kernel/arrow-in.ts";
import { temporaryFolder } from "../../support/sessions.ts";

test("a stream without batches is a file without rows, of the same types", async () => {
  const types: DataType[] = [
    new Int32(),
    new Utf8(),
    new TimestampMicrosecond("UTC"),
    new List(Field.new({ name: "element", type: new Utf8(), nullable: true })),
    new Struct([Field.new({ name: "a", type: new Int32(), nullable: true })]),
  ];
  // Names may repeat.
  const stream = tableToIPC(new Table(new Schema(types.map((type) => Field.new({ name: "x", type, nullable: true })))), "stream");
  const path = join(await temporaryFolder(), "none.parquet");
  await writeFile(path, await arrowToParquet(stream));
  const connection = await (await DuckDBInstance.create()).connect();
  const found = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
  expect(found.getRows()).toEqual([]);
  expect(found.columnNames()).toEqual(["c0", "c1", "c2", "c3", "c4"]);
  expect(found.columnTypes().map(String)).toEqual(["INTEGER", "VARCHAR", "TIMESTAMP WITH TIME ZONE", "VARCHAR[]", 'STRUCT("a" INTEGER)']);
});
