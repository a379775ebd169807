import type { SessionSettings } from "../functions/function.ts";
import type { LogicalPlan, Scan } from "../logical/plan.ts";
import type { Statistics } from "../logical/statistics.ts";
import type { Timestamp } from "../types/values.ts";
import type { OptimizerSettings } from "./settings.ts";

/** What rules may ask besides the plan. */
export interface OptimizerContext {
  readonly session: SessionSettings;
  readonly settings: OptimizerSettings;
  /** Estimated size of a plan. */
  readonly statistics: (plan: LogicalPlan) => Statistics;
  /** Whether several tasks read it: what one task reads is moved nowhere. */
  readonly isSpread: (scan: Scan) => boolean;
  /** When the query began; what current_timestamp() and its like are. Absent: they are left to the kernel. */
  readonly startTime?: Timestamp;
}

/**
 * One rewrite of a resolved plan into one with the same output attributes and the same rows.
 * It gives the same object back where it changes nothing. `name` is Spark's, for spark.sql.optimizer.excludedRules.
 */
export interface Rule {
  readonly name: string;
  readonly apply: (plan: LogicalPlan, context: OptimizerContext) => LogicalPlan;
}
