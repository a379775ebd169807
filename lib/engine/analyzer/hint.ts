import { AnalysisError } from "../errors.ts";
import { parseAttributeName } from "../expressions/build.ts";
import type { Expression, Literal } from "../expressions/expression.ts";
import { sqlExpr } from "../expressions/quoting.ts";
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
  // Of relations that it names a hint says how they are joined: which rows come out does not hang on it.
  if (JOIN_HINTS[name]) return plan.parameters.length > 0 ? plan.child : plan;
  const scheme = SCHEMES[name];
  if (!scheme) return plan.child;
  const [first, ...others] = plan.parameters;
  const counted = first?.kind === "literal" && isCount(first);
  if (scheme === "coalesce" && (!counted || others.length > 0))
    throw new AnalysisError("_LEGACY_ERROR_TEMP_1048", { hintName: plan.name.toUpperCase() });
  const columns = (counted ? others : plan.parameters).map(columnOf);
  const stray = columns.filter((e) => e.kind !== "unresolvedAttribute");
  if (stray.length > 0)
    throw new AnalysisError("_LEGACY_ERROR_TEMP_1047", { hintName: plan.name.toUpperCase(), invalidParams: stray.map(sqlExpr).join(", ") });
  const expressions = columns.map((e) => resolveExpression(e, scopeOf([plan.child], session), session));
  return {
    kind: "repartition",
    scheme: expressions.length === 0 && scheme !== "coalesce" ? "roundRobin" : scheme,
    expressions,
    ...(counted ? { partitions: Number(first.value) } : {}),
    child: plan.child,
  };
}

const isCount = ({ type }: Literal): boolean => type.kind === "byte" || type.kind === "short" || type.kind === "integer";

/** A text is the name of a column. */
const columnOf = (e: Expression): Expression =>
  e.kind === "literal" && typeof e.value === "string" ? { kind: "unresolvedAttribute", nameParts: parseAttributeName(e.value) } : e;

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
