import { AnalysisError } from "../errors.ts";
import { freshId, namedAs } from "../expressions/build.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan, SubqueryAlias } from "../logical/plan.ts";

/** `AS t(a, b)` names the columns as well. Source: Spark's ResolveSubqueryColumnAliases. */
export function resolveAlias(plan: SubqueryAlias): LogicalPlan {
  const { columns, ...alias } = plan;
  if (!columns) return plan;
  const output = outputOf(plan.child);
  if (columns.length !== output.length) {
    throw new AnalysisError("ASSIGNMENT_ARITY_MISMATCH", { numExpr: String(columns.length), numTarget: String(output.length) });
  }
  return { ...alias, child: { kind: "project", expressions: output.map((a, i) => namedAs(a, freshId(), columns[i]!)), child: plan.child } };
}
