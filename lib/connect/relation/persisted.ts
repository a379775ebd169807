import { createHash, randomUUID } from "node:crypto";
import { semanticText } from "../../dataframe/semantics.ts";
import type { SparkSession } from "../../dataframe/session.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";

/** Where a client wants rows kept. It is told back to it; where they are is the backend's choice. */
export interface KeptAt {
  readonly useDisk: boolean;
  readonly useMemory: boolean;
  readonly useOffHeap: boolean;
  readonly deserialized: boolean;
  readonly replication: number;
}

interface Kept {
  readonly key: string;
  readonly level: KeptAt;
}

/** Plans that a session may have persisted at once. */
const MOST_KEPT = 1000;

/** What a session has persisted, by the meaning of plans: clients send a plan again with each that is made of it. */
const kept = new WeakMap<SparkSession, Map<string, Kept>>();

/** The plan with its rows kept, where the session has persisted it. */
export function persisted(plan: LogicalPlan, spark: SparkSession): LogicalPlan {
  const found = keptOf(plan, spark);
  if (!found) return plan;
  return { kind: "cached", key: found.key, child: plan, ...(plan.planId === undefined ? {} : { planId: plan.planId }) };
}

export const levelOf = (plan: LogicalPlan, spark: SparkSession): KeptAt | undefined => keptOf(plan, spark)?.level;

/** Keeps the rows that the first job computes. What is persisted already stays as it is; beyond the bound, rows are computed each time. */
export function persist(plan: LogicalPlan, level: KeptAt, spark: SparkSession): void {
  const plans = kept.get(spark) ?? new Map<string, Kept>();
  kept.set(spark, plans);
  const text = meaningOf(plan);
  if (!plans.has(text) && plans.size < MOST_KEPT) plans.set(text, { key: randomUUID(), level });
}

export async function unpersist(plan: LogicalPlan, spark: SparkSession): Promise<void> {
  const found = keptOf(plan, spark);
  if (!found) return;
  kept.get(spark)!.delete(meaningOf(plan));
  await spark.engine.uncache(found.key);
}

/** Forgets all that a session has persisted. */
export async function unpersistAll(spark: SparkSession): Promise<void> {
  const plans = [...(kept.get(spark)?.values() ?? [])];
  kept.delete(spark);
  await Promise.all(plans.map(({ key }) => spark.engine.uncache(key)));
}

function keptOf(plan: LogicalPlan, spark: SparkSession): Kept | undefined {
  const plans = kept.get(spark);
  return plans && plans.size > 0 ? plans.get(meaningOf(plan)) : undefined;
}

/** Rows may be in a plan: its text is no key to keep. */
const meaningOf = (plan: LogicalPlan): string => createHash("sha256").update(semanticText(plan)).digest("base64");
