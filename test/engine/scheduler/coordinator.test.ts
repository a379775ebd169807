import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { MemoryInbox } from "../../../lib/backends/local/memory-inbox.ts";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";
import { SeededRandom } from "../../../lib/backends/simulated/seeded-random.ts";
import { noUsage } from "../../../lib/engine/cost/usage.ts";
import { ExecutionError, RetryableError } from "../../../lib/engine/errors.ts";
import type { Clock } from "../../../lib/engine/ports/fabric.ts";
import type { ObjectStore } from "../../../lib/engine/ports/object-store.ts";
import { type JobRequest, runJob } from "../../../lib/engine/scheduler/coordinator.ts";
import type { JobSpec } from "../../../lib/engine/scheduler/job-spec.ts";
import type { Progress } from "../../../lib/engine/scheduler/progress.ts";
import { noMetrics } from "../../../lib/engine/scheduler/state.ts";
import type { TaskMessage, TaskOutput, TaskReport } from "../../../lib/engine/task/message.ts";
import { Driver, reads, result, shuffle, specOf, stage, testOptions, transient, usersError } from "./driver.ts";

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { ref: false, ...(signal ? { signal } : {}) }),
};

type Answer = (
  message: TaskMessage,
) => { readonly output: TaskOutput } | { readonly error: ReturnType<RetryableError["toJSON"]> } | undefined;

/** A job's surroundings in memory: each attempt is answered at once, as `answer` says, or never. */
class Surroundings {
  readonly store = new MemoryStore();
  readonly inbox = new MemoryInbox();
  readonly sent: TaskMessage[] = [];
  readonly cancelled: string[] = [];
  readonly spec: JobSpec;
  readonly answer: Answer;

  constructor(spec: JobSpec, answer?: Answer) {
    const outputs = new Driver(spec);
    this.spec = spec;
    this.answer = answer ?? ((message) => ({ output: outputs.output(message.id) }));
  }

  request(more: Partial<JobRequest> = {}): JobRequest {
    const queue = {
      send: async (messages: readonly TaskMessage[]) => {
        this.sent.push(...messages);
        for (const message of messages) this.#reply(message);
      },
      cancel: async (_: string, attempts: readonly string[]) => {
        this.cancelled.push(...attempts);
        for (const id of attempts) this.#report(this.sent.find((message) => message.id === id)!, { outcome: "failed", error: transient });
      },
    };
    return {
      spec: this.spec,
      ports: { store: this.store, queue, inbox: this.inbox, clock, random: new SeededRandom(1, 1) },
      message: (stageId, partition, attempt, memory, blocks) => ({
        job: this.spec.job,
        id: `${stageId}.${partition}.${attempt}`,
        stage: stageId,
        partition,
        attempt,
        program: "",
        prefix: "",
        splits: {},
        memory,
        blocks,
      }),
      options: { ...testOptions, backoff: { firstMs: 1, maxMs: 1 } },
      ...more,
    };
  }

  async keys(prefix = "memory://"): Promise<string[]> {
    return (await Array.fromAsync(this.store.list(prefix))).map(({ key }) => key);
  }

  #reply(message: TaskMessage): void {
    const answer = this.answer(message);
    if (!answer) return;
    this.#report(message, { outcome: "started", worker: "w" });
    if ("error" in answer) this.#report(message, { outcome: "failed", error: answer.error });
    else this.#report(message, { outcome: "succeeded", output: answer.output, metrics: { ...noMetrics, rowsOut: 1 } });
  }

  #report({ job, id, stage: stageId, partition, attempt }: TaskMessage, report: object): void {
    this.inbox.put({ kind: "task", report: { job, id, stage: stageId, partition, attempt, ...report } as TaskReport });
  }
}

/** Names an attempt that was never launched. */
const nobody = { job: "job", id: "0.0.7", stage: 0, partition: 0, attempt: 7 };
const mapReduce = specOf([stage(3, shuffle(2)), stage(2, result, reads(0))]);

