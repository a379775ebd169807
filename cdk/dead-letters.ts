import { Duration } from "aws-cdk-lib";
import type { DeployedFunction } from "./functions.ts";
import { permitDeadLetters } from "./permissions.ts";
import type { Site } from "./site.ts";
import { trigger } from "./triggers.ts";

const MEMORY_MIB = 512;
/** For a report and two small objects. The dead-letter queues' visibility goes by it. */
const TIMEOUT = Duration.minutes(1);
const CALLS = 5;

/** The function that tells jobs of what was given up, or ends them. */
export function deployDeadLetters({ functions, queues, reach, environment }: Site): DeployedFunction {
  const deadLetters = functions.make("DeadLetters", { name: "dead-letters", memoryMiB: MEMORY_MIB, timeout: TIMEOUT, environment });
  permitDeadLetters(deadLetters.role, reach);
  for (const queue of queues.dead) trigger(deadLetters, queue, CALLS);
  return deadLetters;
}
