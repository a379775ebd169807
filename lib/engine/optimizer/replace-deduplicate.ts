import { integerLiteral, namedAs } from "../expressions/build.ts";
import type { AggregateCall, Attribute } from "../expressions/expression.ts";
import { outputOf } from "../logical/output.ts";
import type { Deduplicate, LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";

/** Distinct rows are groups of all columns; dropDuplicates keeps the first of each group's other columns. */
export const replaceDeduplicateWithAggregate: Rule = {
  name: "ReplaceDeduplicateWithAggregate",
  apply: (plan, { session }) =>
    transformUp(plan, (node) => (node.kind === "deduplicate" ? toAggregate(node, session.caseSensitive) : node)),
};

function toAggregate({ columns, child }: Deduplicate, caseSensitive: boolean): LogicalPlan {
  const output = outputOf(child);
  const folded = (name: string) => (caseSensitive ? name : name.toLowerCase());
  const names = columns && new Set(columns.map(folded));
  const isKey = (a: Attribute) => !names || names.has(folded(a.name));
  const first = (a: Attribute): AggregateCall => ({
    kind: "aggregate",
    name: "first",
    args: [a],
    distinct: false,
    type: a.type,
    nullable: a.nullable,
  });
  const keys = output.filter(isKey);
  return {
    kind: "aggregate",
    // Without a group an aggregate has a row even where the child has none.
    grouping: keys.length > 0 ? keys : [integerLiteral(1)],
    aggregates: output.map((a) => (isKey(a) ? a : { ...namedAs(first(a), a.id, a.name), ...(a.metadata ? { metadata: a.metadata } : {}) })),
    child,
  };
}
