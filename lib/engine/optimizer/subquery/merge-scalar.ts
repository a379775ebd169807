import { freshId, namedAs } from "../../expressions/build.ts";
import type { Expression, ScalarSubquery } from "../../expressions/expression.ts";
import { fingerprint, isSubquery } from "../../expressions/properties.ts";
import { childrenOf, someExpression } from "../../expressions/traverse.ts";
import { entryOf } from "../../functions/registry.ts";
import { type NumberedText, numberedText, withoutRowGroups } from "../../logical/numbered-text.ts";
import { isCorrelated } from "../../logical/outer-references.ts";
import { outputOf, toAttribute } from "../../logical/output.ts";
import type { Aggregate, LogicalPlan } from "../../logical/plan.ts";
import { transformUp } from "../../logical/traverse.ts";
import { givesSameRows } from "../inline-cte.ts";
import { aliasesOf, substitute } from "../substitute.ts";

/** One row with the values of several subqueries, by the fingerprint of each. */
export interface MergedScalars {
  readonly plan: LogicalPlan;
  readonly values: ReadonlyMap<string, Expression>;
}

/** A subquery that aggregates all rows of a plan. */
interface OverAll {
  readonly subquery: ScalarSubquery;
  readonly value: Expression;
  readonly child: LogicalPlan;
  /** Where equal to another's, the plans differ in nothing but these ids, one for one. */
  readonly text: string;
  readonly ids: readonly number[];
}

/**
 * The scalar subqueries of an operator that aggregate the same rows, as one aggregate of them all: the rows are read once.
 * Source: Spark's MergeScalarSubqueries. Equal subqueries elsewhere in a query are computed once, too: by the kernel within a task,
 * and by stages/reuse.ts between them.
 */
export function mergedScalars(expressions: readonly Expression[]): readonly MergedScalars[] {
  const groups = new Map<string, OverAll[]>();
  const subqueries = expressions.flatMap(scalarsIn);
  if (subqueries.length < 2) return [];
  for (const subquery of subqueries) {
    const found = overAll(subquery);
    if (found) groups.set(found.text, [...(groups.get(found.text) ?? []), found]);
  }
  return [...groups.values()].filter((group) => group.length > 1).map(merged);
}

const scalarsIn = (e: Expression): ScalarSubquery[] =>
  e.kind === "scalarSubquery" ? [e] : isSubquery(e) ? [] : childrenOf(e).flatMap(scalarsIn);

function merged(group: readonly OverAll[]): MergedScalars {
  const [first] = group as readonly [OverAll];
  const made = new Map<string, ReturnType<typeof namedAs>>();
  const values = new Map<string, Expression>();
  for (const { subquery, value, ids } of group) {
    const renamed = renumbered(value, new Map(ids.map((id, i) => [id, first.ids[i]!])));
    const key = fingerprint(renamed);
    const alias = made.get(key) ?? namedAs(renamed, freshId(), outputOf(subquery.plan)[0]!.name);
    made.set(key, alias);
    values.set(fingerprint(subquery), toAttribute(alias));
  }
  return { plan: { kind: "aggregate", grouping: [], aggregates: [...made.values()], child: first.child }, values };
}

const renumbered = (e: Expression, ids: ReadonlyMap<number, number>): Expression => {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return value;
    const node = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)])) as { id?: unknown };
    if (typeof node.id === "number") node.id = ids.get(node.id) ?? node.id;
    return node;
  };
  return copy(e) as Expression;
};

function overAll(subquery: ScalarSubquery): OverAll | undefined {
  if (isCorrelated(subquery.plan)) return undefined;
  const [value] = outputOf(subquery.plan);
  const over = value && aggregated(subquery.plan, value);
  if (!over || over.plan.grouping.length > 0 || over.plan.having || !givesSameRows(over.plan)) return undefined;
  const { text, ids } = canonical(over.plan.child);
  return { subquery, value: over.value, child: over.plan.child, text: `${splits(over.value)} ${text}`, ids };
}

/** A value above projections of an aggregate, as an expression over the aggregate's rows. */
function aggregated(plan: LogicalPlan, value: Expression): { readonly plan: Aggregate; readonly value: Expression } | undefined {
  if (plan.kind === "subqueryAlias") return aggregated(plan.child, value);
  if (plan.kind === "project") return aggregated(plan.child, substitute(value, aliasesOf(plan.expressions)));
  return plan.kind === "aggregate" ? { plan, value: substitute(value, aliasesOf(plan.aggregates)) } : undefined;
}

/** Whether tasks aggregate before rows move: an aggregate that cannot would take that from the others. */
const splits = (value: Expression): boolean =>
  !someExpression(value, (e) => {
    if (e.kind !== "aggregate") return false;
    const entry = entryOf(e.name);
    return e.distinct || entry.kind !== "aggregate" || !entry.partial;
  });

/** A plan's text with its ids numbered as they come, and the ids in that order. */
const canonical = (plan: LogicalPlan): NumberedText =>
  numberedText(transformUp(plan, (node) => (node.kind === "scan" ? { ...node, files: node.files.map(withoutRowGroups) } : node)));
