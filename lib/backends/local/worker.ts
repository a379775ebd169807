import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Kernel } from "../../engine/kernel/connection.ts";
import { runTask, type Worker } from "../../engine/task/run-task.ts";
import { sinkOf, sourceOf } from "../../sources/registry.ts";
import { DiskScratch } from "./disk-scratch.ts";
import { FileStore } from "./file-store.ts";
import type { FromWorker, ToWorker, WorkerOptions } from "./worker-protocol.ts";

/** A worker process: runs one task at a time, as its parent sends them, and ends when the parent is gone. */

const send = (message: FromWorker): void => {
  if (process.connected) process.send?.(message);
};

async function openWorker(options: WorkerOptions): Promise<Worker> {
  // DuckDB makes only the last folder of its path.
  await mkdir(options.folder, { recursive: true });
  const kernel = await Kernel.open({ threads: options.threads, memory: options.memory, spillFolder: join(options.folder, "spill") });
  return {
    name: options.name,
    kernel,
    store: new FileStore(randomUUID),
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
    programs: new Map(),
  };
}

let opened: Promise<Worker> | undefined;
let running: string | undefined;

async function receive(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case "open":
      opened = openWorker(message.options);
      await opened;
      send({ kind: "ready" });
      return;
    case "run": {
      const worker = await opened!;
      running = message.message.id;
      const report = await runTask(message.message, worker);
      running = undefined;
      send({ kind: "report", report });
      return;
    }
    case "interrupt":
      if (running === message.attempt) (await opened!).kernel.interrupt();
      return;
  }
}

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
