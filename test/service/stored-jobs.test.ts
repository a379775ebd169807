import { expect, test } from "vitest";
import { MemoryStore } from "../../lib/backends/memory-store.ts";
import type { Environment } from "../../lib/engine/engine.ts";
import type { FirecrestError } from "../../lib/engine/errors.ts";
import type { LogicalPlan } from "../../lib/engine/logical/plan.ts";
import { planToJson } from "../../lib/engine/logical/plan-json.ts";
import type { InboxMessage } from "../../lib/engine/ports/fabric.ts";
import type { SubmitRequest } from "../../lib/service/job-service.ts";
import { keys } from "../../lib/service/keys.ts";
import { ended, settle } from "../../lib/service/outcome.ts";
import { isOver, type JobStatus } from "../../lib/service/records.ts";
import { StoredJobs } from "../../lib/service/stored-jobs.ts";

const ROOT = "memory://service";
const plan: LogicalPlan = { kind: "range", start: 0n, end: 10n, step: 1n };
const query = { kind: "query", plan: planToJson(plan) } as const;

/** A service whose jobs nobody runs. */
function open() {
  let now = 1_700_000_000_000;
  const store = new MemoryStore(() => now);
  const woken: string[] = [];
  const told: [string, InboxMessage][] = [];
  const environment = {
    store,
    clock: {
      now: () => now++,
      sleep: async (ms: number) => {
        now += ms;
      },
    },
    random: { next: Math.random },
  } as unknown as Environment;
  const jobs = new StoredJobs({
    environment,
    root: ROOT,
    wake: async (job, kind) => void woken.push(`${kind} ${job}`),
    tell: async (job, message) => void told.push([job, message]),
    presign: async (key, method) => `https://store/${method}/${key}`,
    maxInlineBytes: 1_000,
  });
  const finish = (status: JobStatus, state: "succeeded" | "failed", dollars?: number) => {
    const cost = dollars === undefined ? {} : ({ cost: { dollars } } as unknown as Pick<JobStatus, "cost">);
    return settle(ROOT, { status: ended(status, { state, ...cost }, now) }, store);
  };
  const submit = (request: SubmitRequest, caller = "ann") => jobs.submit(request, caller);
  return { jobs, submit, store, woken, told, finish };
}

const failureOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "nothing was thrown",
    (thrown: FirecrestError) => thrown.condition,
  );

test("a submitted query is kept, listed, and waits for its coordinator", async () => {
  const { submit, jobs, woken } = open();
  const { status } = await submit({ ...query, name: "ten" });
  expect(status).toMatchObject({ kind: "query", name: "ten", caller: "ann", state: "queued", stages: [] });
  expect(status.job).toMatch(/^[a-z0-9]{26}$/);
  expect(woken).toEqual([`query ${status.job}`]);
  expect(await jobs.status(status.job)).toEqual(status);
  expect((await jobs.list({ limit: 10 })).jobs).toEqual([status]);
});

test("what is no plan is refused before anybody is woken", async () => {
  const { submit, woken } = open();
  expect(await failureOf(submit({ kind: "query", plan: { kind: "nonsense" } }))).toBe("FIRECREST_INVALID_PLAN");
  expect(woken).toEqual([]);
});

test("the same idempotency key gives the same job, and another request with it a conflict", async () => {
  const { submit, jobs } = open();
  const first = await submit({ ...query, idempotencyKey: "k" });
  expect(first.isNew).toBe(true);
  const again = await submit({ ...query, idempotencyKey: "k" });
  expect([again.status.job, again.isNew]).toEqual([first.status.job, false]);
  expect((await jobs.submit({ ...query, idempotencyKey: "k" }, "bob")).status.job).not.toBe(first.status.job);
  expect(await failureOf(submit({ ...query, name: "other", idempotencyKey: "k" }))).toBe("IDEMPOTENCY_CONFLICT");
  expect((await jobs.list({ limit: 10 })).jobs.length).toBe(2);
});

test("a submission that broke off after its claim is finished by the next try, under the same id", async () => {
  const { submit, store } = open();
  const first = await submit({ ...query, idempotencyKey: "k" });
  await store.delete([keys.submission(ROOT, first.status.job), keys.status(ROOT, first.status.job)]);
  expect(await submit({ ...query, idempotencyKey: "k" })).toMatchObject({ status: { job: first.status.job, state: "queued" } });
});

test("jobs are listed newest first, page by page", async () => {
  const { submit, jobs } = open();
  const names = ["a", "b", "c", "d", "e"];
  for (const name of names) await submit({ ...query, name });
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let i = 0; i < names.length; i++) {
    const page = await jobs.list({ limit: 2, ...(cursor ? { cursor } : {}) });
    expect(page.jobs.length).toBeLessThanOrEqual(2);
    seen.push(...page.jobs.map(({ name }) => name));
    if (!page.next) break;
    cursor = page.next;
  }
  expect(seen).toEqual(names.toReversed());
});

test("a cancellation is kept for a coordinator that starts later and told to one that runs", async () => {
  const { submit, jobs, store, told } = open();
  const {
    status: { job },
  } = await submit(query);
  await jobs.cancel(job, "enough");
  expect(await store.stat(keys.cancel(ROOT, job))).toBeDefined();
  expect(told).toEqual([[job, { kind: "cancel", reason: "enough" }]]);
});

