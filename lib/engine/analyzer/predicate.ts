import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isDeterministic, originOf, typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import { childrenOf, someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { checkCast } from "./check-cast.ts";

/** A condition has to be boolean; NULL alone is none. Source: Spark's CheckAnalysis. */
export function predicate(condition: Expression): Expression {
  const type = typeOf(condition);
  if (type.kind === "boolean") return condition;
  const text = sqlExpr(condition);
  throw new AnalysisError("DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", { sqlExpr: text, filter: text, type: sqlTypeOf(type) });
}

/** HAVING takes what can be cast to a boolean. Source: Spark's AstBuilder.withHavingClause. */
export const havingPredicate = (condition: Expression, { ansi }: SessionSettings): Expression =>
  typeOf(condition).kind === "boolean"
    ? condition
    : checkCast({ kind: "cast", child: condition, type: { kind: "boolean" }, mode: ansi ? "ansi" : "legacy" });

/** ON sees one row of each side at a time, and decides alike however often it is asked. Source: Spark's CheckAnalysis. */
export function joinCondition(condition: Expression, lateral = false): Expression {
  if (typeOf(condition).kind !== "boolean")
    throw new AnalysisError("JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE", {
      joinCondition: sqlExpr(condition),
      conditionType: sqlTypeOf(typeOf(condition)),
    });
  const invalid = found(condition, JOIN_HOSTS_NONE);
  if (invalid.length > 0) throw new AnalysisError("UNSUPPORTED_EXPR_FOR_OPERATOR", { invalidExprSqls: invalid.map(sqlExpr).join(", ") });
  // Of lateral joins Spark says it in other words: check-correlation.ts.
  if (!lateral && !isDeterministic(condition))
    throw new AnalysisError("INVALID_NON_DETERMINISTIC_EXPRESSIONS", { sqlExprs: sqlExpr(condition) });
  return condition;
}

const JOIN_HOSTS_NONE: ReadonlySet<Expression["kind"]> = new Set(["aggregate", "window", "generator"]);
const FILTER_HOSTS_NONE: ReadonlySet<Expression["kind"]> = new Set(["aggregate", "generator"]);

/** WHERE sees one row at a time. Source: Spark's CheckAnalysis. */
export function checkCondition(condition: Expression): void {
  if (someExpression(condition, (e) => e.kind === "window")) throw new AnalysisError("_LEGACY_ERROR_TEMP_1034", { clauseName: "WHERE" });
  someExpression(condition, (e) => {
    if (e.kind === "aggregate" && (e.name === "grouping" || e.name === "grouping_id"))
      throw new AnalysisError("UNSUPPORTED_GROUPING_EXPRESSION", {}, originOf(e));
    return false;
  });
  const invalid = found(condition, FILTER_HOSTS_NONE);
  if (invalid.length === 0) return;
  throw new AnalysisError("INVALID_WHERE_CONDITION", {
    condition: sqlExpr(condition),
    expressionList: invalid.map((e) => prettyName(e)).join(", "),
  });
}

const found = (e: Expression, kinds: ReadonlySet<Expression["kind"]>): Expression[] =>
  kinds.has(e.kind) ? [e] : childrenOf(e).flatMap((child) => found(child, kinds));
