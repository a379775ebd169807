import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pythonExecutable, pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const PROGRAM = `
import os, json
from decimal import Decimal
folder = os.environ["FOLDER"]
out = {}
def rows(df): return [list(map(str, row)) for row in df.collect()]
def failure(run):
    try: run()
    except errors.PySparkException as e: return [type(e).__name__, e.getCondition(), str(e).strip()]

nums = spark.range(3).withColumn("k", F.col("id") % 2)
out["using"] = nums.join(spark.range(1).withColumnRenamed("id", "k"), "k", "left_semi").columns
ordered = Window.orderBy("id")
out["frames"] = rows(nums.select(F.sum("id").over(ordered.rowsBetween(1, 0)), F.count("*").over(ordered.rowsBetween(0, -1))))
out["describe"] = rows(spark.createDataFrame([(Decimal("1.10"),), (Decimal("2.25"),)], "a decimal(10,2)").describe())[1]
out["corrupt"] = rows(spark.createDataFrame([('{"a":1}',), ('{"a":"z"}',)], ["j"]).select(F.from_json("j", "a int, _corrupt_record string").alias("p")).select("p.*"))
out["watermark"] = rows(nums.withColumn("t", F.current_timestamp()).withWatermark("t", "1 day").select("id"))
out["unknown watermark"] = failure(lambda: nums.withWatermark("nope", "1 day").collect())[1]

nums.withColumn("d", F.lit(7)).select("id", "d").write.partitionBy("d").parquet(folder + "/parts")
out["schema"] = spark.read.schema("id long, d int, x double").parquet(folder + "/parts").columns
os.mkdir(folder + "/bad")
with open(folder + "/bad/a.csv", "w") as f: f.write("1\\nx\\n")
out["failfast"] = failure(lambda: spark.read.schema("a int").option("mode", "FAILFAST").csv(folder + "/bad").collect())
table = spark.catalog.createTable("made", path=folder + "/bad", source="csv")
out["made"] = [rows(table), table.count()]

def seen(row):
    with open(folder + "/seen", "a") as f: f.write(str(row.id))
spark.range(3).coalesce(1).foreach(seen)
out["foreach"] = open(folder + "/seen").read()
out["python"] = failure(lambda: spark.range(1).select(F.udf(lambda x: 1 / x, "double")("id")).collect())
out["sample"] = failure(lambda: nums.sample(2.0).collect())
out["by name"] = failure(lambda: nums.unionByName(spark.range(1)).collect())
out["corrupt only"] = failure(lambda: spark.read.schema("_corrupt_record string").json(folder + "/bad").collect())[:2]
nums.createOrReplaceTempView("nums")
out["suggested"] = failure(lambda: spark.sql("SELECT nums.kk FROM nums").collect())[2]
print(json.dumps(out))
`;

describe.skipIf(pythonUnavailable())("programs as PySpark's users have them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "firecrest-programs-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const { url } = await startServer(
    { "spark.firecrest.python": pythonExecutable, "spark.sql.warehouse.dir": join(folder, "warehouse") },
    { python: { executable: pythonExecutable, paths: [] } },
  );
  const out = JSON.parse(await runPython(url, PROGRAM, { env: { FOLDER: folder } })) as Record<string, unknown>;

  test("have their columns in Spark's order: keys first, partitions last", () => {
    expect(out.using).toEqual(["k", "id"]);
    expect(out.schema).toEqual(["id", "x", "d"]);
  });

  test("may frame a window so that it has no rows", () => {
    expect(out.frames).toEqual([1, 2, 3].map(() => ["None", "0"]));
  });

  test("describe decimals exactly, and keep what is not of the schema", () => {
    expect(out.describe).toEqual(["mean", "1.675000"]);
    expect(out.corrupt).toEqual([
      ["1", "None"],
      ["None", '{"a":"z"}'],
    ]);
  });

  test("name watermarks that a batch has no use for", () => {
    expect(out.watermark).toEqual([["0"], ["1"], ["2"]]);
    expect(out["unknown watermark"]).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
  });

  test("make a table once, however often they use what that gives", () => {
    expect(out.made).toEqual([[["1"], ["x"]], 2]);
  });

  test("call a function for each row", () => {
    expect(out.foreach).toBe("012");
  });

  test("catch Spark's exceptions with Spark's words", () => {
    expect(out.failfast).toMatchObject(["SparkException", "FAILED_READ_FILE.NO_HINT", expect.stringContaining("bad/a.csv")]);
    expect(out.python).toMatchObject([
      "PythonException",
      null,
      expect.stringContaining("\n[PYTHON_EXCEPTION] An exception was thrown from the Python worker: Traceback (most recent call last):"),
    ]);
    expect(out.sample).toMatchObject([
      "IllegalArgumentException",
      "_LEGACY_ERROR_TEMP_0063",
      expect.stringMatching(/^requirement failed: Sampling fraction \(2\.0\)/),
    ]);
    expect(out["by name"]).toEqual(["AnalysisException", "_LEGACY_ERROR_TEMP_1201", 'Cannot resolve column name "k" among (id).']);
    expect(out["corrupt only"]).toEqual(["AnalysisException", "UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN"]);
    expect(out.suggested).toContain("[`nums`.`k`, `nums`.`id`]");
  });
});
