import { randomUUID } from "node:crypto";
import { mkdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { Kernel } from "../../engine/kernel/connection.ts";
import type { ObjectStore } from "../../engine/ports/object-store.ts";
import type { Remember } from "../../engine/ports/source.ts";
import { runTask, type StoreRequests, type Worker } from "../../engine/task/run-task.ts";
import { sinkOf, sourceOf } from "../../sources/registry.ts";
import { DiskScratch } from "./disk-scratch.ts";
import { PythonWorkers } from "./python/python-workers.ts";
import type { FromWorker, ToWorker, WorkerOptions } from "./worker-protocol.ts";
import { youngSweep } from "./young-sweep.ts";

/** What a backend gives its worker processes. */
export interface WorkerSurroundings {
  readonly store: ObjectStore;
  /** See Worker. */
  readonly requests?: () => StoreRequests;
  readonly overheadMs?: number;
  /** The share of the free disk that DuckDB may spill to; the rest is the tasks' own. DuckDB's default takes nearly all. */
  readonly spillShare?: number;
  /** See Worker. */
  readonly remember?: Remember;
}

const send = (message: FromWorker): void => {
  if (process.connected) process.send?.(message);
};

async function openWorker(
  options: WorkerOptions,
  { store, requests, overheadMs, spillShare, remember }: WorkerSurroundings,
): Promise<Worker> {
  // A killed predecessor has left its scratch files and spills.
  await rm(options.folder, { recursive: true, force: true });
  // DuckDB makes only the last folder of its path.
  await mkdir(options.folder, { recursive: true });
  const { threads, memory, folder } = options;
  const kernel = await Kernel.open({ threads, memory, spillFolder: join(folder, "spill"), sweep: youngSweep() });
  if (spillShare !== undefined) await boundSpills(kernel, options.folder, spillShare);
  return {
    name: options.name,
    kernel,
    store,
    scratch: async () => {
      const scratch = new DiskScratch(join(options.folder, "scratch", randomUUID()));
      return Object.assign(scratch, { dispose: () => scratch.close() });
    },
    sourceOf,
    sinkOf,
    usage: () => {
      const { user, system } = process.cpuUsage();
      return { wallMs: performance.now(), cpuMs: (user + system) / 1000, peakMemory: process.resourceUsage().maxRSS * 1024 };
    },
    ...(requests ? { requests } : {}),
    ...(overheadMs === undefined ? {} : { overheadMs }),
    ...(remember ? { remember } : {}),
    onPage: ({ id }, page) => send({ kind: "page", attempt: id, page }),
    programs: new Map(),
  };
}

async function boundSpills(kernel: Kernel, folder: string, share: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  await kernel.run(`SET max_temp_directory_size = '${Math.floor((bavail * bsize * share) / 1_000_000)}MB'`);
}

/** Makes this process a worker: it runs one task at a time, as its parent sends them, and ends when the parent is gone. */
export function serveTasks(surroundings: WorkerSurroundings): void {
  let opened: Promise<Worker> | undefined;
  let running: string | undefined;
  let given: { readonly key: string; readonly bytes: Uint8Array } | undefined;
  let python: PythonWorkers | undefined;

  const receive = async (message: ToWorker): Promise<void> => {
    switch (message.kind) {
      case "open":
        if (message.options.python) python = new PythonWorkers(message.options.python);
        opened = openWorker(message.options, surroundings).then((worker) => (python ? { ...worker, python } : worker));
        await opened;
        send({ kind: "ready" });
        return;
      case "run": {
        const worker = await opened!;
        running = message.message.id;
        if (message.program !== undefined) given = { key: message.message.program, bytes: new TextEncoder().encode(message.program) };
        const report = await runTask(message.message, worker, given?.key === message.message.program ? given.bytes : undefined);
        running = undefined;
        send({ kind: "report", report });
        return;
      }
      case "interrupt":
        if (running !== message.attempt) return;
        python?.interrupt();
        (await opened!).kernel.interrupt();
        return;
    }
  };

  process.on("message", (message: ToWorker) => {
    receive(message).catch((error: unknown) => {
      send({ kind: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      process.exitCode = 1;
      process.disconnect();
    });
  });
  process.on("disconnect", () => process.exit());
  // A user's process.exit() would wait for the statement that waits for it: DuckDB ends its threads on the way out.
  process.on("exit", (code) => {
    if (running === undefined) return;
    send({ kind: "failed", reason: `exit code ${code}` });
    process.kill(process.pid, "SIGKILL");
  });
  // Ctrl-C reaches the whole process group; the parent cancels what runs and then ends its workers.
  process.on("SIGINT", () => {});
}
