import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const PROGRAM = `
import json
folder = os.environ["FOLDER"]
out = {}
def rows(df): return [list(map(str, row)) for row in df.collect()]
def failure(run):
    try: run()
    except errors.PySparkException as e: return [type(e).__name__, e.getCondition(), str(e).split("\\n")[0]]
def nullable(df): return [f.nullable for f in df.schema]

one = spark.createDataFrame([(1, 2)], ["a", "b"])
x = spark.sql("select named_struct('a', 1, 'b', 2) s, array(named_struct('a', 1)) xs")
y = spark.sql("select array(named_struct('c', 5)) xs, named_struct('b', 3, 'c', 4) s")
merged = x.unionByName(y, allowMissingColumns=True)
out["structs"] = [merged.schema.simpleString(), rows(merged)]
out["reordered"] = rows(x.select("s").unionByName(spark.sql("select named_struct('b', 3, 'a', 4) s")))
out["no field"] = failure(lambda: x.select("s").unionByName(y.select("s")).collect())[:2]
out["twice"] = failure(lambda: one.toDF("a", "A").unionByName(one).collect())[:2]

ids = spark.createDataFrame([(1, 10, 1.5), (2, 20, 2.5)], "id int, n int, d double")
out["unpivot"] = rows(ids.unpivot("id", ["n", "d"], "var", "val"))
out["renamed"] = [spark.range(1).withColumnsRenamed({"id": "a", "a": "b"}).columns, spark.range(1).withColumnsRenamed({"a": "b", "id": "a"}).columns]
out["added twice"] = failure(lambda: ids.withColumns({"q": F.lit(1), "Q": F.lit(2)}).columns)[:2]
out["names"] = failure(lambda: ids.toDF("a").columns)[2]
out["hints"] = [ids.hint("rebalance", "id").count(), ids.hint("REPARTITION_BY_RANGE", 2, "id").count(), ids.hint("coalesce", 1).count()]
out["no count"] = failure(lambda: ids.hint("coalesce", "x").count())
ids.createOrReplaceTempView("ids")
out["hint below order"] = rows(spark.sql("select /*+ BROADCAST(o) */ ids.n from ids join ids o using (id) order by ids.d desc"))
out["limit below order"] = rows(ids.orderBy("id").select("n").limit(1).orderBy("id"))
out["in nothing"] = [rows(ids.select(ids.id.isin([]))), ids.filter(~ids.id.isin([])).count()]
out["stars"] = rows(ids.select(F.struct("id", "n").alias("s")).select(F.count(F.col("s.*"))))
joined = spark.createDataFrame([(1, 5)], ["id", "k"])
out["side"] = [joined.join(ids, "id").select(ids["*"]).columns, joined.join(ids, "id").withColumn("z", F.lit(0)).select(ids["*"]).columns]
out["cov"] = spark.createDataFrame([(10.0,), (20.0,), (None,)], "x double").cov("x", "x")
out["no statistic"] = failure(lambda: ids.summary("middle").collect())
out["no percentile"] = failure(lambda: ids.summary("101%").collect())
out["no step"] = failure(lambda: spark.range(1, 2, 0).collect())
out["no key"] = failure(lambda: ids.dropDuplicates(["nope"]).collect())
out["no column"] = failure(lambda: ids.fillna(1, ["nope"]).collect())
out["no such field"] = failure(lambda: x.select(x.s.nope).collect())[:2]
out["there already"] = ids.write.parquet(folder + "/p") or failure(lambda: ids.write.parquet(folder + "/p"))[2].replace(folder, "FOLDER")

f = spark.range(1).select(F.lit("1").alias("s"), F.lit(1).alias("i"), F.lit(1.5).alias("d"), F.split(F.lit("a,b"), ",").alias("xs"))
never = f.select(F.col("i") + 1, F.upper("s"), F.col("i").cast("string"), F.size("xs"), F.array_contains("xs", "a"), F.exists("xs", lambda x: x == "a"))
ever = f.select(F.sqrt("d"), F.round("d", 1), F.col("i") / 2, F.col("s").cast("int"), F.col("d").cast("int"), F.to_date("s"), F.to_json(F.struct("i")))
out["nullable"] = [nullable(never), nullable(ever)]
out["elements"] = [field.dataType.containsNull for field in f.select(F.transform("xs", lambda x: F.trim(x)), F.map_keys(F.create_map("s", "i"))).schema]
print(json.dumps(out))
`;

