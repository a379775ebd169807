import type { Attribute, Expression } from "../expressions/expression.ts";
import { referencesOf } from "../expressions/properties.ts";
import { someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { mapChildren } from "../logical/traverse.ts";
import { type Block, blockOf, liftInto } from "./aggregate-block.ts";
import { chained, isExtraction } from "./having.ts";
import { resolveExpression, type Scope } from "./resolve-expression.ts";
import { matching, scopeOf } from "./scope.ts";

/**
 * Resolves the expressions of a sort or filter against its child and, where a name is not there, against what the child's
 * projections dropped: `df.select("a").orderBy("b")` carries `b` up to the sort and drops it again above it. Above an aggregate
 * they may hold aggregates and groups that it does not put out. Source: Spark's ResolveReferencesInSort, ResolveAggregateFunctions.
 */
export function resolveMissing(
  child: LogicalPlan,
  session: SessionSettings,
  expressions: readonly Expression[],
  build: (child: LogicalPlan, resolved: readonly Expression[]) => LogicalPlan,
): LogicalPlan {
  const block = blockOf(child);
  const below = block ? undefined : droppedBelow(child);
  const resolved = expressions.map((e) => withRetry(e, child, block, below, session));
  const output = outputOf(child);
  const missing = resolved.flatMap(referencesOf).filter((a) => !output.some((o) => o.id === a.id));
  const aggregates = resolved.some((e) => someExpression(e, (x) => x.kind === "aggregate"));
  if (block && (missing.length > 0 || aggregates)) {
    const lifted = liftInto(block, child, resolved);
    if (lifted) return above(output, build(lifted.child, lifted.expressions));
  }
  if (missing.length === 0) return build(child, resolved);
  return above(output, build(carryUp(child, missing), resolved));
}

const above = (output: readonly Attribute[], child: LogicalPlan): LogicalPlan =>
  outputOf(child).length === output.length ? child : { kind: "project", expressions: output, child };

/** A name with fields behind it means what has such fields: the column below where the output's own has none. */
function withRetry(
  expression: Expression,
  child: LogicalPlan,
  block: Block | undefined,
  below: LogicalPlan | undefined,
  session: SessionSettings,
): Expression {
  const own = scopeOf([child], session);
  const other = otherScope(block, below, session);
  if (!other) return resolveExpression(expression, own, session);
  try {
    return resolveExpression(expression, chained(own, other), session);
  } catch (error) {
    if (!block || !isExtraction(error)) throw error;
    return resolveExpression(expression, chained(other, own), session);
  }
}

function otherScope(block: Block | undefined, below: LogicalPlan | undefined, session: SessionSettings): Scope | undefined {
  if (block) {
    const { groups } = block.input;
    const named: Scope = { candidates: (nameParts) => matching(groups, nameParts, session), all: () => groups };
    return chained(scopeOf([block.input.child], session), chained(scopeOf([block.aggregate], session), named));
  }
  return below && scopeOf([below], session);
}

/** The plan below the nearest projection, through nodes that keep their child's columns. */
function droppedBelow(plan: LogicalPlan): LogicalPlan | undefined {
  switch (plan.kind) {
    case "project":
      return plan.pipe === "boundary" ? undefined : plan.child;
    case "filter":
    case "sort":
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
