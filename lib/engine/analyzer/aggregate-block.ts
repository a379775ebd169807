import type { Alias, Attribute, Expression } from "../expressions/expression.ts";
import { fingerprint, referencesOf } from "../expressions/properties.ts";
import { mapChildren as mapExpression } from "../expressions/traverse.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { Aggregate, LogicalPlan } from "../logical/plan.ts";
import { mapChildren } from "../logical/traverse.ts";
import { type GroupedInput, groupedInput, pullUp } from "./aggregate.ts";
import { ungrouped } from "./having.ts";
import { unresolvedColumn } from "./resolve-expression.ts";

/** The aggregate of the query whose ORDER BY or filter is being resolved. */
export interface Block {
  readonly aggregate: Aggregate;
  readonly input: GroupedInput;
}

/** The aggregate below, through what a SELECT of its own puts above it: projections and HAVING. Beyond windows Spark does not see it. */
export function blockOf(plan: LogicalPlan): Block | undefined {
  switch (plan.kind) {
    case "aggregate":
      return { aggregate: plan, input: groupedInput(plan) };
    case "project":
      return plan.pipe === undefined ? blockOf(plan.child) : undefined;
    case "filter":
      return blockOf(plan.child);
    default:
      return undefined;
  }
}

/** Expressions over groups and aggregates as ones over the child, which gets the columns that they need. */
export function liftInto(
  { aggregate, input }: Block,
  child: LogicalPlan,
  expressions: readonly Expression[],
): { readonly child: LogicalPlan; readonly expressions: readonly Expression[] } | undefined {
  const output = outputOf(child);
  const known = new Set([...output, ...outputOf(aggregate)].map((a) => a.id));
  const present = new Map(aggregate.aggregates.map((e) => [fingerprint(e), e as Alias | Attribute]));
  const before = new Set(present.keys());
  const lift = (expression: Expression): Expression => {
    if (expression.kind === "attribute" && known.has(expression.id)) return expression;
    const found = present.get(fingerprint(expression));
    if (found) return toAttribute(found);
    if (expression.kind === "sortOrder") return mapExpression(expression, lift);
    return pullUp(input.replace(expression), aggregate.grouping, present);
  };
  const lifted = expressions.map(lift);
  const extra = [...present].filter(([key]) => !before.has(key)).map(([, e]) => e);
  const columns = new Set([...known, ...extra.map((e) => toAttribute(e).id)]);
  const stray = lifted.flatMap(referencesOf).find((a) => !columns.has(a.id));
  if (stray) throw unresolvedColumn(stray.qualifier ? [...stray.qualifier.slice(-1), stray.name] : [stray.name], output);
  const needed = lifted.flatMap(referencesOf).filter((a) => !output.some((o) => o.id === a.id));
  for (const e of extra) checkExtra(e, aggregate);
  return { child: extended(child, extra, dedupe(needed)), expressions: lifted };
}

function checkExtra(expression: Expression, aggregate: Aggregate): void {
  const inner = expression.kind === "alias" ? expression.child : expression;
  const stray = ungrouped(inner, aggregate.grouping);
  if (stray) throw unresolvedColumn([stray.name], outputOf(aggregate));
}

const dedupe = (attributes: readonly Attribute[]): Attribute[] => [...new Map(attributes.map((a) => [a.id, a])).values()];

/** Adds columns to the aggregate, and lets them through the projections above it. */
function extended(plan: LogicalPlan, extra: readonly Expression[], needed: readonly Attribute[]): LogicalPlan {
  if (plan.kind === "aggregate") return { ...plan, aggregates: [...plan.aggregates, ...extra] };
  const below = mapChildren(plan, (child) => extended(child, extra, needed));
  if (below.kind !== "project") return below;
  const present = new Set(outputOf(below).map((a) => a.id));
  return { ...below, expressions: [...below.expressions, ...needed.filter((a) => !present.has(a.id))] };
}
