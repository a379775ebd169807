import { AnalysisError } from "../errors.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { referencesOf } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { mapChildren } from "../logical/traverse.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";

/**
 * Resolves the expressions of a sort or filter against its child and, where a name is not there, against what the child's
 * projections dropped: `df.select("a").orderBy("b")` carries `b` up to the sort and drops it again above it.
 * Source: Spark's ResolveReferencesInSort / ColumnResolutionHelper.
 */
export function resolveMissing(
  child: LogicalPlan,
  session: SessionSettings,
  expressions: readonly Expression[],
  build: (child: LogicalPlan, resolved: readonly Expression[]) => LogicalPlan,
): LogicalPlan {
  try {
    return build(
      child,
      expressions.map((e) => resolveExpression(e, scopeOf([child], session), session)),
    );
  } catch (error) {
    if (!(error instanceof AnalysisError) || !error.condition.startsWith("UNRESOLVED_COLUMN")) throw error;
    const below = droppedBelow(child);
    if (below === undefined) throw error;
    const resolved = retry(expressions, child, below, session, error);
    const output = outputOf(child);
    const missing = resolved.flatMap(referencesOf).filter((a) => !output.some((o) => o.id === a.id));
    return { kind: "project", expressions: output, child: build(carryUp(child, missing), resolved) };
  }
}

function retry(
  expressions: readonly Expression[],
  child: LogicalPlan,
  below: LogicalPlan,
  session: SessionSettings,
  original: AnalysisError,
): Expression[] {
  const [upper, lower] = [scopeOf([child], session), scopeOf([below], session)];
  const both = {
    candidates: (parts: readonly string[], planId: number | undefined) => {
      const found = upper.candidates(parts, planId);
      return found.length > 0 ? found : lower.candidates(parts, planId);
    },
    all: upper.all,
  };
  try {
    return expressions.map((e) => resolveExpression(e, both, session));
  } catch {
    throw original;
  }
}

/** The plan below the nearest projection, through nodes that keep their child's columns. */
function droppedBelow(plan: LogicalPlan): LogicalPlan | undefined {
  switch (plan.kind) {
    case "project":
      return plan.child;
    case "filter":
    case "sort":
    case "subqueryAlias":
      return droppedBelow(plan.child);
    default:
      return undefined;
  }
}

/** Adds attributes to the projection they were dropped by. */
function carryUp(plan: LogicalPlan, missing: readonly Attribute[]): LogicalPlan {
  if (plan.kind === "project") return { ...plan, expressions: [...plan.expressions, ...missing] };
  return mapChildren(plan, (child) => carryUp(child, missing));
}
