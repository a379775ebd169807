import { Role } from "aws-cdk-lib/aws-iam";
import type { DeployedApi } from "./api.ts";
import { type DeployedFunction, LONGEST_TIMEOUT, SERVICE_MEMORY_MIB } from "./functions.ts";
import { permitDriver, permitProgram } from "./permissions.ts";
import type { Site } from "./site.ts";
import { trigger } from "./triggers.ts";

/** Programs that run at once. They wait for jobs, never jobs for them. */
const PROGRAMS = 50;

/** The function that runs users' programs, started by the driver queue. */
export function deployDriver({ functions, queues, environment }: Site): DeployedFunction {
  const driver = functions.make("Driver", {
    name: "driver",
    memoryMiB: SERVICE_MEMORY_MIB,
    timeout: LONGEST_TIMEOUT,
    // Rows of a program that no request holds go ahead of its job as Parquet.
    native: true,
    environment: { ...environment, FIRECREST_DRIVER_QUEUE: queues.driver.queueUrl },
  });
  trigger(driver, queues.driver, PROGRAMS);
  return driver;
}

/**
 * A program is a client of the API like any other, in a role of its own: the driver's would let it reach other programs and their queue.
 * Apart from `deployDriver`, because the API is told of the driver's logs.
 */
export function connectDriver({ fn, role }: DeployedFunction, { functions, queues, reach }: Site, { signed }: DeployedApi): void {
  const program = new Role(functions, "ProgramRole", { assumedBy: role, description: "Users' programs: may call the API" });
  fn.addEnvironment("FIRECREST_API_URL", signed.url.url);
  fn.addEnvironment("FIRECREST_PROGRAM_ROLE", program.roleArn);
  permitDriver(role, reach, { driver: queues.driver, api: signed.target, program });
  permitProgram(program, signed.target);
}
