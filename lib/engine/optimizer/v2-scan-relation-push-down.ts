import { splitConjuncts } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { fingerprint, isDeterministic, referencesOf } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { LogicalPlan, Scan } from "../logical/plan.ts";
import { transformDown } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";
import { callsUser, canRaise } from "./traits.ts";

/** Tells a scan which rows are wanted, so that its source leaves out files and row groups. The filter stays above. */
export const v2ScanRelationPushDown: Rule = {
  name: "V2ScanRelationPushDown",
  apply: (plan, { session }) =>
    transformDown(plan, (node) => {
      if (node.kind !== "filter" || node.child.kind !== "scan") return node;
      const child = told(node.child, splitConjuncts(node.condition), session);
      return child === node.child ? node : { ...node, child };
    }),
};

function told(scan: Scan, conjuncts: readonly Expression[], session: SessionSettings): LogicalPlan & Scan {
  const have = new Set(scan.filters.map(fingerprint));
  const useful = (c: Expression) => isDeterministic(c) && !callsUser(c) && !canRaise(c, session) && referencesOf(c).length > 0;
  const added = conjuncts.filter((c) => useful(c) && !have.has(fingerprint(c)));
  return added.length === 0 ? scan : { ...scan, filters: [...scan.filters, ...added] };
}
