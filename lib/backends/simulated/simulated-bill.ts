import { dollarsOf } from "../../engine/cost/cost.ts";
import type { Prices } from "../../engine/cost/prices.ts";
import { addUsage, noUsage, runtimeUsage, type Usage } from "../../engine/cost/usage.ts";
import { WORKER_LIMIT_MS } from "./simulated-job.ts";

/** One run of a worker. `endedAt` is absent of one that died, and so never said when. */
export interface Run {
  readonly memory: number;
  readonly startedAt: number;
  endedAt?: number;
  calls: number;
}

/** What a simulation's workers really used, whatever a coordinator has heard of it. */
export class SimulatedBill {
  readonly #runs: Run[] = [];

  begin(memory: number, startedAt: number): Run {
    const run: Run = { memory, startedAt, calls: 0 };
    this.#runs.push(run);
    return run;
  }

  dollars(prices: Prices): number {
    return dollarsOf(this.#runs.map(usageOf).reduce(addUsage, noUsage), prices);
  }
}

/** A dead worker is billed as if it had lived as long as workers may. */
function usageOf({ memory, startedAt, endedAt, calls }: Run): Usage {
  const ms = endedAt === undefined ? WORKER_LIMIT_MS : Math.min(endedAt - startedAt, WORKER_LIMIT_MS);
  return { ...runtimeUsage(memory, 0, ms), invocations: 1, storeWrites: calls };
}
