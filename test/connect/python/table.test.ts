import { describe, expect, test } from "vitest";
import { pythonExecutable, pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const FUNCTIONS = `
@F.udtf(returnType="num int, squared int")
class Squares:
    def eval(self, start: int, end: int):
        for num in range(start, end + 1):
            yield num, num * num

@F.udtf(returnType="key long, total long, rows int")
class Sums:
    def __init__(self):
        self.key, self.total, self.rows = None, 0, 0
    def eval(self, row):
        self.key, self.total, self.rows = row["key"], self.total + row["value"], self.rows + 1
    def terminate(self):
        yield self.key, self.total, self.rows

spark.udtf.register("squares", Squares)
spark.udtf.register("sums", Sums)
df = spark.createDataFrame([(1, 10), (1, 20), (2, 30), (2, 40), (3, 50)], "key long, value long").repartition(2)
df.createOrReplaceTempView("kv")
rows = lambda frame: sorted(tuple(r) for r in frame.collect())
`.trim();

describe.skipIf(pythonUnavailable())("table functions in Python", async () => {
  const { url } = await startServer(
    { "spark.firecrest.python": pythonExecutable, "spark.sql.shuffle.partitions": "2" },
    { python: { executable: pythonExecutable, paths: [] } },
  );
  const run = (program: string) => runPython(url, `${FUNCTIONS}\n${program.trim().replace(/^ {6}/gm, "")}\n`);

  test("give rows for constants, by position and by name, called and in SQL", async () => {
    const out = await run(`
      print(rows(Squares(F.lit(1), F.lit(2))), rows(Squares(end=F.lit(2), start=F.lit(2))))
      print(rows(spark.sql("SELECT s FROM squares(end => 3, start => 2) t(n, s)")))
    `);
    expect(out).toBe("[(1, 1), (2, 4)] [(2, 4)]\n[(4,), (9,)]\n");
  });

  test("give rows beside each row of a lateral join or view", async () => {
    const out = await run(`
      print(rows(spark.sql("SELECT * FROM values (0, 1), (2, 2) t(a, b), LATERAL squares(a, b)")))
      print(rows(spark.sql("SELECT a, x.n FROM values (0, 1), (2, 2) t(a, b) LATERAL VIEW squares(a, b) x AS n, s")))
    `);
    expect(out).toBe("[(0, 1, 0, 0), (0, 1, 1, 1), (2, 2, 2, 4)]\n[(0, 0), (0, 1), (2, 2)]\n");
  });

  test("take a table, each partition of it apart", async () => {
    const out = await run(`
      print(rows(spark.sql("SELECT * FROM sums(TABLE(kv) PARTITION BY key)")))
      print(rows(Sums(df.asTable().partitionBy("key").orderBy("value"))))
      print(rows(spark.sql("SELECT total, rows FROM sums(TABLE(kv) PARTITION BY (key % 2))")))
      print(rows(spark.sql("SELECT * FROM sums(TABLE(kv) WITH SINGLE PARTITION ORDER BY (key, value))")))
    `);
    expect(out.split("\n")).toEqual([
      "[(1, 30, 2), (2, 70, 2), (3, 50, 1)]",
      "[(1, 30, 2), (2, 70, 2), (3, 50, 1)]",
      "[(70, 2), (80, 3)]",
      "[(3, 150, 5)]",
      "",
    ]);
  });

  test("say their columns themselves, and how their table is to come", async () => {
    const out = await run(`
      from pyspark.sql.udtf import AnalyzeResult, OrderingColumn, PartitioningColumn
      @F.udtf
      class Words:
          def __init__(self, analyzed):
              self.count = len(analyzed.schema.fields)
          @staticmethod
          def analyze(text):
              schema = T.StructType()
              for word in text.value.split():
                  schema = schema.add(word, T.IntegerType())
              return AnalyzeResult(schema=schema)
          def eval(self, text):
              yield tuple(range(self.count))
      @F.udtf
      class Last:
          def __init__(self):
              self.rows = []
          @staticmethod
          def analyze(table):
              schema = T.StructType().add("last", T.LongType()).add("rows", T.IntegerType())
              return AnalyzeResult(schema, partitionBy=[PartitioningColumn("key % 2")], orderBy=[OrderingColumn("value")])
          def eval(self, row):
              self.rows.append(row["value"])
          def terminate(self):
              yield self.rows[-1], len(self.rows)
      print(Words(F.lit("hello world")).collect())
      spark.udtf.register("words", Words)
      spark.udtf.register("last", Last)
      print(spark.sql("SELECT * FROM range(1), LATERAL words('a b')").columns)
      print(rows(spark.sql("SELECT * FROM last(TABLE(kv))")), rows(Last(df.asTable())))
      try:
          Words(F.lit(1), F.lit(2)).collect()
      except errors.AnalysisException as e:
          print(e.getCondition())
    `);
    expect(out.split("\n")).toEqual([
      "[Row(hello=0, world=1)]",
      "['id', 'a', 'b']",
      "[(40, 2), (50, 3)] [(40, 2), (50, 3)]",
      "TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON",
      "",
    ]);
  });
});