describe("the coordinator", () => {
  it("runs the stages and gives the last one's outputs in the order of their partitions, with totals", async () => {
    const around = new Surroundings(mapReduce);
    const outcome = await runJob(around.request());
    expect(outcome).toMatchObject({
      kind: "succeeded",
      outputs: [{ inline: "1.0.0" }, { inline: "1.1.0" }],
      metrics: [{ rowsOut: 3 }, { rowsOut: 2 }],
    });
    expect(around.sent.map(({ id }) => id)).toEqual(["0.0.0", "0.1.0", "0.2.0", "1.0.0", "1.1.0"]);
    expect(around.sent[4]!.blocks[0]!.map(({ producer }) => producer)).toEqual(["0.0.0", "0.1.0", "0.2.0"]);
  });

  it("appends once for all that arrives together, and leaves nothing but the journal", async () => {
    const around = new Surroundings(specOf([stage(50, result)]));
    await around.store.put("memory://jobs/job/programs/0", new Uint8Array(1));
    await runJob(around.request());
    const keys = await around.keys();
    expect(keys.every((key) => key.startsWith("memory://jobs/job/journal/"))).toBe(true);
    // The submission, the reports in receives of 100, the clean-up.
    expect(keys.length).toBeLessThanOrEqual(4);
  });

  it("needs no more than four requests of the store to run and clean up a job of one task", async () => {
    const around = new Surroundings(specOf([stage(1, result)]));
    await runJob(around.request());
    expect(around.store.requests).toMatchObject({ put: 3, get: 0, list: 2, delete: 0 });
  });

  it("keeps result objects, and deletes everything else below the job's prefix", async () => {
    const key = "memory://jobs/job/0/0/0/result";
    const around = new Surroundings(specOf([stage(1, result)]), () => ({
      output: { kind: "result", key, bytes: 1, rows: 1, head: 0, pages: [] },
    }));
    await around.store.put(key, new Uint8Array(1));
    await around.store.put("memory://jobs/job/0/0/1/result", new Uint8Array(1));
    await runJob(around.request());
    expect((await around.keys()).filter((k) => !k.includes("/journal/"))).toEqual([key]);
  });

  it("commits files: old ones are replaced, and _SUCCESS tells that all are there", async () => {
    const spec = specOf([stage(2, { kind: "files" })], true);
    const around = new Surroundings(spec, ({ id }) => {
      const key = `memory://out/part-${id}`;
      return { output: { kind: "files", files: [{ key, upload: uploads[id]!, file: { size: 0, parts: [] }, rows: 0 }] } };
    });
    const uploads: Record<string, string> = {};
    const store: ObjectStore = around.store;
    for (const id of ["0.0.0", "0.1.0"]) {
      uploads[id] = await store.startUpload(`memory://out/part-${id}`);
      await store.uploadFile(`memory://out/part-${id}`, uploads[id], new URL(import.meta.url).pathname);
    }
    for (const old of ["memory://out/old", "memory://out/_SUCCESS", "memory://outside"]) await around.store.put(old, new Uint8Array());
    expect(await runJob(around.request())).toMatchObject({ kind: "succeeded" });
    expect(await around.keys("memory://out")).toEqual([
      "memory://out/_SUCCESS",
      "memory://out/part-0.0.0",
      "memory://out/part-0.1.0",
      "memory://outside",
    ]);
  });

  it("commits many files although each call of the store may fail", async () => {
    const spec = specOf([stage(1, { kind: "files" })], false);
    const files = Array.from({ length: 300 }, (_, i) => ({
      key: `memory://out/${i}`,
      upload: `u${i}`,
      file: { size: 0, parts: [] },
      rows: 0,
    }));
    const around = new Surroundings(spec, () => ({ output: { kind: "files", files } }));
    const random = new SeededRandom(7, 1);
    const completed = new Set<string>();
    const store: ObjectStore = around.store;
    store.completeUpload = async (key) => {
      if (random.chance(0.1)) throw new RetryableError("STORE_UNAVAILABLE", { key, detail: "test" });
      completed.add(key);
    };
    expect(await runJob(around.request({ options: { ...testOptions, commitBatch: 500, maxStepTries: 2 } }))).toMatchObject({
      kind: "succeeded",
    });
    expect(completed.size).toBe(300);
  });

  it("retries what may pass, and fails with the user's error as it was made", async () => {
    const passing = new Surroundings(specOf([stage(1, result)]), ({ attempt }) =>
      attempt < 2 ? { error: transient } : { output: { kind: "result", inline: "", bytes: 0, rows: 0, head: 0, pages: [] } },
    );
    expect(await runJob(passing.request())).toMatchObject({ kind: "succeeded" });
    expect(passing.sent.map(({ id }) => id)).toEqual(["0.0.0", "0.0.1", "0.0.2"]);

    const failing = new Surroundings(mapReduce, () => ({ error: usersError }));
    const outcome = await runJob(failing.request());
    expect(outcome.kind === "failed" && outcome.error).toBeInstanceOf(ExecutionError);
    expect(outcome).toMatchObject({ error: { condition: "DIVIDE_BY_ZERO", messageParameters: { config: "c" } } });
  });

  it("sends attempts again that a throttling queue did not take", async () => {
    const around = new Surroundings(specOf([stage(3, result)]));
    const request = around.request();
    const { send } = request.ports.queue;
    let refusals = 3;
    request.ports.queue.send = async (messages) => {
      if (refusals-- > 0) throw new RetryableError("THROTTLED", { detail: "test" });
      await send(messages);
    };
    expect(await runJob(request)).toMatchObject({ kind: "succeeded" });
    expect(around.sent.every(({ attempt }) => attempt === 0)).toBe(true);
  });

  it("fails the job with what the message builder throws", async () => {
    const message = () => {
      throw new ExecutionError("FIRECREST_UNSUPPORTED", { feature: "This", advice: "" });
    };
    expect(await runJob(new Surroundings(mapReduce).request({ message }))).toMatchObject({
      kind: "failed",
      error: { condition: "FIRECREST_UNSUPPORTED" },
    });
  });

  it("cancels through its signal, also one that was aborted before, and through the inbox", async () => {
    for (const aborted of [true, false]) {
      const around = new Surroundings(mapReduce, () => undefined);
      const controller = new AbortController();
      if (aborted) controller.abort("enough");
      const running = runJob(around.request({ signal: controller.signal }));
      if (!aborted) setImmediate(() => controller.abort("enough"));
      expect(await running).toMatchObject({ kind: "failed", error: { condition: "OPERATION_CANCELED" } });
      expect(around.cancelled).toEqual(["0.0.0", "0.1.0", "0.2.0"]);
    }
    const around = new Surroundings(mapReduce, () => undefined);
    around.inbox.put({ kind: "cancel", reason: "enough" });
    expect(await runJob(around.request())).toMatchObject({ error: { condition: "OPERATION_CANCELED" } });
  });

  it("hands the job over between two batches, and the next coordinator ends it", async () => {
    const around = new Surroundings(mapReduce, ({ id }) => (silent ? undefined : { output: outputs.output(id) }));
    const outputs = new Driver(mapReduce);
    let silent = true;
    const handOver = new AbortController();
    const running = runJob(around.request({ handOver: handOver.signal }));
    setImmediate(() => handOver.abort());
    expect(await running).toEqual({ kind: "handedOver" });
    silent = false;
    expect(await runJob(around.request())).toMatchObject({ kind: "succeeded" });
    expect(around.sent.filter(({ id }) => id === "0.0.0")).toHaveLength(2);
  });

  it("journals what each coordinator has used, so that the next one adds to it", async () => {
    const around = new Surroundings(mapReduce, ({ id }) => (silent ? undefined : { output: outputs.output(id) }));
    const outputs = new Driver(mapReduce);
    let silent = true;
    const handOver = new AbortController();
    const seen: Progress[] = [];
    const countingFrom = (storeWrites: number) => () => ({ ...noUsage, storeWrites: storeWrites++ });
    const first = runJob(
      around.request({ handOver: handOver.signal, usage: countingFrom(100), onProgress: (progress) => seen.push(progress) }),
    );
    setImmediate(() => around.inbox.put({ kind: "task", report: { ...nobody, outcome: "started", worker: "w" } }));
    while (seen.length < 2) await sleep(1);
    handOver.abort();
    expect(await first).toEqual({ kind: "handedOver" });
    const used = seen.at(-1)!.coordinatorUsage.storeWrites;
    expect(used).toBeGreaterThanOrEqual(100);
    silent = false;
    const outcome = await runJob(around.request({ usage: () => ({ ...noUsage, storeWrites: 1_000 }) }));
    expect(outcome).toMatchObject({ usage: { coordinatorUsage: { storeWrites: used + 1_000 } } });
  });

  it("answers a wake that comes after the end from the journal, without any work", async () => {
    const around = new Surroundings(mapReduce);
    const outcome = await runJob(around.request());
    const [sent, puts] = [around.sent.length, around.store.requests.put];
    expect(await runJob(around.request())).toEqual(outcome);
    expect([around.sent.length, around.store.requests.put]).toEqual([sent, puts]);
  });

  it("stops at once when another coordinator has the job, and carries out nothing of what it had decided", async () => {
    const around = new Surroundings(mapReduce, () => undefined);
    const first = runJob(around.request());
    const lost = expect(first).rejects.toMatchObject({ condition: "JOB_TAKEN_OVER" });
    await sleep(0);
    const handOver = new AbortController();
    // A second coordinator with an inbox of its own takes the next number of the journal.
    const second = runJob({
      ...around.request({ handOver: handOver.signal }),
      ports: { ...around.request().ports, inbox: new MemoryInbox() },
    });
    await sleep(0);
    const sent = around.sent.length;
    around.inbox.put({ kind: "cancel", reason: "the first would cancel the attempts now" });
    await lost;
    expect(around.cancelled).toEqual([]);
    expect(around.sent).toHaveLength(sent);
    handOver.abort();
    expect(await second).toEqual({ kind: "handedOver" });
  });

  it("shows progress after each batch, up to the end", async () => {
    const seen: Progress[] = [];
    await runJob(new Surroundings(mapReduce).request({ onProgress: (progress) => seen.push(progress) }));
    expect(seen[0]).toMatchObject({ phase: "running", stages: [{ tasks: 3, running: 3, done: 0 }, { status: "waiting" }] });
    expect(seen.at(-1)).toMatchObject({
      phase: "finished",
      stages: [
        { status: "complete", done: 3 },
        { status: "complete", done: 2 },
      ],
    });
  });

  it("stops with the inbox's error where it stays away, and the job can be taken up again", async () => {
    const around = new Surroundings(mapReduce);
    const request = around.request();
    const inbox = {
      receive: async () => {
        throw new RetryableError("STORE_UNAVAILABLE", { key: "inbox", detail: "test" });
      },
      delete: async () => {},
    };
    const impatient: Clock = { now: clock.now, sleep: (ms, signal) => clock.sleep(ms > 60_000 ? ms : 0, signal) };
    await expect(runJob({ ...request, ports: { ...request.ports, inbox, clock: impatient } })).rejects.toMatchObject({
      condition: "STORE_UNAVAILABLE",
    });
    expect(await runJob(request)).toMatchObject({ kind: "succeeded" });
  });
});
