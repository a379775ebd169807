import { s3Options } from "../../lib/backends/aws/aws-clients.ts";
import { taskSettings } from "../../lib/backends/aws/aws-settings.ts";
import { BroadcastCache } from "../../lib/backends/aws/broadcast-cache.ts";
import { taskResources } from "../../lib/backends/aws/task-resources.ts";
import { serveTasks } from "../../lib/backends/local/worker-process.ts";

/** The worker process of a task function. */

/** Requests of the store at once. */
const REQUESTS = 64;
/** The rest of the function's disk is for the parts of files that attempts read and write. */
const SPILL_SHARE = 0.5;
/** What the handler around an attempt takes of the function's time, ms. */
const OVERHEAD_MS = 30;

const { inFlight, broadcasts } = taskResources(taskSettings(process.env).memoryMiB);
const store = new BroadcastCache(s3Options(process.env, { requests: REQUESTS, bytes: inFlight }), broadcasts);

serveTasks({ store, requests: () => store.counts(), overheadMs: OVERHEAD_MS, spillShare: SPILL_SHARE });
