import { describe, expect, it } from "vitest";
import { analyze } from "../../../lib/engine/analyzer/analyze.ts";
import type { FirecrestError } from "../../../lib/engine/errors.ts";
import { typeName } from "../../../lib/engine/expressions/print-type.ts";
import { outputOf } from "../../../lib/engine/logical/output.ts";
import { readSettings } from "../../../lib/engine/settings.ts";
import type { LoweringContext } from "../../../lib/sql/lower/context.ts";
import { lowerQuery } from "../../../lib/sql/lower/query.ts";
import { parserOptions } from "../../../lib/sql/parser/options.ts";
import { parseQuery } from "../../../lib/sql/parser/parse.ts";

function contextOf(conf: Readonly<Record<string, string>>): LoweringContext {
  const context: LoweringContext = {
    conf,
    session: readSettings(conf).session,
    relation: ([name]) =>
      name === "t"
        ? lowerQuery(parseQuery("VALUES (1, 'x', named_struct('b', 2)) AS t(k, s, n)", parserOptions(conf)), {
            ...context,
            relation: () => undefined,
          })
        : undefined,
    variable: ([name]) =>
      name === "v" ? { path: ["system", "session", "v"], value: { kind: "literal", value: 7, type: { kind: "integer" } } } : undefined,
    function: () => undefined,
    parameters: new Map([["p", { kind: "literal", value: 3, type: { kind: "integer" } }]]),
    currentCatalog: "spark_catalog",
    currentSchema: "default",
  };
  return context;
}

const columns = (sql: string, conf: Readonly<Record<string, string>> = {}): string =>
  outputOf(analyze(lowerQuery(parseQuery(sql, parserOptions(conf)), contextOf(conf)), readSettings(conf).session))
    .map((a) => `${a.name}: ${typeName(a.type)}`)
    .join(", ");

function condition(sql: string, conf: Readonly<Record<string, string>> = {}): string {
  try {
    return columns(sql, conf);
  } catch (error) {
    return (error as FirecrestError).condition;
  }
}

describe("columns have Spark's names and types", () => {
  it.each([
    ["SELECT 1", "1: int"],
    ["SELECT K, n.b FROM t", "K: int, b: int"],
    ["SELECT k + 1 AS a, a * 2 FROM t", "a: int, (lateralAliasReference(a) * 2): int"],
    [
      "SELECT k BETWEEN 1 AND 2, s LIKE 'a%', k IS NOT DISTINCT FROM 1 FROM t",
      "between(k, 1, 2): boolean, s LIKE a%: boolean, (k <=> 1): boolean",
    ],
    ["SELECT (1, k) FROM t", "named_struct(col1, 1, k, k): struct<col1:int,k:int>"],
    [
      "SELECT INTERVAL '1-2' YEAR TO MONTH, INTERVAL 3 HOURS",
      "INTERVAL '1-2' YEAR TO MONTH: interval year to month, INTERVAL '03' HOUR: interval hour",
    ],
    ["SELECT DATE '2020-01-01', X'1F'", "DATE '2020-01-01': date, X'1F': binary"],
    ["SELECT v, :p", "v: int, 3: int"],
    ["SELECT count(*), sum(k) FROM t GROUP BY ALL", "count(1): bigint, sum(k): bigint"],
    [
      "SELECT s, sum(k) OVER (PARTITION BY s) FROM t",
      "s: string, sum(k) OVER (PARTITION BY s ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING): bigint",
    ],
    ["SELECT * EXCEPT (s) FROM t", "k: int, n: struct<b:int>"],
    ["SELECT * FROM t PIVOT (sum(k) FOR s IN ('x', 'y' AS z))", "n: struct<b:int>, x: bigint, z: bigint"],
    ["SELECT * FROM (SELECT 1 a, 2 b) UNPIVOT (val FOR name IN (a, b))", "name: string, val: int"],
    ["FROM t |> SET k = k + 1 |> AGGREGATE sum(k) AS total GROUP BY s", "s: string, total: bigint"],
    ["SELECT * FROM t LATERAL VIEW explode(array(1, 2)) AS e", "k: int, s: string, n: struct<b:int>, e: int"],
    ["SELECT u.k, t.k FROM t JOIN t u USING (k)", "k: int, k: int"],
    ["WITH c(x) AS (SELECT 1) SELECT * FROM c", "x: int"],
  ])("%s", (sql, expected) => {
    expect(columns(sql)).toBe(expected);
  });
});

