import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const REFUSAL = `
      def refused(f):
          try:
              f()
              print("done")
          except errors.PySparkException as e:
              print(type(e).__name__, e.getCondition())
      df = spark.createDataFrame([(1, "a"), (2, "b")], "a int, b string")
`;

describe.skipIf(pythonUnavailable())("a command of a PySpark program", async () => {
  const folder = await mkdtemp(join(tmpdir(), "firecrest-connect-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const { url } = await startServer({ "spark.sql.warehouse.dir": join(folder, "warehouse") });
  const run = (program: string) => runPython(url, `${REFUSAL}${program}`, { env: { FOLDER: folder } });

  test("of SQL is done when it comes back, a query is asked for its meaning alone", async () => {
    const out = await run(`
      spark.sql("create table t (a int, b string) using parquet")
      spark.sql("insert into t values (1, 'x'), (2, 'y')")
      inserted = spark.sql("insert into t values (3, 'z')")
      inserted.collect(), inserted.collect()
      print(spark.sql("select count(*) from t").collect(), spark.sql("show tables").collect())
      print(spark.sql("select :a + a as s, b from {d} where b = ?" if False else "select :a + 1 as s, :b as t", {"a": 1, "b": "q"}).collect())
      print(spark.sql("select ? as x", [5]).collect(), spark.sql("select * from {d} where a > {x}", d=df, x=1).collect())
      print(spark.sql("begin declare x int = 1; insert into t values (4, 'w'); select x + 1 as y; end").collect(), spark.table("t").count())
      refused(lambda: spark.sql("select nope from t"))
      refused(lambda: spark.sql("selec 1"))
    `);
    expect(out).toBe(
      "[Row(count(1)=3)] [Row(namespace='default', tableName='t', isTemporary=False)]\n" +
        "[Row(s=2, t='q')]\n" +
        "[Row(x=5)] [Row(a=2, b='b')]\n" +
        "[Row(y=2)] 4\n" +
        "AnalysisException UNRESOLVED_COLUMN.WITH_SUGGESTION\n" +
        "ParseException PARSE_SYNTAX_ERROR\n",
    );
  });

  test("writes files in each mode", async () => {
    const out = await run(`
      path = os.environ["FOLDER"] + "/files"
      df.write.partitionBy("a").parquet(path)
      refused(lambda: df.write.parquet(path))
      df.write.mode("ignore").parquet(path)
      df.write.mode("append").partitionBy("a").parquet(path)
      print(spark.read.parquet(path).count())
      df.write.mode("overwrite").option("header", True).csv(path)
      print(spark.read.csv(path, header=True).orderBy("a").collect())
      df.write.format("noop").mode("overwrite").save()
      refused(lambda: df.write.bucketBy(2, "a").parquet(path + "2"))
    `);
    expect(out).toBe(
      "AnalysisException PATH_ALREADY_EXISTS\n4\n[Row(a='1', b='a'), Row(a='2', b='b')]\nAnalysisException _LEGACY_ERROR_TEMP_1312\n",
    );
  });

  test("writes tables by both writers", async () => {
    const out = await run(`
      df.write.bucketBy(4, "a").sortBy("b").saveAsTable("one")
      df.write.insertInto("one")
      refused(lambda: df.write.saveAsTable("one"))
      refused(lambda: df.write.sortBy("b").saveAsTable("other"))
      print(spark.table("one").count(), [r.data_type for r in spark.sql("describe extended one").where("col_name = 'Num Buckets'").collect()])
      df.writeTo("two").using("parquet").partitionedBy("a").tableProperty("k", "v").create()
      df.writeTo("two").append()
      df.limit(1).writeTo("two").overwritePartitions()
      print(spark.table("two").count())
      df.limit(1).writeTo("two").overwrite(F.lit(True))
      print(spark.table("two").count())
      df.writeTo("two").createOrReplace()
      print(spark.table("two").count())
      refused(lambda: df.writeTo("three").replace())
      refused(lambda: df.writeTo("three").partitionedBy(F.partitioning.years("a")).create())
      refused(lambda: df.writeTo("two").overwrite(F.col("a") == 1))
    `);
    expect(out).toBe(
      "AnalysisException TABLE_OR_VIEW_ALREADY_EXISTS\n" +
        "AnalysisException SORT_BY_WITHOUT_BUCKETING\n" +
        "4 ['4']\n3\n1\n2\n" +
        "AnalysisException TABLE_OR_VIEW_NOT_FOUND\n" +
        "UnsupportedOperationException FIRECREST_UNSUPPORTED\n".repeat(2),
    );
  });

  test("names views, and tells at once what a plan cannot mean", async () => {
    const out = await run(`
      df.createTempView("v")
      refused(lambda: df.createTempView("v"))
      spark.table("v").where("a = 1").createOrReplaceTempView("v")
      print(spark.table("v").collect())
      df.createOrReplaceGlobalTempView("g")
      print(spark.table("global_temp.g").count(), spark.newSession().table("global_temp.g").count() if hasattr(spark, "newSession") and False else 2)
      refused(lambda: df.createTempView("a b"))
      refused(lambda: df.createTempView("x.y"))
      refused(lambda: df.select("nope").createTempView("w"))
    `);
    expect(out).toBe(
      "AnalysisException TEMP_TABLE_OR_VIEW_ALREADY_EXISTS\n[Row(a=1, b='a')]\n2 2\n" +
        "AnalysisException _LEGACY_ERROR_TEMP_1321\nAnalysisException TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS\nAnalysisException UNRESOLVED_COLUMN.WITH_SUGGESTION\n",
    );
  });

  test("keeps a checkpoint's rows as they were", async () => {
    const out = await run(`
      path = os.environ["FOLDER"] + "/changing"
      df.write.parquet(path)
      kept = spark.read.parquet(path).localCheckpoint()
      lazy = spark.read.parquet(path).checkpoint(eager=False)
      df.limit(1).write.mode("overwrite").parquet(path)
      print(kept.count(), kept.where("a = 2").collect(), lazy.count())
      del kept
    `);
    expect(out).toBe("2 [Row(a=2, b='b')] 1\n");
  });

  test("that the engine has nothing for is refused by name", async () => {
    const out = await run(`
      df.write.saveAsTable("target")
      refused(lambda: df.mergeInto("target", F.expr("target.a = a")).whenMatched().delete().merge())
      refused(lambda: df.write.clusterBy("a").saveAsTable("clustered"))
      refused(lambda: spark.readStream.format("rate").load().writeStream.format("console").start())
      refused(lambda: spark.streams.active)
    `);
    expect(out.split("\n")).toEqual([
      "AnalysisException UNSUPPORTED_FEATURE.TABLE_OPERATION",
      "UnsupportedOperationException FIRECREST_UNSUPPORTED",
      "UnsupportedOperationException FIRECREST_UNSUPPORTED",
      "UnsupportedOperationException FIRECREST_UNSUPPORTED",
      "",
    ]);
  });
});
