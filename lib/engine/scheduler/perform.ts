import { asFirecrestError } from "../errors.ts";
import type { Clock, TaskQueue } from "../ports/fabric.ts";
import type { ObjectStore, PendingUpload } from "../ports/object-store.ts";
import type { TaskMessage } from "../task/message.ts";
import type { Command, CommandKind, CommandOf, Launch } from "./command.ts";
import type { Happening } from "./event.ts";
import { insist, type Patience } from "./insist.ts";
import { journalFolder } from "./journal.ts";
import { inParallel } from "./parallel.ts";

export interface PerformPorts {
  readonly store: ObjectStore;
  readonly queue: TaskQueue;
  readonly clock: Clock;
  readonly message: (launch: Launch) => TaskMessage;
  readonly job: string;
}

/** Messages in one call of the queue; calls of the store at once; keys in one deletion. */
const SEND_BATCH = 100;
const STORE_CALLS = 32;
const DELETE_BATCH = 1_000;
/** Of each call in a step of many, which would hardly ever succeed if one call's failure were the whole step's. About 0.8 s in all. */
const PATIENCE: Patience = { tries: 5, firstWaitMs: 50 };

/** Carries a command out and tells what came of it. Never throws. */
export function perform<C extends Command>(command: C, ports: PerformPorts): Promise<readonly Happening[]> {
  const carryOut = performers[command.kind] as (command: C, ports: PerformPorts) => Promise<readonly Happening[]>;
  return carryOut(command, ports).catch((thrown: unknown) => {
    const error = asFirecrestError(thrown).toJSON();
    return "ordinal" in command ? [{ kind: "stepFailed", ordinal: command.ordinal, error }] : [];
  });
}

const performers: { readonly [K in CommandKind]: (command: CommandOf<K>, ports: PerformPorts) => Promise<readonly Happening[]> } = {
  launch,
  cancel: async ({ attempts }, { queue, job }) => {
    await queue.cancel(job, attempts);
    return [];
  },
  survey,
  unmark: async ({ ordinal, folder, marker }, { store }) => {
    // Where this coordinator has lost the job, the next may have marked the folder by now: that marker is another one.
    await store.deleteIf(markerKey(folder), marker);
    return [{ kind: "stepped", ordinal }];
  },
  complete: async ({ ordinal, files }, ports) => {
    await onEach(files, ports, ({ key, upload, file }) => ports.store.completeUpload(key, upload, file));
    return [{ kind: "stepped", ordinal }];
  },
  replace: async ({ ordinal, keys }, ports) => {
    await deleteAll(keys, ports);
    return [{ kind: "stepped", ordinal }];
  },
  mark: async ({ ordinal, folder }, { store, job }) => {
    // Not empty, as Spark's: its tag must not be that of a marker that was there before.
    await store.put(markerKey(folder), new TextEncoder().encode(job));
    return [{ kind: "stepped", ordinal }];
  },
  undo: async ({ ordinal, files }, ports) => {
    // Aborted first: after that no slow call of another coordinator can complete one behind the deletion.
    await onEach(files, ports, ({ key, upload }) => ports.store.abortUpload(key, upload));
    const keys = files.map((file) => file.key);
    await deleteAll(keys, ports);
    return [{ kind: "stepped", ordinal }];
  },
  clean,
  finish: async () => [],
};

async function launch({ attempts }: CommandOf<"launch">, ports: PerformPorts): Promise<readonly Happening[]> {
  const unsent: Happening[] = [];
  const batches = Array.from({ length: Math.ceil(attempts.length / SEND_BATCH) }, (_, i) =>
    attempts.slice(i * SEND_BATCH, (i + 1) * SEND_BATCH),
  );
  await Promise.all(
    batches.map(async (batch) => {
      try {
        await ports.queue.send(batch.map(ports.message));
      } catch (thrown) {
        unsent.push({ kind: "unsent", attempts: batch.map(({ id }) => id), error: asFirecrestError(thrown).toJSON() });
      }
    }),
  );
  return unsent;
}

async function survey({ ordinal, folder, overwrite, atMost }: CommandOf<"survey">, { store }: PerformPorts): Promise<readonly Happening[]> {
  const marker = markerKey(folder);
  const marked = await store.stat(marker);
  const replaced: string[] = [];
  if (overwrite) {
    for await (const { key } of store.list(`${folder}/`)) {
      if (key !== marker) replaced.push(key);
      if (replaced.length > atMost) break;
    }
  }
  return [{ kind: "surveyed", ordinal, replaced, ...(marked ? { marker: marked.tag } : {}) }];
}

async function clean(
  { ordinal, job, prefix, keep, uploads, folder }: CommandOf<"clean">,
  ports: PerformPorts,
): Promise<readonly Happening[]> {
  const { store } = ports;
  await onEach(uploads, ports, ({ key, upload }) => store.abortUpload(key, upload));
  const kept = new Set(keep);
  const journal = journalFolder(prefix);
  const keys: string[] = [];
  for await (const { key } of store.list(`${prefix}/`)) if (!key.startsWith(journal) && !kept.has(key)) keys.push(key);
  await deleteAll(keys, ports);
  // After the programs are gone no attempt can begin; what uploads are left now are those of workers that died.
  const left: PendingUpload[] = [];
  if (folder && store.listUploads)
    for await (const upload of store.listUploads(`${folder}/`))
      if (upload.key.slice(upload.key.lastIndexOf("/") + 1).includes(job)) left.push(upload);
  await onEach(left, ports, ({ key, upload }) => store.abortUpload(key, upload));
  return [{ kind: "stepped", ordinal }];
}

function deleteAll(keys: readonly string[], ports: PerformPorts): Promise<void> {
  const batches = Array.from({ length: Math.ceil(keys.length / DELETE_BATCH) }, (_, i) =>
    keys.slice(i * DELETE_BATCH, (i + 1) * DELETE_BATCH),
  );
  return onEach(batches, ports, (batch) => ports.store.delete(batch));
}

const onEach = <T>(items: readonly T[], { clock }: PerformPorts, call: (item: T) => Promise<void>): Promise<void> =>
  inParallel(items, STORE_CALLS, (item) => insist(clock, PATIENCE, () => call(item)));

const markerKey = (folder: string): string => `${folder}/_SUCCESS`;
