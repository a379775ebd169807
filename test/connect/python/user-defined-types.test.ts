import { describe, expect, test } from "vitest";
import { pythonExecutable, pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

describe.skipIf(pythonUnavailable())("values of user-defined types", async () => {
  const { url } = await startServer(
    { "spark.firecrest.python": pythonExecutable, "spark.sql.shuffle.partitions": "2" },
    { python: { executable: pythonExecutable, paths: [] } },
  );

  test("go to the engine and to functions, and come back as what clients know", async () => {
    const out = await runPython(
      url,
      `
      from pyspark.testing.objects import PythonOnlyPoint as Point, PythonOnlyUDT as PointType
      points = T.StructType([T.StructField("k", T.LongType()), T.StructField("p", PointType()), T.StructField("all", T.ArrayType(PointType()))])
      df = spark.createDataFrame([(i % 2, Point(float(i), 1.0), [Point(0.0, float(i)), None]) for i in range(3)] + [(2, None, None)], points)
      df.printSchema()
      print(df.schema == points, df.orderBy("k", df.p.cast("string")).collect()[1])
      print(df.groupBy("k").agg(F.first("p").alias("p")).orderBy("k").collect(), df.select(F.explode("all")).first())
      print(df.select(F.unwrap_udt("p")).schema.simpleString(), df.select(F.unwrap_udt("p").alias("p")).first())
      y = F.udf(lambda p: p and p.y, "double")
      moved = F.udf(lambda p: p and Point(p.x + 1, p.y), PointType())
      pair = F.udf(lambda p: (p, [p]), T.StructType([T.StructField("a", PointType()), T.StructField("b", T.ArrayType(PointType()))]))
      quick = F.udf(lambda p: p and Point(p.x - 1, p.y), PointType(), useArrow=True)
      print(df.select(y("p"), moved("p").alias("m"), quick("p").alias("q"), pair("p").alias("t")).first())
      try:
          df.select(df.p.cast("array<double>")).collect()
      except errors.AnalysisException as e:
          print(e.getCondition(), e.getMessageParameters()["srcType"])
      `,
    );
    expect(out.trim().split("\n")).toEqual([
      "root",
      " |-- k: long (nullable = true)",
      " |-- p: pythononlyudt (nullable = true)",
      " |-- all: array (nullable = true)",
      " |    |-- element: pythononlyudt (containsNull = true)",
      "",
      "True Row(k=0, p=ExamplePoint(2.0,1.0), all=[ExamplePoint(0.0,2.0), None])",
      "[Row(k=0, p=ExamplePoint(0.0,1.0)), Row(k=1, p=ExamplePoint(1.0,1.0)), Row(k=2, p=None)] Row(col=ExamplePoint(0.0,0.0))",
      "struct<unwrap_udt(p):array<double>> Row(p=[0.0, 1.0])",
      "Row(<lambda>(p)=1.0, m=ExamplePoint(1.0,1.0), q=ExamplePoint(-1.0,1.0), t=Row(a=ExamplePoint(0.0,1.0), b=[ExamplePoint(0.0,1.0)]))",
      'DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION UDT("ARRAY<DOUBLE>")',
    ]);
  });
});
