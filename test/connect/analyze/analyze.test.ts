import { describe, expect, test } from "vitest";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

describe.skipIf(pythonUnavailable())("what a PySpark program asks about plans", async () => {
  const { url } = await startServer();

  test("is answered as Spark does", async () => {
    const out = await runPython(
      url,
      `
      df = spark.createDataFrame([(1, "a")], "id int not null, s string")
      df.printSchema()
      df.printSchema(0)
      print(df.isLocal(), df.isStreaming, df.inputFiles(), spark.version)
      print(df.sameSemantics(df.select("*")), df.semanticHash() == df.semanticHash())
      print(T.StructType.fromDDL("a int, b array<string>").simpleString(), df.schema.toDDL())
      spark.range(3).filter("id > 1").explain()
      `,
    );
    expect(out).toContain("root\n |-- id: integer (nullable = false)\n |-- s: string (nullable = true)\n");
    expect(out).toContain("struct<a:int,b:array<string>> id INT NOT NULL,s STRING");
    expect(out).toContain("== Physical Plan ==");
  });

  test("is whether rows are kept, and columns from below a cache keep their meaning", async () => {
    const out = await runPython(
      url,
      `
      base = spark.range(5)
      df = base.withColumn("r", F.rand()).cache()
      print(df.is_cached, df.count())
      once, again = df.collect(), df.collect()
      print(once == again, [row.id for row in df.filter(base.id > 2).collect()])
      df.explain()
      print(df.unpersist().is_cached)
      df.cache()
      spark.catalog.clearCache()
      print(df.is_cached)
      `,
    );
    expect(out).toContain("True 5\nTrue [3, 4]\n== Physical Plan ==\nInMemoryTableScan [id#");
    expect(out.trimEnd().endsWith("False\nFalse")).toBe(true);
  });
});
