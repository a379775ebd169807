import type { Functions } from "./functions.ts";
import type { Reach } from "./permissions.ts";
import type { Queues } from "./queues.ts";

/** What every function is built upon. */
export interface Site {
  readonly functions: Functions;
  readonly queues: Queues;
  readonly reach: Reach;
  /** Environment variables of every function: lib/backends/aws/aws-settings.ts reads them. */
  readonly environment: {
    readonly FIRECREST_ROOT: string;
    readonly FIRECREST_INBOX_PREFIX: string;
    readonly FIRECREST_HEARTBEAT_SECONDS: string;
  };
}
