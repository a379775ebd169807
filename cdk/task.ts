import { Duration, Stack } from "aws-cdk-lib";
import { type DeployedFunction, LONGEST_TIMEOUT } from "./functions.ts";
import { permitTask } from "./permissions.ts";
import type { TierQueue } from "./queues.ts";
import type { Site } from "./site.ts";
import { giveUpTo, trigger } from "./triggers.ts";

/** AWS's largest: it costs 1% of the smallest tier's memory, and lets tasks spill. */
const SCRATCH_MIB = 10_240;
/** A start, some work, and the seconds that the handler keeps for its report. */
const SHORTEST_TIMEOUT_S = 30;

export interface TaskTier extends DeployedFunction {
  readonly tier: TierQueue;
}

/** A task function for each memory tier, fed by the tier's queue and by direct calls. */
export function deployTasks({ functions, queues, reach, environment }: Site, timeoutSeconds: number): readonly TaskTier[] {
  if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < SHORTEST_TIMEOUT_S || timeoutSeconds > LONGEST_TIMEOUT.toSeconds())
    throw new Error(
      `taskTimeoutSeconds is ${timeoutSeconds}; want a whole number from ${SHORTEST_TIMEOUT_S} to ${LONGEST_TIMEOUT.toSeconds()}`,
    );
  return queues.tasks.map((tier) => {
    const task = functions.make(`Task${tier.memoryMiB}`, {
      name: "task",
      memoryMiB: tier.memoryMiB,
      timeout: Duration.seconds(timeoutSeconds),
      environment,
      native: true,
      reserved: tier.most,
      scratchMiB: SCRATCH_MIB,
    });
    permitTask(task.role, reach);
    trigger(task, tier.queue, tier.most);
    giveUpTo(task, queues.deadTasks);
    return { ...task, tier };
  });
}

/** FIRECREST_TASK_TIERS: where tasks of each size go, and how many may run at once. */
export function tiersSetting(tasks: readonly TaskTier[]): string {
  const tiers = tasks.map(({ fn, tier: { memoryMiB, most, queue } }) => ({
    memoryMiB,
    queueUrl: queue.queueUrl,
    functionName: fn.functionName,
    most,
  }));
  return Stack.of(tasks[0]!.fn).toJsonString(tiers);
}
