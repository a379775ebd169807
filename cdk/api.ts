import { Duration } from "aws-cdk-lib";
import { Alias, type FunctionUrl, FunctionUrlAuthType, type IFunction } from "aws-cdk-lib/aws-lambda";
import { type Auth, authSetting } from "./auth.ts";
import { type DeployedFunction, SERVICE_MEMORY_MIB } from "./functions.ts";
import { permitApi } from "./permissions.ts";
import type { Site } from "./site.ts";
import { type TaskTier, tiersSetting } from "./task.ts";

/** Below the 30 s after which clients and proxies give up. */
const TIMEOUT = Duration.seconds(29);
/** Calls at once. Each client that waits for a job holds one; without a bound anybody could run up costs. */
const CALLS = 50;

export interface DeployedApi extends DeployedFunction {
  /** For callers. */
  readonly url: FunctionUrl;
  /** For the driver, which signs its requests: it has a role, not a token. */
  readonly signed: { readonly url: FunctionUrl; readonly target: Pick<IFunction, "functionArn"> };
}

/**
 * The HTTP API behind a function URL. With IAM, AWS checks every request; with tokens, the function does. No CORS: browsers have no business there.
 * It tells callers of the logs of all functions made before it, so it comes after those whose logs are a job's.
 */
export function deployApi(
  { functions, queues, reach, environment }: Site,
  tasks: readonly TaskTier[],
  { fleetLimit, auth }: { readonly fleetLimit: number; readonly auth: Auth },
): DeployedApi {
  const { logGroups } = functions;
  const api = functions.make("Api", {
    name: "api",
    memoryMiB: SERVICE_MEMORY_MIB,
    timeout: TIMEOUT,
    environment: {
      ...environment,
      FIRECREST_TASK_TIERS: tiersSetting(tasks),
      FIRECREST_WAKE_QUEUE: queues.wake.queueUrl,
      FIRECREST_DRIVER_QUEUE: queues.driver.queueUrl,
      FIRECREST_FLEET_LIMIT: String(fleetLimit),
      FIRECREST_AUTH: authSetting(auth),
      FIRECREST_LOG_GROUPS: logGroups.map(({ logGroupName }) => logGroupName).join(","),
    },
    native: true,
    reserved: CALLS,
  });
  permitApi(api.role, reach, { wake: queues.wake, driver: queues.driver, logGroups });
  const signed = { authType: FunctionUrlAuthType.AWS_IAM };
  if (auth.kind === "iam") {
    const url = api.fn.addFunctionUrl(signed);
    return { ...api, url, signed: { url, target: api.fn } };
  }
  // A function has one URL, and one more for each alias.
  const alias = new Alias(api.fn, "Signed", { aliasName: "signed", version: api.fn.latestVersion });
  return {
    ...api,
    url: api.fn.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }),
    signed: { url: alias.addFunctionUrl(signed), target: alias },
  };
}
