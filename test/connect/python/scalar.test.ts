import { describe, expect, test } from "vitest";
import { pythonExecutable, pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const enabled = () => startServer({ "spark.firecrest.python": pythonExecutable }, { python: { executable: pythonExecutable, paths: [] } });

describe.skipIf(pythonUnavailable())("functions in Python over rows", async () => {
  const { url } = await enabled();

  test("get values as Spark pickles them, and give those of their declared type", async () => {
    const out = await runPython(
      url,
      `
      import datetime, decimal
      row = (1, None, decimal.Decimal("1.20"), "x", b"\\x01", datetime.date(2020, 1, 2), datetime.datetime(2020, 1, 2, 3, 4, 5), [1, None], {"a": 1.5}, Row(p=1, q="z"))
      df = spark.createDataFrame([row], "i int, n int, d decimal(10,2), s string, b binary, dt date, ts timestamp, a array<int>, m map<string,double>, st struct<p:int,q:string>")
      shown = F.udf(lambda *values: repr(values), "string")
      print(df.select(shown(*df.columns)).head()[0] == repr(row))
      for type, value in [("int", True), ("int", 2**40 + 1), ("double", 1), ("string", [1, "a"]), ("decimal(4,2)", decimal.Decimal("1.239")), ("array<int>", (1, "x")), ("date", datetime.date(2020, 1, 2))]:
          print(type, spark.range(1).select(F.udf(lambda _: value, type)("id")).head()[0])
      `,
    );
    expect(out.split("\n")).toEqual([
      "True",
      "int None",
      "int 1",
      "double None",
      "string [1, a]",
      "decimal(4,2) 1.24",
      "array<int> [1, None]",
      "date 2020-01-02",
      "",
    ]);
  });

  test("stand wherever an expression may: in filters, keys, groups, joins, and inside each other", async () => {
    const out = await runPython(
      url,
      `
      import pandas as pd
      plus = F.udf(lambda x: x + 1, "long")
      @F.pandas_udf("long")
      def twice(s: pd.Series) -> pd.Series:
          return s * 2
      df = spark.range(6)
      print([r[0] for r in df.select(twice(plus(twice("id")))).collect()])
      print([r.id for r in df.filter((plus("id") > 2) & (F.col("id") < 5)).collect()])
      print([tuple(r) for r in df.groupBy((plus("id") % 2).alias("k")).agg(F.sum(plus("id")), plus(F.count("*"))).orderBy("k").collect()])
      print(df.join(df.withColumnRenamed("id", "other"), plus("id") == twice("other")).count())
      print([r.id for r in df.orderBy(-plus("id")).limit(2).collect()])
      print(df.select(F.udf(lambda a, b: a - b, "long")(b=F.col("id"), a=F.lit(10))).columns)
      `,
    );
    expect(out.split("\n")).toEqual([
      "[2, 6, 10, 14, 18, 22]",
      "[2, 3, 4]",
      "[(0, 12, 4), (1, 9, 4)]",
      "3",
      "[5, 4]",
      "['<lambda>(b => id, a => 10)']",
      "",
    ]);
  });

  test("take columns as Arrow and as iterators of pandas, and see each batch once", async () => {
    const out = await runPython(
      url,
      `
      from typing import Iterator
      import pandas as pd, pyarrow as pa, pyarrow.compute as pc
      @F.arrow_udf("long")
      def arrow(x: pa.Array) -> pa.Array:
          return pc.add(x, 1)
      @F.pandas_udf("long")
      def counted(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
          for i, s in enumerate(batches):
              yield s * 0 + i
      df = spark.range(0, 25000, 1, 1)
      print(df.select(F.sum(arrow("id"))).head()[0], sorted({r[0] for r in df.select(counted("id")).collect()}))
      print(spark.range(2).select(F.udf(lambda x: x + 1, "int", useArrow=True)("id")).collect()[1][0])
      `,
    );
    expect(out).toBe("312512500 [0, 1, 2]\n2\n");
  });

  test("have names in SQL, also over strings that Parquet keeps as a dictionary", async () => {
    const out = await runPython(
      url,
      `
      import tempfile
      path = tempfile.mkdtemp() + "/words"
      spark.range(1000).select(F.when(F.col("id") % 10 == 0, None).otherwise(F.concat(F.lit("w"), F.col("id") % 3)).alias("w")).write.parquet(path)
      spark.udf.register("size_of", lambda s: -1 if s is None else len(s), "int")
      print([tuple(r) for r in spark.sql("select size_of(w), count(*) from parquet.\`" + path + "\` group by 1 order by 1").collect()])
      `,
    );
    expect(out).toBe("[(-1, 100), (2, 900)]\n");
  });

  test("find the modules and files that the program has sent", async () => {
    const out = await runPython(
      url,
      `
      import tempfile
      folder = tempfile.mkdtemp()
      with open(folder + "/hundred.py", "w") as module:
          module.write("def more(x): return x + 100")
      with open(folder + "/seven.txt", "w") as file:
          file.write("7")
      spark.addArtifacts(folder + "/hundred.py", pyfile=True)
      spark.addArtifacts(folder + "/seven.txt", file=True)
      def sent(x):
          import hundred
          from pyspark.core.files import SparkFiles
          with open(SparkFiles.get("seven.txt")) as file:
              return hundred.more(x) + int(file.read())
      print(spark.range(1).select(F.udf(sent, "long")("id")).head()[0])
      `,
    );
    expect(out).toBe("107\n");
  });

  test("end with the operation that they run in", async () => {
    const out = await runPython(
      url,
      `
      import threading, time
      def endless(x):
          while True:
              pass
      ended = []
      def run():
          try:
              spark.range(1).select(F.udf(endless, "long")("id")).collect()
          except Exception as e:
              ended.append("OPERATION_CANCELED" in str(e))
      thread = threading.Thread(target=run)
      thread.start()
      while not spark.interruptAll():
          time.sleep(0.2)
      thread.join(30)
      print(ended, spark.range(1).select(F.udf(lambda x: x, "long")("id")).head()[0])
      `,
    );
    expect(out).toBe("[True] 0\n");
  });

  test("fail with Python's traceback, once", async () => {
    const out = await runPython(
      url,
      `
      def odd(x):
          raise ValueError(f"no {x}")
      try:
          spark.range(1).select(F.udf(odd, "long")("id")).collect()
      except errors.PythonException as e:
          print(type(e).__name__, "ValueError: no 0" in str(e), "Traceback" in str(e))
      def wild(x):
          import ctypes
          ctypes.string_at(0)
      try:
          spark.range(1).select(F.udf(wild, "long")("id")).collect()
      except Exception as e:
          print(e.getCondition(), "Python worker exited unexpectedly (crashed): killed by SIGSEGV" in str(e), " in wild" in str(e))
      try:
          spark.conf.set("spark.sql.pyspark.udf.profiler", "perf")
      except Exception as e:
          print(e.getCondition(), "spark.sql.pyspark.udf.profiler" in str(e))
      print(spark.range(2).select(F.udf(lambda x: x, "long")("id")).count())
      `,
    );
    expect(out.trim().split("\n")).toEqual(["PythonException True True", "WORKER_LOST True True", "FIRECREST_UNSUPPORTED True", "2"]);
  });
});

describe.skipIf(pythonUnavailable())("a server without --python-functions", async () => {
  const { url } = await startServer();

  test("refuses functions in Python, and names the flag", async () => {
    const out = await runPython(
      url,
      `
      try:
          spark.range(1).select(F.udf(lambda x: x, "long")("id")).collect()
      except Exception as e:
          print("--python-functions" in str(e), e.getCondition())
      `,
    );
    expect(out).toBe("True FIRECREST_PYTHON\n");
  });
});
