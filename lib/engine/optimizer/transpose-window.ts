import { fingerprint, isDeterministic, referencesOf } from "../expressions/properties.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan, Window } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";
import { aliasesOf } from "./substitute.ts";

/** The window with fewer partition columns goes below: rows brought together by them are together for the other one too. */
export const transposeWindow: Rule = {
  name: "TransposeWindow",
  apply: (plan) =>
    transformUp(plan, (node) => (node.kind === "window" && node.child.kind === "window" ? transpose(node, node.child) : node)),
};

function transpose(upper: Window, lower: Window): LogicalPlan {
  const made = aliasesOf(lower.expressions);
  const reads = [...upper.expressions, ...upper.partitionBy, ...upper.orderBy].some((e) => referencesOf(e).some((a) => made.has(a.id)));
  if (reads || ![...upper.expressions, ...lower.expressions].every(isDeterministic)) return upper;
  const keys = new Set(lower.partitionBy.map(fingerprint));
  const fewer = upper.partitionBy.length > 0 && upper.partitionBy.length < lower.partitionBy.length;
  if (!fewer || !upper.partitionBy.every((e) => keys.has(fingerprint(e)))) return upper;
  return { kind: "project", expressions: outputOf(upper), child: { ...lower, child: { ...upper, child: lower.child } } };
}
