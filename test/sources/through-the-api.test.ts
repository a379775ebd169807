import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { col, type DataFrame, lit, type SparkSession } from "../../lib/firecrest.ts";
import { openSession, temporaryFolder } from "../support/sessions.ts";

let spark: SparkSession;
let folder: string;
beforeAll(async () => {
  [spark, folder] = await Promise.all([openSession(), temporaryFolder()]);
});

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(`${folder}/${name}`, content);
  return `${folder}/${name}`;
}
const conditionOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: { condition?: string }) => error.condition ?? String(error),
  );
const partsOf = (path: string) => readdirSync(path).filter((name) => name.startsWith("part-"));

describe("a CSV file", () => {
  it.each([
    ["with a byte order mark", "bom.csv", "\ufeffa,b\n1,2\n"],
    ["with \\r\\n and no line end behind the last record", "crlf.csv", "a,b\r\n1,2"],
    ["packed by gzip", "packed.csv.gz", gzipSync("a,b\n1,2\n")],
    ["packed by zstd", "packed.csv.zst", zstdCompressSync("a,b\n1,2\n")],
  ])("%s gives its rows", async (_, name, content) => {
    expect(await spark.read.option("header", true).csv(file(name, content)).collect()).toEqual([{ a: "1", b: "2" }]);
  });

  it("of nothing has no schema, but with one given no rows", async () => {
    const empty = file("empty.csv", "");
    expect(await conditionOf(spark.read.csv(empty).collect())).toBe("UNABLE_TO_INFER_SCHEMA");
    expect(await spark.read.schema("a int").csv(empty).collect()).toEqual([]);
  });

  it("of a header alone has its columns and no rows", async () => {
    const df = spark.read.option("header", true).csv(file("header.csv", "a,b\n"));
    expect([await df.columns(), await df.collect()]).toEqual([["a", "b"], []]);
  });

  it("names the file of a malformed record that FAILFAST stops at", async () => {
    const paths = [file("good.csv", "1,x\n"), file("bad.csv", "zz,y\n")];
    const read = spark.read.option("mode", "FAILFAST").schema("a int, b string").csv(paths);
    await expect(read.collect()).rejects.toMatchObject({ condition: /^MALFORMED_RECORD/, messageParameters: { path: paths[1] } });
  });
});

it("the corrupt record column alone is refused, since nothing would be parsed to fill it", async () => {
  const schema = "a int, _corrupt_record string";
  const read = spark.read.schema(schema).csv(file("corrupt.csv", "zz\n"));
  const condition = "UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN";
  expect(await conditionOf(read.select("_corrupt_record").collect())).toBe(condition);
  expect(
    await conditionOf(spark.read.schema(schema).json(file("corrupt.json", "{")).filter(col("_corrupt_record").isNotNull()).count()),
  ).toBe(condition);
  expect(await read.cache().select("_corrupt_record").collect()).toEqual([{ _corrupt_record: "zz" }]);
});

it.each([
  ["csv", "maxCharsPerColumn", "10"],
  ["csv", "singleVariantColumn", "v"],
  ["csv", "locale", "fr-FR"],
  ["csv", "unescapedQuoteHandling", "RAISE_ERROR"],
  ["json", "allowComments", "true"],
  ["json", "allowNonNumericNumbers", "false"],
  ["json", "singleVariantColumn", "v"],
  ["parquet", "ignoreCorruptFiles", "true"],
])("%s refuses to read with the option %s of %s, which it does not honour", async (format, name, value) => {
  const path = `${folder}/options-${format}`;
  await spark.range(1).write.mode("overwrite").format(format).save(path);
  await expect(spark.read.format(format).schema("id bigint").option(name, value).load(path).collect()).rejects.toMatchObject({
    condition: "FIRECREST_UNSUPPORTED",
    message: expect.stringContaining(name),
  });
});

it.each([
  ["csv", "extension", "tsv"],
  ["csv", "compression", "bzip2"],
  ["csv", "lineSep", "\r\n"],
  ["json", "encoding", "UTF-16"],
])("%s refuses to write with the option %s of %j, and writes nothing", async (format, name, value) => {
  const path = `${folder}/refused-${format}-${name}`;
  expect(await conditionOf(spark.range(1).write.format(format).option(name, value).save(path))).toBe("FIRECREST_UNSUPPORTED");
  expect(readdirSync(folder)).not.toContain(path.slice(folder.length + 1));
});