test("a job that is over cannot be cancelled, and its end cannot be written twice", async () => {
  const { submit, jobs, told, finish } = open();
  const { status: submitted } = await submit(query);
  await finish(submitted, "succeeded");
  await finish(submitted, "failed");
  expect((await jobs.cancel(submitted.job, "late")).state).toBe("succeeded");
  expect(told).toEqual([]);
});

test("a late status of a coordinator that has lost its job does not hide the job's end", async () => {
  const { submit, jobs, store, finish } = open();
  const { status: submitted } = await submit(query);
  await finish(submitted, "succeeded");
  await store.put(keys.status(ROOT, submitted.job), new TextEncoder().encode(JSON.stringify({ ...submitted, state: "running" })));
  expect((await jobs.status(submitted.job)).state).toBe("succeeded");
});

test("a long poll ends with the change, with the job, or with its time", async () => {
  const { submit, jobs, finish } = open();
  const { status: submitted } = await submit(query);
  expect(await jobs.changed(submitted.job, submitted.version - 1, 10_000)).toEqual(submitted);
  expect((await jobs.changed(submitted.job, submitted.version, 3_000)).version).toBe(submitted.version);
  await finish(submitted, "failed");
  expect(isOver((await jobs.changed(submitted.job, Number.MAX_SAFE_INTEGER, 10_000)).state)).toBe(true);
});

test("an abandoned job has failed, and says why", async () => {
  const { submit, jobs } = open();
  const {
    status: { job },
  } = await submit(query);
  await jobs.abandon(job, "its message came back 20 times");
  expect(await jobs.status(job)).toMatchObject({ state: "failed", error: { condition: "JOB_ABANDONED" } });
});

test.each(["", "..", "../../x", "a".repeat(27), "A".repeat(26), `${"a".repeat(25)}/`])(
  "%j is no job's id, and reaches no key",
  async (id) => {
    const { jobs, store } = open();
    const before = { ...store.requests };
    expect(await failureOf(jobs.status(id))).toBe("JOB_NOT_FOUND");
    expect(await failureOf(jobs.cancel(id, "x"))).toBe("JOB_NOT_FOUND");
    expect(store.requests).toEqual(before);
  },
);

test("a result can be had only of a job that has succeeded, and only the pages that it has", async () => {
  const { submit, jobs, finish } = open();
  const { status: submitted } = await submit(query);
  expect(await failureOf(jobs.page(submitted.job, 0))).toBe("JOB_NOT_FINISHED");
  await finish(submitted, "succeeded");
  expect(await failureOf(jobs.page(submitted.job, 0))).toBe("PAGE_NOT_FOUND");
});

test("a page too large for a response is an object of its own, made once", async () => {
  const { submit, jobs, store } = open();
  const { status: submitted } = await submit(query);
  await store.put("memory://rows", new Uint8Array(5_000).fill(7));
  const page = { key: "memory://rows", head: { start: 0, end: 100 }, body: { start: 100, end: 5_000 }, rows: 1 };
  await settle(ROOT, { status: ended(submitted, { state: "succeeded" }, 1), pages: [page] }, store);
  const key = keys.page(ROOT, submitted.job, 0);
  expect(await jobs.page(submitted.job, 0)).toEqual({ kind: "elsewhere", url: `https://store/GET/${key}`, bytes: 5_000 });
  const puts = store.requests.put;
  await jobs.page(submitted.job, 0);
  expect(store.requests.put).toBe(puts);
});

const program = { kind: "program", bundle: { text: "console.log(1)" }, args: ["x"] } as const;

test("a program's bundle is kept for its driver, which another queue wakes", async () => {
  const { submit, store, woken } = open();
  const {
    status: { job },
  } = await submit(program);
  expect(woken).toEqual([`program ${job}`]);
  expect(new TextDecoder().decode(await store.get(`${keys.driver(ROOT, job)}/bundle.mjs`))).toBe("console.log(1)");
});

test("cancelling a program cancels what it has submitted, and refuses what it submits later", async () => {
  const { submit, jobs, told } = open();
  const {
    status: { job: parent },
  } = await submit(program);
  const { status: child } = await submit({ ...query, parent });
  expect((await jobs.list({ limit: 5, parent })).jobs.map(({ job }) => job)).toEqual([child.job]);
  expect(await jobs.cancel(parent, "enough")).toMatchObject({ cancelRequested: "enough" });
  expect(told.map(([job]) => job)).toEqual([child.job]);
  expect(await failureOf(submit({ ...query, parent }))).toBe("OPERATION_CANCELED");
});

test("a program's dollars are shared by all that it submits", async () => {
  const { submit, store, finish } = open();
  const {
    status: { job: parent },
  } = await submit({ ...program, limits: { maxDollars: 1 } });
  const limitOf = async (job: string) =>
    JSON.parse(new TextDecoder().decode(await store.get(keys.submission(ROOT, job)))).limits.maxDollars;
  const { status: first } = await submit({ ...query, parent });
  expect(await limitOf(first.job)).toBe(1);
  await finish(first, "succeeded", 0.75);
  const { status: second } = await submit({ ...query, parent, limits: { maxDollars: 0.125 } });
  expect(await limitOf(second.job)).toBe(0.125);
  const { status: third } = await submit({ ...query, parent });
  expect(await limitOf(third.job)).toBe(0.125);
});
