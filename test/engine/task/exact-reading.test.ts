import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { SparkSession } from "../../../lib/firecrest.ts";

it("reads a file again, exactly, where it is not as clean as the fast reader expects", async () => {
  const folder = await mkdtemp(join(tmpdir(), "exact-"));
  const path = join(folder, "ragged.csv");
  await writeFile(path, 'a,b\n1,x\n2\n3,z,w\n"4","p\nq"\n');
  const spark = await SparkSession.builder.getOrCreate();
  try {
    const rows = await spark.read.option("header", "true").schema("a int, b string").csv(path).collect();
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { a: 1, b: "x" },
      { a: 2, b: null },
      { a: 3, b: "z" },
      { a: 4, b: "p" },
      { a: null, b: null },
    ]);
  } finally {
    await spark.stop();
    await rm(folder, { recursive: true });
  }
});
