import { beforeAll, describe, expect, test } from "vitest";
import { createInbox, SqsInbox } from "../../lib/backends/aws/sqs-inbox.ts";
import { systemClock } from "../../lib/backends/system-clock.ts";
import { planToJson } from "../../lib/engine/logical/plan-json.ts";
import type { TaskReport } from "../../lib/engine/task/message.ts";
import { keys } from "../../lib/service/keys.ts";
import { eventually } from "../support/emulated-aws.ts";
import { contextOf, type FunctionsBench, openFunctions } from "../support/functions.ts";
import { localStackUnavailable, sharedLocalStack } from "../support/localstack.ts";

const unavailable = localStackUnavailable();

describe.skipIf(unavailable)(`the dead-letters function${unavailable ? ` (skipped: ${unavailable})` : ""}`, { timeout: 120_000 }, () => {
  let bench: FunctionsBench;

  beforeAll(async () => {
    bench = await openFunctions({ endpoint: (await sharedLocalStack()).endpoint });
  }, 600_000);

  const handle = (...bodies: readonly string[]) =>
    bench.handlers.deadLetters({ Records: bodies.map((body, i) => ({ messageId: `m${i}`, body })) } as never, contextOf(60_000));

  const taskOf = (job: string, attempt = 0) => {
    const prefix = keys.work(bench.root, job);
    const place = { job, id: `0.0.${attempt}`, stage: 0, partition: 0, attempt };
    return { ...place, program: `${prefix}/programs/p/0.json`, prefix, splits: {}, blocks: {}, memory: 1 };
  };

  /** The one report in a job's inbox. */
  async function reportTo(job: string, send: () => Promise<unknown>): Promise<TaskReport> {
    const queueUrl = await createInbox(bench.aws.sqs, `${bench.inboxPrefix}${job}`);
    await send();
    const inbox = new SqsInbox({ sqs: bench.aws.sqs, clock: systemClock, queueUrl, log: () => {} });
    return eventually(async () => {
      const [received] = await inbox.receive(10, 1_000);
      expect(received?.message.kind).toBe("task");
      return (received!.message as { report: TaskReport }).report;
    });
  }

  test("tells a job of a task whose message came back too often", async () => {
    const job = bench.environment.newJobId();
    const task = taskOf(job);
    const report = await reportTo(job, () => handle(JSON.stringify({ task })));
    expect(report).toMatchObject({ job, id: "0.0.0", outcome: "failed", error: { condition: "WORKER_LOST", class: "retryable" } });
  });

  test("tells a job of a direct invocation that ran out of memory, so that the next attempt gets more", async () => {
    const job = bench.environment.newJobId();
    const record = { requestPayload: { task: taskOf(job) }, responsePayload: { errorType: "Runtime.OutOfMemory", errorMessage: "killed" } };
    const report = await reportTo(job, () => handle(JSON.stringify(record)));
    expect(report).toMatchObject({ outcome: "failed", error: { condition: "TASK_OUT_OF_MEMORY", class: "retryable" } });
  });

  test("ends a job that no coordinator could bring to an end, once", async () => {
    const { status } = await bench.jobs.submit(
      { kind: "query", plan: planToJson({ kind: "range", start: 0n, end: 1n, step: 1n }) },
      "tests",
    );
    const wake = JSON.stringify({ job: status.job, n: 0 });
    expect(await handle(wake, wake)).toEqual({ batchItemFailures: [] });
    const failed = await bench.jobs.status(status.job);
    expect(failed).toMatchObject({ state: "failed", error: { condition: "JOB_ABANDONED" } });
    await handle(wake);
    expect(await bench.jobs.status(status.job)).toEqual(failed);
  });

  test("drops what it cannot read, and what belongs to jobs that are over or unknown", async () => {
    const unknown = bench.environment.newJobId();
    const bodies = ["nonsense", "{}", JSON.stringify({ task: taskOf(unknown) }), JSON.stringify({ job: unknown })];
    expect(await handle(...bodies)).toEqual({ batchItemFailures: [] });
  });
});
