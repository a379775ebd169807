import { AnalysisError } from "../errors.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { fingerprint, hasSubquery, referencesOf } from "../expressions/properties.ts";
import { someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { Aggregate, LogicalPlan } from "../logical/plan.ts";
import { mapChildren } from "../logical/traverse.ts";
import { type Block, blockOf, liftInto } from "./aggregate-block.ts";
import { chained, isExtraction } from "./having.ts";
import { isMetadataOf } from "./metadata-column.ts";
import { resolveExpression, type Scope } from "./resolve-expression.ts";
import { matching, scopeOf } from "./scope.ts";
import { inputColumns } from "./sql-function.ts";

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
  const other = block ? blockScope(block, session) : scopeBelow(child, session);
  const resolved = expressions.map((e) => withRetry(e, child, other, session));
  const output = [...outputOf(child), ...inputColumns(resolved)];
  const missing = resolved.flatMap(referencesOf).filter((a) => !output.some((o) => o.id === a.id) && !isMetadataOf(child, a));
  const aggregates = resolved.some((e) => someExpression(e, (x) => x.kind === "aggregate"));
  if (block && (missing.length > 0 || aggregates || resolved.some((e) => usesGroup(e, block)))) {
    const lifted = liftInto(block, child, resolved);
    if (lifted) return above(outputOf(child), build(lifted.child, lifted.expressions));
  }
  if (missing.length === 0) return build(child, resolved);
  return above(outputOf(child), build(carryUp(child, distinct(missing)), resolved));
}

const distinct = (attributes: readonly Attribute[]): Attribute[] => [...new Map(attributes.map((a) => [a.id, a])).values()];

/** Whether a subquery is grouped by and sorted by: a sort has none of its own. */
function usesGroup(expression: Expression, { aggregate }: Block): boolean {
  const groups = new Set(aggregate.grouping.filter(hasSubquery).map(fingerprint));
  return groups.size > 0 && someExpression(expression, (e) => groups.has(fingerprint(e)));
}

const above = (output: readonly Attribute[], child: LogicalPlan): LogicalPlan =>
  outputOf(child).length === output.length ? child : { kind: "project", expressions: output, child };

/** What means several columns of the output, or has none of the fields asked for there, may mean one of those below. */
function withRetry(expression: Expression, child: LogicalPlan, other: Scope | undefined, session: SessionSettings): Expression {
  const own = scopeOf([child], session);
  if (!other) return resolveExpression(expression, own, session);
  try {
    return resolveExpression(expression, chained(own, other), session);
  } catch (error) {
    const ambiguous = error instanceof AnalysisError && error.condition === "AMBIGUOUS_REFERENCE";
    if (!ambiguous && !isExtraction(error)) throw error;
    try {
      return resolveExpression(expression, other, session);
    } catch {
      throw error;
    }
  }
}

function blockScope(block: Block, session: SessionSettings): Scope {
  const { groups } = block.input;
  const named: Scope = { candidates: (nameParts) => matching(groups, nameParts, session), all: () => groups };
  return chained(scopeOf([block.input.child], session), chained(scopeOf([block.aggregate], session), named));
}

/** What takes rows one by one, or some of them. */
const TRANSPARENT: ReadonlySet<LogicalPlan["kind"]> = new Set([
  "project",
  "filter",
  "sort",
  "window",
  "hint",
  "repartition",
  "limit",
  "offset",
  "sample",
]);

/** Names reach down, level by level, through these, to an aggregate's groups. Source: Spark's resolveExprsAndAddMissingAttrs. */
function scopeBelow(plan: LogicalPlan, session: SessionSettings): Scope | undefined {
  if (!("child" in plan) || !TRANSPARENT.has(plan.kind) || (plan.kind === "project" && plan.pipe === "boundary")) return undefined;
  const { child } = plan;
  const own = scopeOf([child], session);
  const below = child.kind === "aggregate" ? groupsOf(child, session) : scopeBelow(child, session);
  return below ? chained(own, below) : own;
}

function groupsOf({ grouping }: Aggregate, session: SessionSettings): Scope {
  const columns = grouping.filter((g): g is Attribute => g.kind === "attribute");
  return { candidates: (nameParts) => matching(columns, nameParts, session), all: () => columns };
}

/** Adds attributes to the projections that they were dropped by. */
function carryUp(plan: LogicalPlan, missing: readonly Attribute[]): LogicalPlan {
  const known = new Set(outputOf(plan).map((a) => a.id));
  const wanted = missing.filter((a) => !known.has(a.id));
  if (wanted.length === 0) return plan;
  if (plan.kind === "aggregate") return { ...plan, aggregates: [...plan.aggregates, ...wanted] };
  const below = mapChildren(plan, (child) => carryUp(child, wanted));
  return below.kind === "project" ? { ...below, expressions: [...below.expressions, ...wanted] } : below;
}
