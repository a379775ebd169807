import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SparkSession } from "../../../lib/firecrest.ts";

let spark: SparkSession;
beforeAll(async () => {
  spark = await SparkSession.builder.master("local[2]").create();
});
afterAll(() => spark.stop());

const run = async (text: string): Promise<unknown[][]> => (await (await spark.sql(text)).collect()).map((row) => Object.values(row));

/** What Spark 4.1.1 says to each. */
const errors: readonly (readonly [sql: string, condition: string, parameters: Record<string, string>])[] = [
  ["SELECT explode(array(1)) + 1", "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", { expression: '"(explode(array(1)) + 1)"' }],
  [
    "SELECT count(explode(array(1))) FROM range(2)",
    "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS",
    { expression: '"count(explode(array(1)))"' },
  ],
  [
    "SELECT 1 FROM range(2) WHERE explode(array(1)) = 1",
    "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT",
    { plan: "'Filter (explode(array(1)) = 1)" },
  ],
  [
    "SELECT 1 FROM range(2) ORDER BY explode(array(1))",
    "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT",
    { plan: "Sort [explode(array(1)) ASC NULLS FIRST], true" },
  ],
  ["SELECT 1 FROM range(2) LIMIT explode(array(1))", "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", { plan: "LocalLimit explode(array(1))" }],
  [
    "SELECT id FROM range(2) DISTRIBUTE BY explode(array(1))",
    "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT",
    { plan: "RepartitionByExpression [explode(array(1))]" },
  ],
  ["SELECT 1 FROM range(2) GROUP BY explode(array(1))", "UNSUPPORTED_EXPR_FOR_OPERATOR", { invalidExprSqls: '"explode(array(1))"' }],
  ["SELECT sum(id), explode(array(1, 2)) FROM range(3)", "MISSING_GROUP_BY", {}],
  [
    "SELECT * FROM explode(TABLE(SELECT id FROM range(2)))",
    "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
    {
      inputSql: '"functiontablesubqueryargumentexpression()"',
      inputType: '"STRUCT<id: BIGINT NOT NULL>"',
      paramIndex: "first",
      requiredType: '("ARRAY" or "MAP")',
      sqlExpr: '"explode(functiontablesubqueryargumentexpression())"',
    },
  ],
  ["SELECT 1 WHERE NULL", "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", { sqlExpr: '"NULL"', filter: '"NULL"', type: '"VOID"' }],
  [
    "SELECT * FROM range(2) a JOIN range(2) b ON NULL",
    "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE",
    { joinCondition: '"NULL"', conditionType: '"VOID"' },
  ],
  ["SELECT * FROM VALUES ((SELECT 1))", "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES", {}],
  [
    "SELECT * FROM range('a')",
    "CAST_INVALID_INPUT",
    { expression: "'a'", sourceType: '"STRING"', targetType: '"BIGINT"', ansiConfig: '"spark.sql.ansi.enabled"' },
  ],
  ["SELECT * FROM range(end => 3)", "NON_FOLDABLE_ARGUMENT", { funcName: "`range`", paramName: "`end`", paramType: '"BIGINT"' }],
];

describe("A place that a function of many rows, a condition or a count cannot have", () => {
  it.each(errors)("is refused: %s", async (sql, condition, messageParameters) => {
    await expect(run(sql)).rejects.toMatchObject({ condition, messageParameters });
  });
});

it("several functions of many rows are applied one after the other", async () => {
  expect(await run("SELECT explode(array(1, 2)) AS a, explode(array('x', 'y')) AS b ORDER BY 1, 2")).toEqual([
    [1, "x"],
    [1, "y"],
    [2, "x"],
    [2, "y"],
  ]);
});
