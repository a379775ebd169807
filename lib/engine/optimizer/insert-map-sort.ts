import { call, freshId, namedAs } from "../expressions/build.ts";
import type { Alias, Expression } from "../expressions/expression.ts";
import { fingerprint, isNullable, typeOf } from "../expressions/properties.ts";
import { mapChildren } from "../expressions/traverse.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { Aggregate, LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import { holdsKind } from "../types/data-type.ts";
import type { Rule } from "./rule.ts";

/** Maps are equal whatever the order of their entries: groups are made of sorted ones, and so are partitions. */
export const insertMapSort: Rule = {
  name: "InsertMapSortInGroupingExpressions",
  apply: (plan) =>
    transformUp(plan, (node) => {
      if (node.kind === "aggregate" && node.grouping.some(holdsMap)) return overSorted(node);
      if (node.kind !== "repartition" || !node.expressions.some(holdsMap)) return node;
      return { ...node, expressions: node.expressions.map((e) => (holdsMap(e) ? sort(e) : e)) };
    }),
};

const holdsMap = (e: Expression): boolean => e.kind !== "sortOrder" && holdsKind(typeOf(e), "map");
const sort = (e: Expression): Expression => call("map_sort", [e], typeOf(e), isNullable(e));

function overSorted(plan: Aggregate): LogicalPlan {
  const keys = new Map<string, Alias>();
  for (const group of plan.grouping) {
    if (holdsMap(group)) keys.set(fingerprint(group), namedAs(sort(group), freshId(), "_groupingmapsort"));
  }
  const replace = (e: Expression): Expression => {
    const key = keys.get(fingerprint(e));
    return key ? toAttribute(key) : mapChildren(e, replace);
  };
  const aggregates = plan.aggregates.map((e) => {
    const replaced = replace(e);
    return e.kind === "attribute" && replaced !== e ? namedAs(replaced, e.id, e.name) : replaced;
  });
  const child: LogicalPlan = { kind: "project", expressions: [...outputOf(plan.child), ...keys.values()], child: plan.child };
  return { ...plan, grouping: plan.grouping.map(replace), aggregates, child };
}