it.each([
  ["json", "___", '{"value":"a\\nb"}___{"value":"c"}___'],
  ["text", "\r\n", "a\nb\r\nc\r\n"],
])("%s ends lines with %j where it is asked to, and reads them again", async (format, lineSep, content) => {
  const path = `${folder}/ended-${format}`;
  const rows = spark.createDataFrame([{ value: "a\nb" }, { value: "c" }], "value string");
  await rows.coalesce(1).write.format(format).option("lineSep", lineSep).save(path);
  const [written] = readdirSync(path).filter((name) => name.startsWith("part-"));
  expect(readFileSync(`${path}/${written}`, "utf8")).toBe(content);
  expect(await spark.read.format(format).option("lineSep", lineSep).load(path).collect()).toEqual([{ value: "a\nb" }, { value: "c" }]);
  expect(await conditionOf(rows.write.format(format).option("lineSep", "").save(`${path}-none`))).toBe("FIRECREST_INVALID_OPTION");
});

it.each([33_000_000, 45_000_000])("a line of %i characters, more than a worker holds, is refused by the file's name", async (length) => {
  const long = file(`long-${length}.csv`, `a,${"x".repeat(length)}\n`);
  const error = await spark.read
    .csv(long)
    .collect()
    .catch((thrown: Error) => thrown);
  expect(error).toMatchObject({
    condition: expect.stringMatching(/^(FAILED_READ_FILE|FIRECREST_UNSUPPORTED)/),
    message: expect.stringContaining(long),
  });
});

describe("partitions", () => {
  const names = ["a b", "x=y", "50%", "ünï/中", null, "q'\"z", ".", "a:b*?"];
  it.each(["parquet", "csv", "json"])("of any name come back from %s as they went in", async (format) => {
    const path = `${folder}/odd-${format}`;
    const rows = names.map((name, id) => ({ id, "p q": name }));
    await spark.createDataFrame(rows, "id int, `p q` string").write.partitionBy("p q").format(format).save(path);
    expect(await spark.read.format(format).schema("id int, `p q` string").load(path).orderBy("id").collect()).toEqual(rows);
  });

  it("are replaced one by one where the overwrite is dynamic, by the option or the session's setting", async () => {
    const path = `${folder}/dynamic`;
    const only = (value: number) => spark.range(1).withColumn("p", lit(value));
    const perPartition = async () =>
      (await spark.read.parquet(path).groupBy("p").count().orderBy("p").collect()).map((row) => Number(row.count));
    await spark.range(6).withColumn("p", col("id").mod(3)).write.partitionBy("p").parquet(path);
    await only(1).write.partitionBy("p").mode("overwrite").option("partitionOverwriteMode", "dynamic").parquet(path);
    expect(await perPartition()).toEqual([2, 1, 2]);
    const session = spark.newSession();
    session.conf.set("spark.sql.sources.partitionOverwriteMode", "DYNAMIC");
    await session.range(1).withColumn("p", lit(2)).write.partitionBy("p").mode("overwrite").parquet(path);
    expect(await perPartition()).toEqual([2, 1, 1]);
    await only(0).write.partitionBy("p").mode("overwrite").parquet(path);
    expect(await perPartition()).toEqual([1]);
    expect(await conditionOf(only(0).write.mode("overwrite").option("partitionOverwriteMode", "some").parquet(path))).toBe(
      "FIRECREST_INVALID_OPTION",
    );
  });
});

it("files have no more records than maxRecordsPerFile", async () => {
  await spark.range(0, 10, 1, 1).write.option("maxRecordsPerFile", 3).csv(`${folder}/capped`);
  const lines = partsOf(`${folder}/capped`).map((name) => readFileSync(`${folder}/capped/${name}`, "utf8").trim().split("\n").length);
  expect(lines.sort()).toEqual([1, 3, 3, 3]);
});

it("a path may be relative, a file: address, or a pattern", async () => {
  mkdirSync(`${folder}/globs`);
  for (const name of ["a1", "a2", "b1"]) file(`globs/${name}.csv`, `${name}\n`);
  const namesIn = async (df: DataFrame) => (await df.orderBy("_c0").collect()).map((row) => row._c0);
  expect(await namesIn(spark.read.csv(`file://${folder}/globs/{a*,b[0-9]}.csv`))).toEqual(["a1", "a2", "b1"]);
  expect(await namesIn(spark.read.csv(`${folder}/globs/a?.csv`))).toEqual(["a1", "a2"]);
  expect(await conditionOf(spark.read.csv(`${folder}/globs/z*.csv`).collect())).toBe("PATH_NOT_FOUND");
});

it("a reader that began before an overwrite fails by name, or sees the old rows, never half of each", async () => {
  const path = `${folder}/moving`;
  await spark.range(0, 1000, 1, 2).write.parquet(path);
  const before = spark.read.parquet(path);
  const reading = before.collect().then(
    (rows) => rows.length,
    (error: { condition: string }) => error.condition,
  );
  await spark.range(0, 7, 1, 1).write.mode("overwrite").parquet(path);
  expect([1000, 7, "FAILED_READ_FILE.FILE_NOT_EXIST"]).toContain(await reading);
  expect(await spark.read.parquet(path).count()).toBe(7);
});