describe.skipIf(pythonUnavailable())("DataFrames of PySpark", async () => {
  const folder = mkdtempSync(join(tmpdir(), "firecrest-frames-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const { url } = await startServer({ "spark.sql.warehouse.dir": join(folder, "warehouse") });
  const out = JSON.parse(await runPython(url, PROGRAM, { env: { FOLDER: folder } })) as Record<string, unknown>;

  test("unite by names at any depth, NULL where a side has no such field", () => {
    expect(out.structs).toEqual([
      "struct<s:struct<a:int,b:int,c:int>,xs:array<struct<a:int,c:int>>>",
      [
        ["Row(a=1, b=2, c=None)", "[Row(a=1, c=None)]"],
        ["Row(a=None, b=3, c=4)", "[Row(a=None, c=5)]"],
      ],
    ]);
    expect(out.reordered).toEqual([["Row(a=1, b=2)"], ["Row(a=4, b=3)"]]);
    expect(out["no field"]).toEqual(["AnalysisException", "FIELD_NOT_FOUND"]);
    expect(out.twice).toEqual(["AnalysisException", "COLUMN_ALREADY_EXISTS"]);
  });

  test("show all that becomes of a row when it is unpivoted before the next row", () => {
    expect(out.unpivot).toEqual([
      ["1", "n", "10.0"],
      ["1", "d", "1.5"],
      ["2", "n", "20.0"],
      ["2", "d", "2.5"],
    ]);
  });

  test("name columns one renaming after the other, and none twice", () => {
    expect(out.renamed).toEqual([["b"], ["a"]]);
    expect(out["added twice"]).toEqual(["AnalysisException", "COLUMN_ALREADY_EXISTS"]);
    expect(out.names).toContain("columns or variables assigned or aliased: 3 does not match the number of source expressions: 1");
  });

  test("take hints with names of columns as text, and sort by what a hint or a limit stands above", () => {
    expect(out.hints).toEqual([2, 2, 2]);
    expect(out["no count"]).toEqual([
      "AnalysisException",
      "_LEGACY_ERROR_TEMP_1048",
      "COALESCE Hint expects a partition number as a parameter.",
    ]);
    expect(out["hint below order"]).toEqual([["20"], ["10"]]);
    expect(out["limit below order"]).toEqual([["10"]]);
  });

  test("mean by a DataFrame's star all of its columns, keys of a join too", () => {
    expect(out.side).toEqual([
      ["id", "n", "d"],
      ["id", "n", "d"],
    ]);
    expect(out.stars).toEqual([["2"]]);
    expect(out["in nothing"]).toEqual([[["False"], ["False"]], 2]);
  });

  test("count NULL as 0 in covariances", () => {
    expect(out.cov).toBe(100);
  });

  test("fail as Spark's do", () => {
    expect((out["no statistic"] as string[]).slice(0, 2)).toEqual(["IllegalArgumentException", "UNRECOGNIZED_STATISTIC"]);
    expect((out["no percentile"] as string[])[2]).toContain("requirement failed: Percentiles must be in the range [0, 1]");
    expect((out["no step"] as string[])[0]).toBe("IllegalArgumentException");
    expect(out["no key"]).toEqual(["AnalysisException", "_LEGACY_ERROR_TEMP_1201", 'Cannot resolve column name "nope" among (id, n, d).']);
    expect((out["no column"] as string[])[2]).toContain("[`id`, `n`, `d`]");
    expect(out["no such field"]).toEqual(["AnalysisException", "FIELD_NOT_FOUND"]);
    expect(out["there already"]).toContain("Path file:FOLDER/p already exists.");
  });

  test("tell in schemas what may be NULL", () => {
    expect(out.nullable).toEqual([[false, false, false, false, false, false], Array.from({ length: 7 }, () => true)]);
    expect(out.elements).toEqual([false, true]);
  });
});
