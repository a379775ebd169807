import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import { childrenOf, someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { implicitCast } from "./implicit-cast.ts";

/** A condition has to be boolean; NULL is one. */
export function predicate(condition: Expression, session: SessionSettings): Expression {
  if (typeOf(condition).kind === "boolean") return condition;
  const cast = typeOf(condition).kind === "void" ? implicitCast(condition, { kind: "boolean" }, session) : undefined;
  if (!cast) {
    const text = sqlExpr(condition);
    throw new AnalysisError("DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", { sqlExpr: text, filter: text, type: sqlTypeOf(typeOf(condition)) });
  }
  return cast;
}

/** WHERE sees one row at a time. Source: Spark's CheckAnalysis. */
export function checkCondition(condition: Expression): void {
  if (someExpression(condition, (e) => e.kind === "window")) throw new AnalysisError("_LEGACY_ERROR_TEMP_1034", { clauseName: "WHERE" });
  const invalid = found(condition);
  if (invalid.length === 0) return;
  throw new AnalysisError("INVALID_WHERE_CONDITION", {
    condition: sqlExpr(condition),
    expressionList: invalid.map((e) => prettyName(e)).join(", "),
  });
}

const found = (e: Expression): Expression[] => (e.kind === "aggregate" || e.kind === "generator" ? [e] : childrenOf(e).flatMap(found));
