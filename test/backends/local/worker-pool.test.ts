import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WorkerPool } from "../../../lib/backends/local/worker-pool.ts";
import type { TaskMessage } from "../../../lib/engine/task/message.ts";

/** A worker that only tells which program came with a task; a task of the program "last" is the last that it takes. */
const WORKER = `process.on("message", ({ kind, message, program = "none" }) => {
  if (kind === "open") return process.send({ kind: "ready" });
  const { job, id, stage, partition, attempt } = message;
  const report = { job, id, stage, partition, attempt, outcome: "failed", error: { message: program } };
  process.send({ kind: "report", report }, () => message.program === "last" && process.exit());
});
process.on("disconnect", () => process.exit());`;

let folder: string;
let pool: WorkerPool;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "firecrest-test-"));
  const entry = join(folder, "worker.mjs");
  writeFileSync(entry, WORKER);
  pool = new WorkerPool({ workers: 1, threadsPerWorker: 1, memoryPerWorker: 2 ** 28, heapPerWorker: 2 ** 28, folder, entry });
});
afterEach(async () => {
  await pool.close();
  await rm(folder, { recursive: true });
});

const programs = new Map(["a", "b", "last"].map((key) => [key, new TextEncoder().encode(`text of ${key}`)]));

/** What came with a task of this program. */
const given = (program: string) =>
  new Promise<string | undefined>((resolve) => {
    const ids = { job: "job", id: "0.0.0", stage: 0, partition: 0, attempt: 0 };
    const message: TaskMessage = { ...ids, program, prefix: "", splits: {}, blocks: {}, memory: 0 };
    pool.run(
      message,
      (report) => report.outcome === "failed" && resolve((report.error as { readonly message?: string }).message),
      (key) => programs.get(key),
    );
  });

test("a program comes with the first of its tasks, and again to a worker that has had another since", async () => {
  expect(await Promise.all(["a", "a", "b", "a", "gone"].map(given))).toEqual(["text of a", "none", "text of b", "text of a", "none"]);
});

test("a program comes again to the process that replaces one", async () => {
  expect(await given("last")).toBe("text of last");
  // A task that comes while the process still ends is lost with it.
  let again: string | undefined;
  while (again === undefined) again = await given("last");
  expect(again).toBe("text of last");
});
