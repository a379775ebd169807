import { describe, expect, test } from "vitest";
import { pythonExecutable, pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const SOURCES = `
import tempfile
import pyarrow as pa
from pyspark.sql.datasource import DataSource, DataSourceReader, DataSourceWriter, InputPartition, WriterCommitMessage

class Numbers(DataSource):
    @classmethod
    def name(cls):
        return "numbers"
    def schema(self):
        return "n int, label string" if self.options.get("kind") != "arrow" else T.StructType([T.StructField("n", T.LongType())])
    def reader(self, schema):
        return {"arrow": ArrowReader, "bad": BadReader}.get(self.options.get("kind"), RowReader)(self.options, schema)
    def writer(self, schema, overwrite):
        return Writer(self.options, schema, overwrite)

class Reader(DataSourceReader):
    def __init__(self, options, schema):
        self.options, self.schema = options, schema

class RowReader(Reader):
    def partitions(self):
        return [InputPartition(i) for i in range(int(self.options.get("parts", 2)))]
    def read(self, part):
        yield (part.value * 10, self.options.get("Label", "-"))
        yield T.Row(label=None, n=part.value * 10 + 1)

class ArrowReader(Reader):
    def read(self, part):
        assert part.value is None
        yield pa.RecordBatch.from_arrays([pa.array([1, None], pa.int64())], ["n"])

class BadReader(Reader):
    def partitions(self):
        if self.options.get("where") == "partitions":
            raise ValueError("no parts")
        return [InputPartition(0)]
    def read(self, part):
        raise ValueError("no rows")

class Written(WriterCommitMessage):
    def __init__(self, rows):
        self.rows = rows

class Writer(DataSourceWriter):
    def __init__(self, options, schema, overwrite):
        self.path, self.schema, self.overwrite = options["path"], schema, overwrite
    def write(self, rows):
        rows = [tuple(r) for r in rows]
        if any(n == 13 for n, in rows):
            raise ValueError("unlucky")
        return Written(rows)
    def commit(self, messages):
        self.note("commit", sorted(r for m in messages for r in m.rows), len(messages))
    def abort(self, messages):
        self.note("abort", messages[-1])
    def note(self, *what):
        with open(self.path, "a") as f:
            print(*what, self.overwrite, self.schema.simpleString(), file=f)

def failing(action):
    try:
        action()
    except Exception as e:
        return type(e).__name__, e.getCondition(), sorted(p for p in (e.getMessageParameters() or {}).values() if len(p) < 20), ([line for line in str(e).split("\\n") if line.strip() and not line.startswith(" SQLSTATE")] or [""])[-1]

spark.dataSource.register(Numbers)
numbers = lambda: spark.read.format("Numbers")
`.trim();

describe.skipIf(pythonUnavailable())("data sources in Python", async () => {
  const { url } = await startServer(
    { "spark.firecrest.python": pythonExecutable },
    { python: { executable: pythonExecutable, paths: [] } },
  );
  const run = async (program: string) => {
    const out = await runPython(url, `${SOURCES}\n${program.trim().replace(/^ {6}/gm, "")}\n`);
    return out.trim().split("\n");
  };

  test("give their columns, and the rows of all their parts", async () => {
    const out = await run(`
      df = numbers().option("LABEL", "x").option("parts", 3).load()
      print(df.dtypes, [tuple(r) for r in df.collect()])
      print(df.filter("n > 5").agg(F.sum("n"), F.count("label")).first(), df.select(F.spark_partition_id()).distinct().count())
      print(numbers().schema("n long, label string").load().schema.simpleString(), numbers().option("kind", "arrow").load("/x").collect())
      print(spark.cloneSession().read.format("numbers").load().count() if hasattr(spark, "cloneSession") else 4)
    `);
    expect(out).toEqual([
      "[('n', 'int'), ('label', 'string')] [(0, 'x'), (1, None), (10, 'x'), (11, None), (20, 'x'), (21, None)]",
      "Row(sum(n)=62, count(label)=2) 3",
      "struct<n:bigint,label:string> [Row(n=1), Row(n=None)]",
      "4",
    ]);
  });

  test("are told what could not be done, with Python's own words", async () => {
    const out = await run(`
      class Empty(DataSource):
          pass
      spark.dataSource.register(Empty)
      print(failing(lambda: spark.read.format("Empty").load().collect()))
      print(failing(lambda: spark.read.format("Empty").schema("a int").load().collect()))
      print(failing(lambda: numbers().options(kind="bad", where="partitions").load().collect()))
      print(failing(lambda: numbers().option("kind", "bad").load().collect()))
      print(failing(lambda: spark.range(1).write.format("Empty").mode("append").save()))
      for mode in "ignore", "error":
          print(failing(lambda: spark.range(1).write.format("numbers").mode(mode).save("/x"))[1:3])
    `);
    expect(out).toEqual([
      expect.stringMatching(/^\('AnalysisException', 'PYTHON_DATA_SOURCE_ERROR', \['create', 'instance'\].*schema is not implemented/),
      expect.stringMatching(/^\('AnalysisException', 'PYTHON_DATA_SOURCE_ERROR', \['initialize', 'reader'\].*reader is not implemented/),
      expect.stringMatching(/^\('AnalysisException', 'PYTHON_DATA_SOURCE_ERROR', \['generate', 'read partitions'\].*no parts/),
      expect.stringMatching(/^\('PythonException', .*no rows/),
      expect.stringMatching(/^\('AnalysisException', 'PYTHON_DATA_SOURCE_ERROR', \['initialize', 'writer'\].*writer is not implemented/),
      "('UNSUPPORTED_DATA_SOURCE_SAVE_MODE', ['\"Ignore\"', 'numbers'])",
      "('UNSUPPORTED_DATA_SOURCE_SAVE_MODE', ['\"ErrorIfExists\"', 'numbers'])",
    ]);
  });

  test("write, and commit or abort what the tasks wrote", async () => {
    const out = await run(`
      path = tempfile.mktemp()
      df = spark.range(3).withColumnRenamed("id", "n")
      df.repartition(2).write.format("numbers").mode("append").save(path)
      df.limit(1).write.format("numbers").mode("overwrite").option("path", path).save()
      print(failing(lambda: spark.range(13, 14).write.format("numbers").mode("append").save(path)))
      print(open(path).read())
    `);
    expect(out).toEqual([
      expect.stringMatching(/^\('PythonException', .*unlucky/),
      "commit [(0,), (1,), (2,)] 2 False struct<n:bigint>",
      "commit [(0,)] 1 True struct<n:bigint>",
      "abort None False struct<id:bigint>",
    ]);
  });
});
