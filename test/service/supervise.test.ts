import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FileStore } from "../../lib/backends/local/file-store.ts";
import { poolEnvironment } from "../../lib/backends/local/pool-environment.ts";
import { shareOut } from "../../lib/backends/local/resources.ts";
import { WorkerPool } from "../../lib/backends/local/worker-pool.ts";
import { lambdaEnvironment } from "../../lib/engine/cost/function-environment.ts";
import { awsPrices } from "../../lib/engine/cost/prices.ts";
import type { Environment } from "../../lib/engine/engine.ts";
import { RetryableError } from "../../lib/engine/errors.ts";
import type { LogicalPlan } from "../../lib/engine/logical/plan.ts";
import { planToJson } from "../../lib/engine/logical/plan-json.ts";
import { StoredJobs } from "../../lib/service/stored-jobs.ts";
import { superviseJob } from "../../lib/service/supervise.ts";
import { temporaryFolder } from "../support/sessions.ts";

const plan: LogicalPlan = { kind: "range", start: 0n, end: 10n, step: 1n };
const query = { kind: "query", plan: planToJson(plan) } as const;

let root: string;
let environment: Environment;
let jobs: StoredJobs;
let close: () => Promise<void>;
beforeAll(async () => {
  root = await temporaryFolder();
  const resources = shareOut({ "spark.firecrest.memory": "1g", "spark.executor.instances": "1", "spark.executor.cores": "1" });
  const pool = new WorkerPool({ ...resources, folder: root });
  const opened = poolEnvironment({
    pool,
    resources,
    store: new FileStore(randomUUID),
    folder: root,
    cached: async ({ child }) => child,
  });
  environment = opened.environment;
  jobs = new StoredJobs({
    environment,
    root,
    wake: async () => {},
    tell: async () => {},
    presign: async (key) => key,
    maxInlineBytes: 1_000_000,
  });
  close = async () => {
    await pool.close();
    await opened.close();
  };
});
afterAll(() => close());

const endJob = async () => {};
const priced = (): Environment => ({ ...environment, scheduling: { ...environment.scheduling, prices: awsPrices.arm64 } });
const submit = async () => (await jobs.submit(query, "ann")).status.job;

test("a job keeps the estimate of its first coordinator, and shows it before it is over", async () => {
  const job = await submit();
  const dying = {
    ...priced(),
    openJob: async () => {
      throw new RetryableError("QUEUE_UNAVAILABLE", { queue: "inbox", detail: "on purpose" });
    },
  };
  await expect(superviseJob(job, { environment: dying, functions: lambdaEnvironment, root, endJob })).rejects.toThrow("on purpose");
  const { state, estimate } = await jobs.status(job);
  expect(state).toBe("running");
  expect(estimate).toMatchObject({ tasks: 1, stages: [{ tasks: 1 }] });
  const slower = { ...lambdaEnvironment, startSeconds: 100 };
  expect(await superviseJob(job, { environment: priced(), functions: slower, root, endJob })).toBe("over");
  expect(await jobs.status(job)).toMatchObject({ state: "succeeded", estimate, cost: { dollars: expect.any(Number) } });
});

test("an estimate takes the job's own limits into account", async () => {
  const scheduling = {
    ...priced().scheduling,
    window: { initial: 4, max: 4, promptMs: 1_000 },
    memoryTiers: [1, 2, 4].map((gb) => gb * 1024 ** 3),
  };
  const limited = { ...query, conf: { "spark.default.parallelism": "4" }, limits: { maxConcurrency: 2, memoryMiB: 2_000 } };
  const estimateOf = async (request: Parameters<StoredJobs["submit"]>[0]) => {
    const { job } = (await jobs.submit(request, "ann")).status;
    await superviseJob(job, { environment: { ...environment, scheduling }, functions: lambdaEnvironment, root, endJob });
    return (await jobs.status(job)).estimate;
  };
  expect(await estimateOf({ ...limited, limits: {} })).toMatchObject({ tasks: 4, workers: 4, stages: [{ memory: 1024 ** 3 }] });
  expect(await estimateOf(limited)).toMatchObject({ tasks: 4, workers: 2, stages: [{ memory: 2 * 1024 ** 3 }] });
});

test("a job that costs nothing has no estimate", async () => {
  const job = await submit();
  await superviseJob(job, { environment, functions: lambdaEnvironment, root, endJob });
  const status = await jobs.status(job);
  expect(status).toMatchObject({ state: "succeeded" });
  expect(status).not.toHaveProperty("estimate");
});
