import { describe, expect, test } from "vitest";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const ROWS = `
      df = spark.createDataFrame([(1, "a", [1, 2], {"k": 1}, (1, "x")), (2, None, [3], {}, (2, "y"))],
                                 "a int, b string, c array<int>, m map<string,int>, s struct<p:int,q:string>")
`;

describe.skipIf(pythonUnavailable())("expressions of a PySpark program", async () => {
  const { url } = await startServer();
  const run = (program: string) => runPython(url, `${ROWS}${program}`);

  test("name columns, fields, elements and values, by plan and by pattern", async () => {
    const out = await run(`
      print([tuple(row) for row in df.select("a", df.b, "s.p", df.s.q, df.c[0], df.m["k"], "s.*").collect()])
      print(df.select(df.colRegex("\`(a|b)\`"), df["s"].withField("r", F.lit(1)).alias("s")).columns)
      print(df.select(df.s.dropFields("p"), df.s.withField("q", F.lit(2))).columns)
      print(df.join(df.select("a", F.lit(1).alias("one")), "a").select(df.b, "one").orderBy("b").collect())
    `);
    expect(out).toBe(
      "[(1, 'a', 1, 'x', 1, 1, 1, 'x'), (2, None, 2, 'y', 3, None, 2, 'y')]\n" +
        "['a', 'b', 's']\n" +
        "['update_fields(s, dropfield())', 'update_fields(s, WithField(2))']\n" +
        "[Row(b=None, one=1), Row(b='a', one=1)]\n",
    );
  });

  test("call functions, with DISTINCT, by name, and SQL's own", async () => {
    const out = await run(`
      spark.sql("create or replace temporary function plus_one(x int) returns int return x + 1")
      print(df.select(F.count_distinct("a"), F.count("*"), F.sum(df.a != 1).alias("n") if False else F.max(df.a)).first())
      print(df.select(F.call_function("upper", "b"), F.call_function("plus_one", "a"), F.expr("a + 1 as z")).first())
      print(df.select(F.when(df.a > 1, "x").when(df.a.isNull(), "y").otherwise("z"), df.a.cast("string"), F.lit("q").try_cast("int")).first())
      try:
          df.select(F.call_function("no_such", "a")).collect()
      except errors.AnalysisException as e:
          print(e.getCondition())
    `);
    expect(out).toBe(
      "Row(count(DISTINCT a)=2, count(1)=2, max(a)=2)\n" +
        "Row(upper(b)='A', plus_one(a)=2, z=2)\n" +
        "Row(CASE WHEN (a > 1) THEN x WHEN (a IS NULL) THEN y ELSE z END='z', a='1', TRY_CAST(q AS INT)=None)\n" +
        "UNRESOLVED_ROUTINE\n",
    );
  });

  test("have arguments that only clients give", async () => {
    const out = await run(`
      rows = spark.createDataFrame([("a", 10), ("b", 50), (None, 45), ("z", None)], "x string, y int")
      print(rows.select(F.max_by("x", "y", 3), F.min_by("x", "y", 1), F.max_by("x", "y")).first())
      try:
          rows.select(F.max_by("x", "y", 0)).collect()
      except errors.AnalysisException as e:
          print(e.getCondition())
    `);
    expect(out).toBe(
      "Row(max_by(x, y, 3)=['b', None, 'a'], min_by(x, y, 1)=['a'], max_by(x, y)='b')\nDATATYPE_MISMATCH.VALUE_OUT_OF_RANGE\n",
    );
  });

  test("hold lambdas, one inside another", async () => {
    const out = await run(`
      print(df.select(F.transform("c", lambda x, i: x * 10 + i), F.aggregate("c", F.lit(0), lambda acc, x: acc + x),
                      F.transform("c", lambda x: F.transform("c", lambda y: x * y))).first()[0:3])
    `);
    expect(out).toBe("([10, 21], 3, [[1, 2], [2, 4]])\n");
  });

  test("hold windows with frames, in windows too", async () => {
    const out = await run(`
      ids = spark.range(4).withColumn("g", F.col("id") % 2)
      w = Window.partitionBy("g").orderBy("id")
      print([tuple(row) for row in ids.select("id", F.sum("id").over(w.rowsBetween(-1, Window.currentRow)),
             F.lag("id", 1).over(w.rowsBetween(-1, -1)), F.sum("id").over(w.rangeBetween(Window.unboundedPreceding, 0)),
             F.avg(F.row_number().over(w)).over(Window.partitionBy("g"))).orderBy("id").collect()])
      print(ids.select(F.sum("id").over(w.rowsBetween(-1, 0))).columns)
    `);
    expect(out).toBe(
      "[(0, 0, None, 0, 1.5), (1, 1, None, 1, 1.5), (2, 2, 0, 2, 1.5), (3, 4, 1, 4, 1.5)]\n" +
        "['sum(id) OVER (PARTITION BY g ORDER BY id ASC NULLS FIRST ROWS BETWEEN -1 FOLLOWING AND CURRENT ROW)']\n",
    );
  });

  test("hold queries as values, EXISTS and IN", async () => {
    const out = await run(`
      print(df.where(df.a == spark.range(3).select(F.max("id")).scalar()).select("a").collect())
      print(df.where(spark.range(1).where(F.col("id") == F.col("a").outer() - 1).exists()).select("a").collect())
      print(df.where(df.a.isin(spark.range(2))).select("a").collect())
    `);
    expect(out).toBe("[Row(a=2)]\n[Row(a=1)]\n[Row(a=1)]\n");
  });

  test("number rows and keep a name's metadata", async () => {
    const out = await run(`
      print(df.select(df.a.alias("x", metadata={"k": [1]})).schema[0].metadata)
      print(df.orderBy(df.b.desc_nulls_last(), "a").select(F.explode("c"), "a").collect())
    `);
    expect(out).toBe("{'k': [1]}\n[Row(col=1, a=1), Row(col=2, a=1), Row(col=3, a=2)]\n");
  });
});
