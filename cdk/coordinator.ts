import { type DeployedFunction, LONGEST_TIMEOUT, SERVICE_MEMORY_MIB } from "./functions.ts";
import { permitCoordinator } from "./permissions.ts";
import type { Site } from "./site.ts";
import { type TaskTier, tiersSetting } from "./task.ts";
import { trigger } from "./triggers.ts";

/** Jobs that are supervised at once. Others wait in the wake queue. */
const JOBS = 100;

/** The function that supervises a job, started by the wake queue. */
export function deployCoordinator(
  { functions, queues, reach, environment }: Site,
  tasks: readonly TaskTier[],
  fleetLimit: number,
): DeployedFunction {
  const coordinator = functions.make("Coordinator", {
    name: "coordinator",
    memoryMiB: SERVICE_MEMORY_MIB,
    timeout: LONGEST_TIMEOUT,
    environment: {
      ...environment,
      FIRECREST_TASK_TIERS: tiersSetting(tasks),
      FIRECREST_WAKE_QUEUE: queues.wake.queueUrl,
      FIRECREST_FLEET_LIMIT: String(fleetLimit),
    },
    native: true,
  });
  permitCoordinator(coordinator.role, reach, {
    wake: queues.wake,
    tasks: tasks.map(({ tier }) => tier.queue),
    functions: tasks.map(({ fn }) => fn),
  });
  trigger(coordinator, queues.wake, JOBS);
  return coordinator;
}
