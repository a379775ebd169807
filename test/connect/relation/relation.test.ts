import { describe, expect, test } from "vitest";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const TABLES = `
a = spark.createDataFrame([(1, "x", 10.0), (2, "y", None), (3, "x", 30.0), (4, None, 40.0)], ["id", "k", "v"])
b = spark.createDataFrame([(1, "one"), (3, "three"), (5, "five")], ["id", "name"])
def rows(df): print([tuple(row) for row in df.collect()])
def condition(run):
    try: run()
    except errors.PySparkException as e: print(e.getCondition())
`;

describe.skipIf(pythonUnavailable())("relations of a PySpark program", async () => {
  const { url } = await startServer();
  /** A line of text for each that the program prints. */
  const printed = async (program: string): Promise<string[]> =>
    (await runPython(url, `${TABLES}\n${program.replace(/^ {6}/gm, "").trim()}`)).trimEnd().split("\n");

  test("join in every way: by columns, laterally, as of, with the nearest", async () => {
    const out = await printed(`
      rows(a.join(b, "id", "left_anti").select("id").orderBy("id"))
      rows(a.join(b, a.id == b.id).select(a.id, b.name).orderBy(a.id))
      rows(a.select("id").lateralJoin(spark.tvf.explode(F.array(F.col("id").outer(), F.lit(9)))))
      rows(a._joinAsOf(b, "id", "id", how="left").select(a.id, "name").orderBy(a.id))
      rows(a.join(b, a.id == b.id).drop(b.id).limit(0))
    `);
    expect(out).toEqual([
      "[(2,), (4,)]",
      "[(1, 'one'), (3, 'three')]",
      "[(1, 1), (1, 9), (2, 2), (2, 9), (3, 3), (3, 9), (4, 4), (4, 9)]",
      "[(1, 'one'), (2, 'one'), (3, 'three'), (4, 'three')]",
      "[]",
    ]);
  });

  test("group, pivot with and without values, and group by sets", async () => {
    const out = await printed(`
      rows(a.groupBy("k").agg(F.sum("v").alias("s")).orderBy("k"))
      print(a.groupBy().pivot("k").agg(F.sum("v")).columns)
      rows(a.groupBy("id").pivot("k", ["x"]).agg(F.sum("v")).orderBy("id"))
      rows(a.groupingSets([["k"], []], "k").agg(F.count("*")).orderBy("k", "count(1)"))
    `);
    expect(out).toEqual([
      "[(None, 40.0), ('x', 40.0), ('y', None)]",
      "['null', 'x', 'y']",
      "[(1, 10.0), (2, None), (3, 30.0), (4, None)]",
      "[(None, 1), (None, 4), ('x', 2), ('y', 1)]",
    ]);
  });

  test("run SQL with arguments, DataFrames in its text, and subqueries beside a plan", async () => {
    const out = await printed(`
      rows(spark.sql("select id from {df} where id > :least order by id", {"least": 2}, df=a))
      rows(spark.sql("select ? + ?", [1, 2]))
      rows(a.where(b.where(F.col("id") == a.id.outer()).exists()).select("id").orderBy("id"))
      rows(a.select("id", b.select(F.max("id")).scalar().alias("most")).orderBy("id").limit(1))
    `);
    expect(out).toEqual(["[(3,), (4,)]", "[(3,)]", "[(1,), (3,)]", "[(1, 5)]"]);
  });

  test("fill, drop and replace what is missing, and know a column that is not there", async () => {
    const out = await printed(`
      rows(a.fillna({"k": "?", "v": -1.5}).where("k = '?' or v < 0").orderBy("id"))
      rows(a.dropna(subset=["k"]).select("id").orderBy("id"))
      rows(a.replace({"x": "X"}).select("k").distinct().orderBy("k"))
      condition(lambda: a.dropna(subset=["nope"]).collect())
    `);
    expect(out).toEqual([
      "[(2, 'y', -1.5), (4, '?', 40.0)]",
      "[(1,), (2,), (3,)]",
      "[(None,), ('X',), ('y',)]",
      "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    ]);
  });

  test("give statistics", async () => {
    const out = await printed(`
      rows(a.summary("count", "50%"))
      print(a.cov("id", "v"), a.approxQuantile(["id"], [0.0, 1.0], 0.0))
      rows(a.crosstab("id", "k").orderBy("id_k").limit(1))
    `);
    expect(out).toEqual(["[('count', '4', '3', '3'), ('50%', '2', None, '30.0')]", "20.0 [[1.0, 4.0]]", "[('1', 0, 1, 0)]"]);
  });

  test("change shape: unpivot, transpose, to a schema, side by side", async () => {
    const out = await printed(`
      wide = spark.createDataFrame([("r1", 1, 2), ("r2", 3, 4)], ["n", "x", "y"])
      rows(wide.unpivot("n", ["x", "y"], "c", "z").orderBy("n", "c"))
      print(wide.transpose().columns); rows(wide.transpose())
      rows(a.to(T.StructType([T.StructField("ID", T.StringType()), T.StructField("new", T.IntegerType())])).limit(1))
      condition(lambda: a.to(T.StructType([T.StructField("k", T.IntegerType())])).collect())
      rows(wide.select("x").zip(wide.select((wide.y + 1).alias("more"))))
    `);
    expect(out).toEqual([
      "[('r1', 'x', 1), ('r1', 'y', 2), ('r2', 'x', 3), ('r2', 'y', 4)]",
      "['key', 'r1', 'r2']",
      "[('x', 1, 3), ('y', 2, 4)]",
      "[('1', None)]",
      "INVALID_COLUMN_OR_FIELD_DATA_TYPE",
      "[(1, 3), (3, 5)]",
    ]);
  });

  test("read lines that a DataFrame holds", async () => {
    const out = await printed(`
      rows(spark.read.json(spark.createDataFrame([('{"x":1}',), ('{"x":2,"y":"q"}',)], ["value"])))
      rows(spark.read.option("header", True).csv(spark.createDataFrame([("p,q",), ("2,b",)], ["value"])))
    `);
    expect(out).toEqual(["[(1, None), (2, 'q')]", "[('2', 'b')]"]);
  });

  test("observe aggregates over all rows that pass, whatever is asked of them", async () => {
    const out = await printed(`
      from pyspark.sql import Observation
      seen = Observation("seen")
      rows(a.observe(seen, F.count(F.lit(1)).alias("n"), F.collect_list("k").alias("ks")).where("id > 3").select("id"))
      print(seen.get)
      shown = Observation("shown")
      a.observe(shown, F.max("v").alias("m")).show(1)
      print(shown.get)
    `);
    expect(out.slice(0, 2)).toEqual(["[(4,)]", "{'n': 4, 'ks': ['x', 'y', 'x']}"]);
    expect(out.at(-1)).toBe("{'m': 40.0}");
  });

  test("are as deep as a loop of withColumn makes them, within bounds", async () => {
    const out = await printed(`
      def deep(n):
          df = spark.range(1)
          for i in range(n): df = df.withColumn("c" + str(i), F.lit(i))
          return df
      print(len(deep(400).columns))
      try: deep(1000).schema
      except Exception as e: print("refused")
      print(spark.range(2).count())
    `);
    expect(out).toEqual(["401", "refused", "2"]);
  });

  test("of streams are refused by their names", async () => {
    const out = await printed(`
      try: spark.readStream.format("rate").load().schema
      except errors.PySparkException as e: print(e.getCondition(), "readStream" in str(e))
    `);
    expect(out).toEqual(["FIRECREST_UNSUPPORTED True"]);
  });

  test("of the catalog answer with rows of Spark's columns", async () => {
    const out = await printed(`
      a.createOrReplaceTempView("va")
      print(spark.catalog.currentDatabase(), spark.catalog.tableExists("va"), spark.catalog.listTables())
      print([c.name for c in spark.catalog.listColumns("va")], spark.catalog.dropTempView("va"))
      condition(lambda: spark.catalog.isCached("va"))
    `);
    expect(out).toEqual([
      "default True [Table(name='va', catalog=None, namespace=[], description=None, tableType='TEMPORARY', isTemporary=True)]",
      "['id', 'k', 'v'] True",
      "TABLE_OR_VIEW_NOT_FOUND",
    ]);
  });
});
