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

  test("are joined laterally in all of SQL's ways", async () => {
    const out = await run(`
      spark.sql("CREATE TEMPORARY VIEW t AS SELECT * FROM VALUES (0, 1), (2, 1), (1, 1) t(a, b)")
      for sql in [
          "SELECT * FROM t LEFT JOIN LATERAL squares(b, a) ON true",
          "SELECT a, x.num FROM t JOIN LATERAL squares(b, a) x ON x.num = a",
          "SELECT a, q FROM t, LATERAL (SELECT num + 1 AS q FROM squares(t.b, t.a))",
          "SELECT a, num FROM t LATERAL VIEW OUTER squares(b, a) x",
          "SELECT a, num FROM t, LATERAL squares(start => b, end => a)",
      ]:
          print(sorted(tuple(r) for r in spark.sql(sql).fillna(-1).collect()))
      print(rows(spark.sql("SELECT a, key, total FROM t, LATERAL sums(TABLE(kv) PARTITION BY key) WHERE a = key")))
      print(rows(spark.table("t").lateralJoin(Squares(F.col("b").outer(), F.col("a").outer()), F.col("num") > 1)))
    `);
    expect(out.trim().split("\n")).toEqual([
      "[(0, 1, -1, -1), (1, 1, 1, 1), (2, 1, 1, 1), (2, 1, 2, 4)]",
      "[(1, 1), (2, 2)]",
      "[(1, 2), (2, 2), (2, 3)]",
      "[(0, -1), (1, 1), (2, 1), (2, 2)]",
      "[(1, 1), (2, 1), (2, 2)]",
      "[(1, 1, 30), (2, 2, 70)]",
      "[(2, 1, 2, 4)]",
    ]);
  });

  test("are refused calls and answers that Spark refuses, and take the columns that analyze() selects", async () => {
    const out = await run(`
      from pyspark.sql.functions import AnalyzeResult, OrderingColumn, PartitioningColumn, SelectedColumn
      @F.udtf
      class Seen:
          def __init__(self):
              self.seen = []
          @staticmethod
          def analyze(row, mode):
              key = [PartitioningColumn("key")]
              order = [OrderingColumn("value", ascending=False)]
              how = {
                  "select": dict(partitionBy=key, orderBy=order, select=[SelectedColumn("value"), SelectedColumn("key * 100", "hundred")]),
                  "both": dict(withSinglePartition=True, partitionBy=key),
                  "order": dict(orderBy=order),
              }[mode.value]
              return AnalyzeResult(schema=T.StructType().add("seen", T.StringType()), **how)
          def eval(self, row, mode):
              self.seen.append(tuple(row))
          def terminate(self):
              yield str(self.seen),
      spark.udtf.register("seen", Seen)
      def condition(sql):
          try:
              print(sorted(r[0] for r in spark.sql(sql).collect()))
          except errors.AnalysisException as e:
              print(e.getCondition())
      for mode in "select", "both", "order":
          condition(f"SELECT * FROM seen(TABLE(kv), '{mode}')")
      condition("SELECT * FROM sums(TABLE(kv) PARTITION BY sum(key))")
      condition("SELECT squares(1, 2)")
      condition("SELECT * FROM squares(start => 1, start => 2)")
      condition("SELECT * FROM squares(start => 1, 2)")
    `);
    expect(out.trim().split("\n")).toEqual([
      "['[(20, 100), (10, 100)]', '[(40, 200), (30, 200)]', '[(50, 300)]']",
      "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INVALID",
      "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INVALID",
      "MISSING_GROUP_BY",
      "NOT_A_SCALAR_FUNCTION",
      "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE",
      "UNEXPECTED_POSITIONAL_ARGUMENT",
    ]);
  });

  test("are temporary functions to SQL and the catalog, as other functions of programs are", async () => {
    const out = await run(`
      spark.udf.register("plus_one", lambda x, y=1: x + y, "int")
      print([r[0] for r in spark.sql("SHOW USER FUNCTIONS").collect()], spark.catalog.functionExists("plus_one"), spark.catalog.getFunction("Squares").isTemporary)
      print([r[0] for r in spark.sql("DESCRIBE FUNCTION plus_one").collect()])
      for sql in "SELECT plus_one(x => 1, x => 2)", "SELECT plus_one(y => 1, 2)", "DROP TEMPORARY FUNCTION plus_one", "SELECT plus_one(1)":
          try:
              spark.sql(sql).collect()
              print(sql)
          except errors.AnalysisException as e:
              print(e.getCondition())
    `);
    expect(out.trim().split("\n")).toEqual([
      "['plus_one', 'squares', 'sums'] True True",
      "['Function: plus_one', 'Usage: N/A.']",
      "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE",
      "UNEXPECTED_POSITIONAL_ARGUMENT",
      "DROP TEMPORARY FUNCTION plus_one",
      "UNRESOLVED_ROUTINE",
    ]);
  });
});
