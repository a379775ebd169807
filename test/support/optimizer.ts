import type { Expression } from "../../lib/engine/expressions/expression.ts";
import { explainText } from "../../lib/engine/expressions/print.ts";
import type { LogicalPlan } from "../../lib/engine/logical/plan.ts";
import { statisticsOf } from "../../lib/engine/logical/statistics.ts";
import { treeString } from "../../lib/engine/logical/tree-string.ts";
import type { OptimizerContext, Rule } from "../../lib/engine/optimizer/rule.ts";
import { defaultOptimizerSettings } from "../../lib/engine/optimizer/settings.ts";
import { filter, session, table } from "./plans.ts";

export const context: OptimizerContext = {
  session,
  settings: defaultOptimizerSettings,
  statistics: statisticsOf,
  isSpread: () => true,
};

/** The plan after one rule, drawn. */
export const applied = (rule: Rule, plan: LogicalPlan, given: OptimizerContext = context): string => treeString(rule.apply(plan, given));

/** A predicate (or any expression) after one rule. */
export function rewritten(rule: Rule, e: Expression, given: OptimizerContext = context): string {
  const next = rule.apply(filter(table("t", {}, 900).plan, e), given);
  return next.kind === "filter" ? explainText(next.condition) : next.kind;
}
