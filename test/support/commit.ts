import { setTimeout as sleep } from "node:timers/promises";
import { MemoryInbox } from "../../lib/backends/local/memory-inbox.ts";
import { SeededRandom } from "../../lib/backends/simulated/seeded-random.ts";
import type { Clock, TaskQueue } from "../../lib/engine/ports/fabric.ts";
import type { ObjectStore } from "../../lib/engine/ports/object-store.ts";
import { runJob } from "../../lib/engine/scheduler/coordinator.ts";
import type { JobSpec } from "../../lib/engine/scheduler/job-spec.ts";
import { defaultOptions } from "../../lib/engine/scheduler/options.ts";
import { noMetrics } from "../../lib/engine/scheduler/state.ts";
import type { TaskMessage, TaskOutput } from "../../lib/engine/task/message.ts";
import { type Death, Mortal } from "./mortal.ts";

/** A job that replaces two files of a marked folder by two new ones, with a coordinator that may die on the way. */

export interface CommitRun {
  /** Calls of the store that the first coordinator made. */
  readonly calls: number;
  /** Names in the folder when the first coordinator was dead; absent where it lived to the end. */
  readonly atDeath?: readonly string[];
  /** And at the end of the job. */
  readonly atEnd: readonly string[];
  readonly openUploads: number;
}

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { ref: false, ...(signal ? { signal } : {}) }),
};
/** Any file will do as the content of an output. */
const content = new URL(import.meta.url).pathname;

/** Runs the job below `root`; `death` is the first coordinator's, the second lives. */
export async function commit(store: ObjectStore, root: string, death?: Death): Promise<CommitRun> {
  const folder = `${root}/out`;
  for (const old of ["old-0", "old-1", "_SUCCESS"]) await store.put(`${folder}/${old}`, new Uint8Array([1]));
  const spec: JobSpec = {
    job: "job",
    prefix: `${root}/jobs/job`,
    stages: [{ partitions: 2, inputs: [], output: { kind: "files" }, label: "write" }],
    commit: { folder, overwrite: true, marker: true },
  };
  const inbox = new MemoryInbox();
  const first = new Mortal(death);
  const coordinate = (mortal: Mortal) =>
    runJob({
      spec,
      options: { ...defaultOptions, commitBatch: 1, backoff: { firstMs: 1, maxMs: 1 }, drainMs: 1 },
      ports: {
        store: mortal.store(store),
        inbox: mortal.inbox(inbox),
        queue: workers(store, folder, inbox),
        clock,
        random: new SeededRandom(1, 1),
      },
      message: (stage, partition, attempt, memory, blocks) =>
        ({
          job: "job",
          id: `${stage}.${partition}.${attempt}`,
          stage,
          partition,
          attempt,
          memory,
          blocks,
          program: "",
          prefix: "",
          splits: {},
        }) as TaskMessage,
    });
  const namesNow = async () => (await Array.fromAsync(store.list(`${folder}/`))).map(({ key }) => key.slice(folder.length + 1));
  const lived = await Promise.race([coordinate(first), first.died]);
  const atDeath = lived ? undefined : await namesNow();
  const outcome = lived ?? (await coordinate(new Mortal()));
  if (outcome.kind !== "succeeded") throw new Error(`the job ended: ${JSON.stringify(outcome)}`);
  const open = store.listUploads ? await Array.fromAsync(store.listUploads(`${folder}/`)) : [];
  return { calls: first.calls, ...(atDeath ? { atDeath } : {}), atEnd: await namesNow(), openUploads: open.length };
}

/** Workers that answer at once, each time with an upload of their own. */
function workers(store: ObjectStore, folder: string, inbox: MemoryInbox): TaskQueue {
  return {
    send: async (messages) => {
      for (const { job, id, stage, partition, attempt } of messages) {
        const key = `${folder}/part-${partition}-${job}-${attempt}`;
        const upload = await store.startUpload(key);
        const output: TaskOutput = { kind: "files", files: [{ key, upload, file: await store.uploadFile(key, upload, content), rows: 1 }] };
        inbox.put({ kind: "task", report: { job, id, stage, partition, attempt, outcome: "succeeded", output, metrics: noMetrics } });
      }
    },
    cancel: async () => {},
  };
}
