import type { Expression } from "../expressions/expression.ts";
import { transformUp } from "../expressions/traverse.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { mapChildren, mapExpressions } from "../logical/traverse.ts";
import type { OptimizerContext, Rule } from "./rule.ts";

/**
 * A rule that rewrites expressions, leaves first, each by what it holds and by nothing around it. So what it has left as it was need not
 * be looked at again in the same optimization: most passes change little, and most rules nothing.
 */
export function expressionRule(name: string, rewrite: (e: Expression, context: OptimizerContext) => Expression): Rule {
  const settledIn = new WeakMap<OptimizerContext, WeakSet<Expression | LogicalPlan>>();
  return {
    name,
    apply: (plan, context) => {
      const settled = settledIn.get(context) ?? new WeakSet();
      settledIn.set(context, settled);
      const settle = <T extends Expression | LogicalPlan>(value: T, apply: (value: T) => T): T => {
        if (settled.has(value)) return value;
        const next = apply(value);
        if (next === value) settled.add(value);
        return next;
      };
      const inExpression = (e: Expression): Expression => settle(e, (root) => transformUp(root, (part) => rewrite(part, context)));
      const inPlan = (node: LogicalPlan): LogicalPlan => settle(node, (root) => mapExpressions(mapChildren(root, inPlan), inExpression));
      return inPlan(plan);
    },
  };
}
