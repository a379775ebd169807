import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { sqlExpr } from "../expressions/quoting.ts";
import { childrenOf, someExpression } from "../expressions/traverse.ts";
import { functionNamed } from "../functions/registry.ts";

/** Where functions of many rows may stand, asked of what is written: types count for nothing yet. Source: Spark's ExtractGenerator. */
const isGenerator = (e: Expression): boolean =>
  e.kind === "generator" || (e.kind === "unresolvedFunction" && functionNamed(e.name)?.kind === "generator");

export const hasGenerator = (e: Expression): boolean => someExpression(e, isGenerator);

/** Throws UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS: in SELECT one stands alone, or below its names. */
export function refuseNestedGenerator(item: Expression): void {
  const written = item.kind === "unresolvedAlias" || item.kind === "alias" ? item.child : item;
  const inner = isGenerator(written) ? childrenOf(written) : [written];
  if (!inner.some(hasGenerator)) return;
  throw new AnalysisError("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", { expression: sqlExpr(written) });
}

/** Throws UNSUPPORTED_GENERATOR.OUTSIDE_SELECT for the operator that `shown` prints. */
export function refuseGenerator(written: Expression, shown: (text: string) => string): void {
  if (hasGenerator(written)) throw new AnalysisError("UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", { plan: shown(prettyName(written)) });
}
