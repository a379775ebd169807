import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { LocalJobs } from "../../../lib/backends/local/local-jobs.ts";
import type { WorkerPool } from "../../../lib/backends/local/worker-pool.ts";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";
import { systemRandom } from "../../../lib/backends/system-clock.ts";
import type { Environment } from "../../../lib/engine/engine.ts";
import { type FirecrestError, RetryableError } from "../../../lib/engine/errors.ts";
import type { LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import { planToJson } from "../../../lib/engine/logical/plan-json.ts";
import { keys } from "../../../lib/service/keys.ts";
import type { Submission } from "../../../lib/service/records.ts";
import { temporaryFolder } from "../../support/sessions.ts";

const plan: LogicalPlan = { kind: "range", start: 0n, end: 3n, step: 1n };

let folder: string;
let store: MemoryStore;
let said: string[];
beforeEach(async () => {
  folder = await temporaryFolder();
  store = new MemoryStore();
  said = [];
});

/** Jobs whose environment is `parts` and a store; none of them gets as far as a worker. */
const open = (parts: Partial<Environment>, mostJobs = 10) =>
  new LocalJobs({
    environment: { store, clock: { now: Date.now, sleep: async () => {} }, random: systemRandom, ...parts } as Environment,
    pool: {} as WorkerPool,
    folder,
    mostQueries: 1,
    mostPrograms: 1,
    mostJobs,
    runProgram: () => new Promise(() => {}),
    presign: async (key) => key,
    log: (message) => said.push(message),
  });

test("a job that cannot be supervised for long is given up, and says why", async () => {
  const defaults = {
    get shufflePartitions(): number {
      throw new RetryableError("STORE_UNAVAILABLE", { key: "somewhere", detail: "on purpose" });
    },
  } as Environment["defaults"];
  const { service } = open({ defaults });
  const { status } = await service.submit({ kind: "query", plan: planToJson(plan) }, "ann");
  const over = await service.changed(status.job, Number.MAX_SAFE_INTEGER, 60_000);
  expect(over).toMatchObject({
    state: "failed",
    error: { condition: "JOB_ABANDONED", messageParameters: { reason: expect.stringContaining("on purpose") } },
  });
  expect(said).toEqual(Array(5).fill(expect.stringMatching(new RegExp(`^job ${status.job}: .*on purpose`))));
});

test("jobs of a kind that are too many are refused, and leave nothing behind", async () => {
  const { service } = open({}, 2);
  const program = { kind: "program", bundle: { text: "1" } } as const;
  for (let i = 0; i < 2; i++) await service.submit(program, "ann");
  const { put } = store.requests;
  const refused = service.submit(program, "ann").catch((thrown: FirecrestError) => thrown.condition);
  expect(await refused).toBe("TOO_MANY_JOBS");
  expect(store.requests.put).toBe(put);
});

test("paths in plans begin where the service runs, and other machines' are refused", async () => {
  const { service } = open({});
  const read = (path: string) =>
    ({ kind: "query", plan: planToJson({ kind: "read", format: "parquet", paths: [path], options: {} }) }) as const;
  const { status } = await service.submit(read("data/x.parquet"), "ann");
  const submission = JSON.parse(new TextDecoder().decode(await store.get(keys.submission(folder, status.job)))) as Submission;
  expect(submission.plan).toMatchObject({ paths: [join(process.cwd(), "data/x.parquet")] });
  const refused = service.submit(read("s3://bucket/x.parquet"), "ann").catch((thrown: FirecrestError) => thrown.condition);
  expect(await refused).toBe("FIRECREST_UNSUPPORTED");
});
