import type { Expression } from "../expressions/expression.ts";
import { fingerprint, referencesOf } from "../expressions/properties.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";
import { aliasesOf } from "./substitute.ts";

/** Windows over the same partitions and order are one, unless the upper reads the lower's columns. */
export const collapseWindow: Rule = { name: "CollapseWindow", apply: (plan) => transformUp(plan, collapse) };

function collapse(node: LogicalPlan): LogicalPlan {
  if (node.kind !== "window" || node.child.kind !== "window") return node;
  const { child } = node;
  const made = aliasesOf(child.expressions);
  const same = text(node.partitionBy) === text(child.partitionBy) && text(node.orderBy) === text(child.orderBy);
  const reads = node.expressions.some((e) => referencesOf(e).some((a) => made.has(a.id)));
  return same && !reads ? { ...child, expressions: [...child.expressions, ...node.expressions] } : node;
}

const text = (list: readonly Expression[]): string => list.map(fingerprint).join();
