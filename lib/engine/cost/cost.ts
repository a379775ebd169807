import type { Prices } from "./prices.ts";
import { addUsage, type Usage } from "./usage.ts";

/** US dollars. */
export const dollarsOf = (usage: Usage, prices: Prices): number =>
  usage.gbSeconds * prices.gbSecond +
  usage.scratchGbSeconds * prices.scratchGbSecond +
  usage.invocations * prices.invocation +
  usage.storeReads * prices.storeRead +
  usage.storeWrites * prices.storeWrite +
  usage.queueRequests * prices.queueRequest;

/** What a job used, by stage and for its coordination. */
export interface JobUsage {
  readonly stages: readonly { readonly label: string; readonly usage: Usage }[];
  readonly coordinatorUsage: Usage;
}

/** What a job cost so far, or in all. */
export interface CostReport {
  readonly usage: Usage;
  readonly dollars: number;
  readonly stages: readonly StageCost[];
  readonly coordinator: StageCost;
}
export interface StageCost {
  readonly label: string;
  readonly usage: Usage;
  readonly dollars: number;
}

export function costReport({ stages, coordinatorUsage }: JobUsage, prices: Prices): CostReport {
  const costed = (label: string, usage: Usage): StageCost => ({ label, usage, dollars: dollarsOf(usage, prices) });
  const usage = stages.reduce((sum, stage) => addUsage(sum, stage.usage), coordinatorUsage);
  return {
    usage,
    dollars: dollarsOf(usage, prices),
    stages: stages.map(({ label, usage: used }) => costed(label, used)),
    coordinator: costed("coordinator", coordinatorUsage),
  };
}
