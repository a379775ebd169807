import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { Table, writeParquet } from "parquet-wasm";
import { describe, expect, it } from "vitest";
import { col, functions as F } from "../../../lib/firecrest.ts";
import { openSession, temporaryFolder } from "../../support/sessions.ts";

describe("NaN in a file whose statistics leave it out", () => {
  it("is the greatest number, in aggregates and filters", async () => {
    const path = join(await temporaryFolder(), "numbers.parquet");
    const numbers = tableFromArrays({ v: Float64Array.of(1.1, Number.NaN, 3.3), w: Float32Array.of(-0, Number.NaN, 1) });
    await writeFile(path, writeParquet(Table.fromIPCStream(tableToIPC(numbers, "stream"))));
    const read = (await openSession()).read.parquet(path);
    expect(await read.select(F.max("v").alias("v"), F.max("w").alias("w")).collect()).toEqual([{ v: Number.NaN, w: Number.NaN }]);
    expect(await read.filter(col("v").gt(5)).select("w").collect()).toEqual([{ w: Number.NaN }]);
    expect(await read.filter(col("v").lt(2)).collect()).toEqual([{ v: 1.1, w: -0 }]);
  });
});
