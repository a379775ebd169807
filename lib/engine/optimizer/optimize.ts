import type { SessionSettings } from "../functions/function.ts";
import type { LogicalPlan, Scan } from "../logical/plan.ts";
import { type Statistics, statisticsOf } from "../logical/statistics.ts";
import type { Timestamp } from "../types/values.ts";
import type { OptimizerContext, Rule } from "./rule.ts";
import { batches, MAX_PASSES, REQUIRED } from "./rules.ts";
import { samePlan } from "./same-plan.ts";
import { defaultOptimizerSettings, type OptimizerSettings } from "./settings.ts";

export interface OptimizerOptions {
  readonly session: SessionSettings;
  readonly settings?: OptimizerSettings;
  /** Names of rules that do not run: spark.sql.optimizer.excludedRules. Rules that the meaning needs run all the same. */
  readonly disabled?: ReadonlySet<string>;
  /** Sizes of plans; the estimates of logical/statistics.ts where absent. */
  readonly statistics?: (plan: LogicalPlan) => Statistics;
  /** Whether several tasks read a scan; absent: it is not known, so they may. */
  readonly isSpread?: (scan: Scan) => boolean;
  /** When the query began. Absent: current_timestamp() and its like stay for the kernel. */
  readonly startTime?: Timestamp;
}

/** The same rows with the same output attributes, in fewer steps. `plan` is resolved. */
export function optimize(plan: LogicalPlan, options: OptimizerOptions): LogicalPlan {
  const { session, disabled, settings = defaultOptimizerSettings, statistics = statisticsOf, isSpread = () => true, startTime } = options;
  const context: OptimizerContext = { session, settings, statistics, isSpread, ...(startTime ? { startTime } : {}) };
  const leftAlone = new Map<Rule, LogicalPlan>();
  const apply: Apply = (current, rule) => {
    if (leftAlone.get(rule) === current) return current;
    const next = rule.apply(current, context);
    if (next === current) leftAlone.set(rule, current);
    return next;
  };
  let next = plan;
  for (const batch of batches) {
    const rules = batch.rules.filter((rule) => REQUIRED.has(rule.name) || !disabled?.has(rule.name));
    next = batch.strategy === "once" ? rules.reduce(apply, next) : runToFixedPoint(next, rules, apply);
  }
  return next;
}

/** The names in spark.sql.optimizer.excludedRules: comma-separated, with or without Spark's package. */
export const excludedRules = (setting: string | undefined): ReadonlySet<string> =>
  new Set((setting ?? "").split(",").flatMap((name) => name.trim().split(".").at(-1) || []));

/** A rule over a plan, unless that rule has left that plan alone before. */
type Apply = (plan: LogicalPlan, rule: Rule) => LogicalPlan;

function runToFixedPoint(plan: LogicalPlan, rules: readonly Rule[], apply: Apply): LogicalPlan {
  let current = plan;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const next = rules.reduce(apply, current);
    // One rule may undo what another did: the plan is then a new one with the same content.
    if (samePlan(next, current)) break;
    current = next;
  }
  return current;
}