describe("mistakes have Spark's conditions", () => {
  it.each([
    ["SELECT z FROM t", "UNRESOLVED_COLUMN.WITH_SUGGESTION"],
    ["SELECT z", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"],
    ["SELECT * FROM nowhere", "TABLE_OR_VIEW_NOT_FOUND"],
    ["SELECT k, count(*) FROM t", "MISSING_GROUP_BY"],
    ["SELECT k, count(*) FROM t GROUP BY s", "MISSING_AGGREGATION"],
    ["SELECT sum(count(k)) FROM t", "NESTED_AGGREGATE_FUNCTION"],
    ["SELECT k FROM t GROUP BY 2", "GROUP_BY_POS_OUT_OF_RANGE"],
    ["SELECT sum(k) FROM t GROUP BY 1", "GROUP_BY_POS_AGGREGATE"],
    ["SELECT * FROM t GROUP BY 1", "STAR_GROUP_BY_POS"],
    ["SELECT k FROM t ORDER BY 2", "ORDER_BY_POS_OUT_OF_RANGE"],
    ["SELECT k FROM t WHERE sum(k) > 1", "INVALID_WHERE_CONDITION"],
    ["SELECT k FROM t GROUP BY k HAVING z > 1", "UNRESOLVED_COLUMN.WITH_SUGGESTION"],
    ["SELECT k FROM t LIMIT -1", "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE"],
    ["SELECT sum(k) OVER w FROM t", "MISSING_WINDOW_SPECIFICATION"],
    ["SELECT :q", "UNBOUND_SQL_PARAMETER"],
    ["SELECT DATE 'x'", "INVALID_TYPED_LITERAL"],
    ["SELECT INTERVAL '1 x' DAY TO HOUR", "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE"],
    ["VALUES (1, 2), (3)", "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH"],
    ["SELECT 1 UNION SELECT 1, 2", "NUM_COLUMNS_MISMATCH"],
    ["SELECT * FROM t AS u(a)", "ASSIGNMENT_ARITY_MISMATCH"],
    ["WITH c AS (SELECT 1), C AS (SELECT 2) SELECT * FROM c", "DUPLICATED_CTE_NAMES"],
    ["FROM t |> EXTEND sum(k) AS total", "PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION"],
    ["FROM t |> AGGREGATE k + 1", "PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION"],
    ["FROM t |> ORDER BY k LIMIT 1", "MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS"],
    ["SELECT nothing(k) FROM t", "UNRESOLVED_ROUTINE"],
    ["SELECT upper(text => s) FROM t", "NAMED_PARAMETERS_NOT_SUPPORTED"],
    ["SELECT * FROM t TABLESAMPLE (200 PERCENT)", "_LEGACY_ERROR_TEMP_0064"],
  ])("%s", (sql, expected) => {
    expect(condition(sql)).toBe(expected);
  });
});

describe("settings decide", () => {
  it("whether a whole number is a position", () => {
    expect(condition("SELECT k FROM t ORDER BY 2", { "spark.sql.orderByOrdinal": "false" })).toBe("k: int");
  });
  it("whether GROUP BY takes aliases", () => {
    expect(condition("SELECT k AS g FROM t GROUP BY g", { "spark.sql.groupByAliases": "false" })).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
  });
  it("which of two CTEs of one name is meant", () => {
    const sql = "WITH c AS (SELECT 1 a) SELECT (WITH c AS (SELECT 'x' a) SELECT a FROM c) AS a";
    expect(columns(sql)).toBe("a: string");
    expect(columns(sql, { "spark.sql.legacy.ctePrecedencePolicy": "LEGACY" })).toBe("a: int");
    expect(condition(sql, { "spark.sql.legacy.ctePrecedencePolicy": "EXCEPTION" })).toBe("AMBIGUOUS_ALIAS_IN_NESTED_CTE");
  });
});
