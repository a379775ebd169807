import type { Expression } from "../expressions/expression.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { Hint, JoinStrategyHint, LogicalPlan, Repartition } from "../logical/plan.ts";
import { numbered } from "./plan-column.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";

const JOIN_HINTS: Readonly<Record<string, JoinStrategyHint>> = {
  broadcast: "broadcast",
  broadcastjoin: "broadcast",
  mapjoin: "broadcast",
  merge: "merge",
  shuffle_merge: "merge",
  mergejoin: "merge",
  shuffle_hash: "shuffleHash",
  shuffle_replicate_nl: "shuffleReplicateNestedLoop",
};

const SCHEMES: Readonly<Record<string, Repartition["scheme"]>> = {
  coalesce: "coalesce",
  repartition: "hash",
  repartition_by_range: "range",
  rebalance: "hash",
};

/** Join hints wait for their join (stripHints); partitioning hints become Repartition; Spark ignores hints it does not know, and so do we. */
export function applyHint(plan: Hint, session: SessionSettings): LogicalPlan {
  const name = plan.name.toLowerCase();
  if (JOIN_HINTS[name]) return plan;
  const scheme = SCHEMES[name];
  if (!scheme) return plan.child;
  const partitions = plan.parameters.find((p) => p.kind === "literal");
  const columns = plan.parameters
    .filter((p) => p.kind !== "literal")
    .map((e) => resolveExpression(e, scopeOf([plan.child], session), session));
  return {
    kind: "repartition",
    scheme: scheme === "hash" && columns.length === 0 ? "roundRobin" : scheme,
    expressions: columns,
    ...(partitions ? { partitions: Number(literalValue(partitions)) } : {}),
    child: plan.child,
  };
}

const literalValue = (expression: Expression) => (expression.kind === "literal" ? expression.value : null);

/** The join hint above (or behind an alias of) a join's side. */
export function stripHints(plan: LogicalPlan): { child: LogicalPlan; hint?: JoinStrategyHint } {
  if (plan.kind === "hint")
    return { child: numbered(stripHints(plan.child).child, plan.planId), hint: JOIN_HINTS[plan.name.toLowerCase()]! };
  if (plan.kind === "subqueryAlias" && plan.child.kind === "hint") {
    const { child, hint } = stripHints(plan.child);
    return hint ? { child: { ...plan, child }, hint } : { child: plan };
  }
  return { child: plan };
}
