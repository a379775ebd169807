import { describe, expect, it } from "vitest";
import { analyze } from "../../../lib/engine/analyzer/analyze.ts";
import { FirecrestError } from "../../../lib/engine/errors.ts";
import { outputOf } from "../../../lib/engine/logical/output.ts";
import { readSettings } from "../../../lib/engine/settings.ts";
import { lowerQuery } from "../../../lib/sql/lower/query.ts";
import { parserOptions } from "../../../lib/sql/parser/options.ts";
import { parseQuery } from "../../../lib/sql/parser/parse.ts";

/** The names of a query's columns, or the condition that it is refused for, by each precedence policy. */
function meanings(sql: string): Readonly<Record<string, string>> {
  return Object.fromEntries(["CORRECTED", "EXCEPTION", "LEGACY"].map((policy) => [policy, meaning(sql, policy)]));
}

function meaning(sql: string, policy: string): string {
  const conf = { "spark.sql.legacy.ctePrecedencePolicy": policy };
  const { session } = readSettings(conf);
  try {
    const plan = lowerQuery(parseQuery(sql, parserOptions(conf)), {
      conf,
      session,
      relation: () => undefined,
      variable: () => undefined,
      function: () => undefined,
      parameters: new Map(),
      currentCatalog: "spark_catalog",
      currentSchema: "default",
    });
    return outputOf(analyze(plan, session))
      .map((a) => a.name)
      .join(", ");
  } catch (error) {
    if (error instanceof FirecrestError) return error.condition;
    throw error;
  }
}

describe("names of WITH", () => {
  it("mean the inner definition, and as Spark 2 had it the outer one", () => {
    const sql = "WITH t AS (SELECT 1 AS a), u AS (WITH t AS (SELECT 2 AS b) SELECT * FROM t) SELECT * FROM u";
    expect(meanings(sql)).toEqual({ CORRECTED: "b", EXCEPTION: "AMBIGUOUS_ALIAS_IN_NESTED_CTE", LEGACY: "a" });
  });

  it("are not ambiguous where Spark 2 had no WITH", () => {
    const sql = "WITH t AS (SELECT 1 AS a) SELECT * FROM (WITH t AS (SELECT 2 AS b) SELECT * FROM t)";
    expect(meanings(sql)).toEqual({ CORRECTED: "b", EXCEPTION: "b", LEGACY: "b" });
  });

  it("are unknown to the definitions inside a definition as Spark 2 had it", () => {
    const sql = "WITH t AS (SELECT 1 AS a), u AS (WITH v AS (SELECT * FROM t) SELECT * FROM v) SELECT * FROM u";
    expect(meanings(sql)).toEqual({ CORRECTED: "a", EXCEPTION: "a", LEGACY: "TABLE_OR_VIEW_NOT_FOUND" });
  });

  it("do not recur as Spark 2 had it", () => {
    const sql = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r";
    expect(meanings(sql)).toEqual({ CORRECTED: "n", EXCEPTION: "n", LEGACY: "RECURSIVE_CTE_IN_LEGACY_MODE" });
  });
});
