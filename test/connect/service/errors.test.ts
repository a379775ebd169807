import { describe, expect, test } from "vitest";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

/** Prints the exception's class, condition and SQLSTATE of each statement. */
const RAISED = `
def raised(action):
    try:
        action()
        print("nothing raised")
    except Exception as e:
        print(type(e).__name__, e.getCondition(), e.getSqlState())
`;

describe.skipIf(pythonUnavailable())("PySpark raises the exception of its own for", { timeout: 60_000 }, async () => {
  const { url } = await startServer();

  test("each of Spark's classes", async () => {
    const statements = [
      "SELECT nope",
      "SELECT a FORM t LIMIT",
      "SELECT 1 / 0",
      "SELECT CAST('x' AS INT)",
      "SELECT CAST('x' AS DATE)",
      "SELECT CAST('x' AS BOOLEAN)",
      "SELECT array(1, 2)[5]",
      "SELECT raise_error('no')",
      "SELECT * FROM nowhere",
      "SELECT next_day('2020-01-01', 'xx')",
      "SELECT CAST(300 AS TINYINT)",
      "SELECT to_timestamp('2020', 'YYYY')",
      "SELECT map(null, 1)",
    ];
    const out = await runPython(
      url,
      `${RAISED}
for statement in ${JSON.stringify(statements)}:
    raised(lambda: spark.sql(statement).collect())
raised(lambda: spark.conf.get("no.such.key"))
raised(lambda: spark.conf.set("spark.master", "local"))
`,
    );
    expect(out.trimEnd().split("\n")).toEqual([
      "AnalysisException UNRESOLVED_COLUMN.WITHOUT_SUGGESTION 42703",
      "ParseException PARSE_SYNTAX_ERROR 42601",
      "ArithmeticException DIVIDE_BY_ZERO 22012",
      "NumberFormatException CAST_INVALID_INPUT 22018",
      "DateTimeException CAST_INVALID_INPUT 22018",
      "SparkRuntimeException CAST_INVALID_INPUT 22018",
      "ArrayIndexOutOfBoundsException INVALID_ARRAY_INDEX 22003",
      "SparkRuntimeException USER_RAISED_EXCEPTION P0001",
      "AnalysisException TABLE_OR_VIEW_NOT_FOUND 42P01",
      "IllegalArgumentException ILLEGAL_DAY_OF_WEEK 22009",
      "ArithmeticException CAST_OVERFLOW 22003",
      "SparkUpgradeException INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION 42K0B",
      "SparkRuntimeException NULL_MAP_KEY 2200E",
      "SparkNoSuchElementException SQL_CONF_NOT_FOUND 42K0I",
      "AnalysisException CANNOT_MODIFY_STATIC_CONFIG 46110",
    ]);
  });

  test("a mistake in a statement, with its place", async () => {
    const out = await runPython(
      url,
      `
      try:
          spark.sql("SELECT a FORM t LIMIT")
      except errors.ParseException as e:
          print(str(e))
      `,
    );
    expect(out).toContain("[PARSE_SYNTAX_ERROR] Syntax error at or near");
    expect(out).toContain("== SQL ==\nSELECT a FORM t LIMIT\n");
  });

  test("a mistake in a program, with the call and its line", async () => {
    const out = await runPython(
      url,
      `
      try:
          spark.range(1).select(F.array(F.col("id")) + 1).collect()
      except errors.AnalysisException as e:
          print(e.getCondition())
          for context in e.getQueryContext():
              print(context.contextType().name, context.fragment(), "<string>" in context.callSite())
      `,
    );
    expect(out).toBe("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES\nDataFrame __add__ True\n");
  });

  test("a message that is too long for a header, whole", async () => {
    const out = await runPython(
      url,
      `
      try:
          spark.sql("SELECT raise_error(repeat('é', 20000))").collect()
      except errors.SparkRuntimeException as e:
          print(len(e.getMessageParameters()["errorMessage"]), str(e).count("é"))
      `,
    );
    expect(out).toBe("20000 20000\n");
  });
});
