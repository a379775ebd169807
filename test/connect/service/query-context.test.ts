import { describe, expect, test } from "vitest";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

/** Prints an error's class, and of each context its kind, its fragment and where it is. */
const TOLD = `
def told(action):
    try:
        action()
        print("nothing raised")
    except Exception as e:
        print(type(e).__name__, e.getCondition())
        for c in e.getQueryContext():
            if c.contextType().name == "SQL":
                print(" ", c.contextType().name, repr(c.objectType()), repr(c.objectName()), c.startIndex(), c.stopIndex(), repr(c.fragment()))
            else:
                print(" ", c.contextType().name, c.fragment(), c.callSite().rsplit(":", 1)[0], int(c.callSite().rsplit(":", 1)[1]) - FIRST)
def text(action):
    try:
        action()
    except Exception as e:
        print(str(e).split("\\n\\nJVM stacktrace")[0])
df = spark.range(3)
FIRST = sys._getframe().f_lineno
`;

const PROGRAM = `
print("##")
told(lambda: df.withColumn("q", df.id / 0).collect())
told(lambda: df.withColumn("s", df.id + "string").collect())
told(lambda: df.withColumn("s", df.id == "string").collect())
told(lambda: df.withColumn("s", df.id.bitwiseXOR("string")).collect())
told(lambda: df.select(F.lit("a").cast("int")).collect())
told(lambda: df.withColumn("a", df.id * 10).withColumn("b", df.id / 0).withColumn("c", df.id - 10).filter("c < 5").collect())
told(lambda: df.select(df.id - 10, df.id + 4, df.id % "string", df.id * 5).collect())
told(lambda: df.groupBy((df.id / 0).alias("k")).count().collect())
told(lambda: df.repartition(3).agg(F.sum(df.id / 0)).collect())
print("##")
told(lambda: spark.sql("SELECT 1, id / 0 FROM range(2)").collect())
told(lambda: spark.sql("SELECT :a / 0 + 1", args={"a": 12345678}).collect())
told(lambda: spark.sql("SELECT nope FROM range(2)").collect())
told(lambda: spark.sql("SELECT date '2020-13-01'").collect())
told(lambda: spark.sql("SELECT 1 FORM t").collect())
told(lambda: df.select(F.expr("1 + id / 0")).collect())
told(lambda: df.filter("id / 0 > 1").collect())
spark.sql("CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 10 DIV (id - 1) AS d FROM range(3)")
told(lambda: spark.sql("SELECT d FROM v").collect())
told(lambda: spark.table("v").collect())
told(lambda: spark.sql("SELECT raise_error('no')").collect())
print("##")
text(lambda: spark.sql("SELECT 1/0").collect())
text(lambda: spark.sql("SELECT date '2020-13-01'").collect())
text(lambda: df.select(df.id / 0).collect())
text(lambda: df.selectExpr("nope + 1").collect())
print("##")
told(lambda: spark.conf.set("spark.sql.shuffle.partitions", "abc"))
told(lambda: spark.conf.set("spark.sql.shuffle.partitions", "-5"))
told(lambda: spark.conf.set("spark.sql.ansi.enabled", "maybe"))
told(lambda: spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "lots"))
told(lambda: spark.conf.set("spark.sql.mapKeyDedupPolicy", "NOPE"))
told(lambda: spark.conf.set("spark.sql.session.timeZone", "Nowhere/No"))
`;

describe.skipIf(pythonUnavailable())("PySpark's errors tell", { timeout: 60_000 }, async () => {
  const { url } = await startServer();
  // One client for all: it takes longer to start than what it asks for.
  const answers = runPython(url, TOLD + PROGRAM).then((out) => out.split("##\n").slice(1));

  test("which call of a DataFrame program fails for a row, wherever the column has gone", async () => {
    const out = (await answers)[0]!;
    expect(out.trim().split("\n")).toEqual([
      ...["ArithmeticException DIVIDE_BY_ZERO", "  DataFrame __truediv__ <string> 3"],
      ...["NumberFormatException CAST_INVALID_INPUT", "  DataFrame __add__ <string> 4"],
      ...["NumberFormatException CAST_INVALID_INPUT", "  DataFrame __eq__ <string> 5"],
      ...["NumberFormatException CAST_INVALID_INPUT", "  DataFrame bitwiseXOR <string> 6"],
      ...["NumberFormatException CAST_INVALID_INPUT", "  DataFrame cast <string> 7"],
      ...["ArithmeticException DIVIDE_BY_ZERO", "  DataFrame __truediv__ <string> 8"],
      ...["NumberFormatException CAST_INVALID_INPUT", "  DataFrame __mod__ <string> 9"],
      ...["ArithmeticException DIVIDE_BY_ZERO", "  DataFrame __truediv__ <string> 10"],
      ...["ArithmeticException DIVIDE_BY_ZERO", "  DataFrame __truediv__ <string> 11"],
    ]);
  });

  test("which piece of an SQL text fails", async () => {
    const out = (await answers)[1]!;
    expect(out.trim().split("\n")).toEqual([
      ...["ArithmeticException DIVIDE_BY_ZERO", "  SQL '' '' 10 15 'id / 0'"],
      ...["ArithmeticException DIVIDE_BY_ZERO", "  SQL '' '' 7 12 ':a / 0'"],
      ...["AnalysisException UNRESOLVED_COLUMN.WITH_SUGGESTION", "  SQL '' '' 7 10 'nope'"],
      ...["ParseException INVALID_TYPED_LITERAL", "  SQL '' '' 7 23 \"date '2020-13-01'\""],
      "ParseException PARSE_SYNTAX_ERROR",
      ...["ArithmeticException DIVIDE_BY_ZERO", "  SQL '' '' 4 9 'id / 0'"],
      ...["ArithmeticException DIVIDE_BY_ZERO", "  SQL '' '' 0 5 'id / 0'"],
      ...["ArithmeticException DIVIDE_BY_ZERO", "  SQL '' '' 14 14 'v'"],
      ...["ArithmeticException DIVIDE_BY_ZERO", "  SQL 'VIEW' 'v' 7 21 '10 DIV (id - 1)'"],
      "SparkRuntimeException USER_RAISED_EXCEPTION",
    ]);
  });

  test("all of it in their text, as Spark lays it out", async () => {
    const out = (await answers)[2]!;
    const division =
      "[DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead. " +
      'If necessary set "spark.sql.ansi.enabled" to "false" to bypass this error. SQLSTATE: 22012';
    expect(out).toContain(`${division}\n== SQL (line 1, position 8) ==\nSELECT 1/0\n       ^^^\n`);
    expect(out).toContain(`SQLSTATE: 42604\n== SQL (line 1, position 8) ==\nSELECT date '2020-13-01'\n       ^^^^^^^^^^^^^^^^^\n`);
    expect(out).toContain(`${division}\n== DataFrame ==\n"__truediv__" was called from\n<string>:`);
    expect(out).toContain("[`id`]. SQLSTATE: 42703; line 1 pos 0");
  });

  test("what a setting may be", async () => {
    const out = (await answers)[3]!;
    expect(out.trim().split("\n")).toEqual(
      ["TYPE_MISMATCH", "REQUIREMENT", "TYPE_MISMATCH", "TYPE_MISMATCH", "OUT_OF_RANGE_OF_OPTIONS", "TIME_ZONE"].map(
        (kind) => `IllegalArgumentException INVALID_CONF_VALUE.${kind}`,
      ),
    );
  });
});
