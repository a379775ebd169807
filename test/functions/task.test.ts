import { beforeAll, describe, expect, test } from "vitest";
import { createInbox, removeInbox, SqsInbox } from "../../lib/backends/aws/sqs-inbox.ts";
import { systemClock } from "../../lib/backends/system-clock.ts";
import { compile, prepare } from "../../lib/engine/engine.ts";
import type { LogicalPlan } from "../../lib/engine/logical/plan.ts";
import { taskMessage } from "../../lib/engine/manifest.ts";
import type { TaskMessage, TaskReport } from "../../lib/engine/task/message.ts";
import { functions as F, type SparkSession } from "../../lib/firecrest.ts";
import { keys } from "../../lib/service/keys.ts";
import { eventually, type Queue } from "../support/emulated-aws.ts";
import { contextOf, deleteMessage, eventOf, type FunctionsBench, openFunctions, receive, sendBody } from "../support/functions.ts";
import { localStackUnavailable, sharedLocalStack } from "../support/localstack.ts";
import { openSession } from "../support/sessions.ts";

const unavailable = localStackUnavailable();
const MEBIBYTE = 1024 ** 2;
/** A function that has so much left keeps 12 s of it for itself. */
const SHORT_MS = 14_000;
const LONG_MS = 900_000;

describe.skipIf(unavailable)(`the task function${unavailable ? ` (skipped: ${unavailable})` : ""}`, { timeout: 120_000 }, () => {
  let bench: FunctionsBench;
  let spark: SparkSession;
  let queue: Queue;

  beforeAll(async () => {
    const { endpoint } = await sharedLocalStack();
    [bench, spark] = await Promise.all([openFunctions({ endpoint }), openSession()]);
    queue = bench.tasks[0]!;
  }, 600_000);

  /** A job of one task, and its inbox. */
  async function prepareTask(plan: LogicalPlan, attempt = 0): Promise<{ message: TaskMessage; inbox: SqsInbox }> {
    const { environment, root, inboxPrefix, aws } = bench;
    const job = environment.newJobId();
    const queueUrl = await createInbox(aws.sqs, `${inboxPrefix}${job}`);
    const compiled = await compile(plan, { "spark.default.parallelism": "1" }, environment);
    const manifest = await prepare(job, keys.work(root, job), compiled, environment);
    const message = taskMessage(manifest, 0, 0, attempt, 1_024 * MEBIBYTE, {});
    return { message, inbox: new SqsInbox({ sqs: aws.sqs, clock: systemClock, queueUrl, log: () => {} }) };
  }

  /** What came into an inbox, up to the report of an end. */
  async function reportsIn(inbox: SqsInbox): Promise<readonly TaskReport[]> {
    const reports: TaskReport[] = [];
    return eventually(async () => {
      for (const { message, receipt } of await inbox.receive(10, 1_000)) {
        if (message.kind === "task") reports.push(message.report);
        await inbox.delete([receipt]);
      }
      expect(reports.some(({ outcome }) => outcome !== "started")).toBe(true);
      return reports.toSorted((a, b) => Number(b.outcome === "started") - Number(a.outcome === "started"));
    });
  }

  const invoke = (event: unknown, ms = LONG_MS) => bench.handlers.task(event as never, contextOf(ms));

  async function deliver(message: TaskMessage, ms = LONG_MS): Promise<void> {
    await sendBody(bench.aws, queue, JSON.stringify({ task: message }));
    const received = await eventually(async () => (await receive(bench.aws, queue)) ?? Promise.reject(new Error("nothing came")));
    await invoke(eventOf(received, queue), ms);
    await deleteMessage(bench.aws, queue, received);
  }

  const errorOf = (report: TaskReport | undefined) => (report?.outcome === "failed" ? report.error : undefined);
  const ten = () => spark.range(10).plan;
  const forEver = () =>
    spark.range(1).select(
      F.udf(() => {
        for (;;);
      }, "int")("id"),
    ).plan;

  test("tells its start and its end, however it was invoked", async () => {
    const direct = await prepareTask(ten());
    await invoke({ task: direct.message });
    const [started, ended] = await reportsIn(direct.inbox);
    expect(started).toMatchObject({ id: "0.0.0", outcome: "started", worker: "task" });
    expect(ended).toMatchObject({ job: direct.message.job, id: "0.0.0", outcome: "succeeded", output: { kind: "result", rows: 10 } });

    const queued = await prepareTask(ten());
    await deliver(queued.message);
    expect((await reportsIn(queued.inbox)).map(({ outcome }) => outcome)).toEqual(["started", "succeeded"]);
  });

  test("counts the requests that the store is billed for", async () => {
    const { message, inbox } = await prepareTask(ten());
    await invoke({ task: message });
    // Its program, which is asked for twice where the answer is late; ten rows travel in the report.
    expect((await reportsIn(inbox)).at(-1)).toMatchObject({ metrics: { storeReads: expect.toBeOneOf([1, 2]), storeWrites: 0 } });
  });

  test.each([
    [0, "WORKER_LOST"],
    [1, "TASK_OUT_OF_MEMORY"],
  ])("a repeated delivery of attempt %d does not run it again but tells %s", async (attempt, condition) => {
    const { message, inbox } = await prepareTask(ten(), attempt);
    const record = { messageId: "m", receiptHandle: "r", body: JSON.stringify({ task: message }), eventSourceARN: queue.arn };
    await invoke({ Records: [{ ...record, attributes: { ApproximateReceiveCount: "2" } }] });
    const reports = await reportsIn(inbox);
    expect(reports.map(({ outcome }) => outcome)).toEqual(["failed"]);
    expect(errorOf(reports[0])).toMatchObject({ condition, class: "retryable" });
  });

  test("stops an attempt before the function's time is up, whatever the user's code does, and goes on with the next", async () => {
    const { message, inbox } = await prepareTask(forEver());
    await deliver(message, SHORT_MS);
    expect(errorOf((await reportsIn(inbox)).at(-1))).toMatchObject({ condition: "TASK_TIMEOUT", class: "retryable" });

    const next = await prepareTask(ten());
    await deliver(next.message);
    expect((await reportsIn(next.inbox)).at(-1)).toMatchObject({ outcome: "succeeded" });
  });

  test("a user's process.exit ends the attempt, not the function", async () => {
    const { message, inbox } = await prepareTask(spark.range(1).select(F.udf(() => process.exit(3), "int")("id")).plan);
    await invoke({ task: message });
    const error = errorOf((await reportsIn(inbox)).at(-1));
    expect(error).toMatchObject({ condition: "WORKER_LOST", class: "retryable" });
    expect(error?.messageParameters.reason).toContain("exit code 3");
  });

  test("a worker that the system kills counts as out of memory", async () => {
    const killed = F.udf(() => process.kill(process.pid, "SIGKILL"), "boolean");
    const { message, inbox } = await prepareTask(spark.range(1).select(killed("id")).plan);
    await invoke({ task: message });
    expect(errorOf((await reportsIn(inbox)).at(-1))).toMatchObject({ condition: "TASK_OUT_OF_MEMORY", class: "retryable" });
  });

  test("an attempt that is cancelled meanwhile is stopped", async () => {
    const { message, inbox } = await prepareTask(forEver());
    await bench.environment.store.put(`${message.prefix}/cancelled.json`, Buffer.from(JSON.stringify([message.id])));
    await deliver(message);
    expect((await reportsIn(inbox)).at(-1)).toMatchObject({ outcome: "failed" });
  });

  test("an attempt whose job ends meanwhile is stopped, and its report dropped", async () => {
    const { message } = await prepareTask(forEver());
    const running = invoke({ task: message });
    await bench.environment.store.delete([message.program]);
    await removeInbox(bench.aws.sqs, `${bench.inboxPrefix}${message.job}`);
    await expect(running).resolves.toBeUndefined();
  });

  test.each([
    ["no task", {}],
    ["a batch", { Records: [{}, {}] }],
    ["no JSON", { Records: [{ body: "{", receiptHandle: "r", eventSourceARN: "a:b", attributes: { ApproximateReceiveCount: "1" } }] }],
  ])("refuses an event with %s", async (_, event) => {
    await expect(invoke(event)).rejects.toMatchObject({ condition: "INVALID_TASK_EVENT" });
  });

  test("refuses a task that would write elsewhere", async () => {
    const { message } = await prepareTask(ten());
    await expect(invoke({ task: { ...message, prefix: "s3://somewhere/else" } })).rejects.toMatchObject({
      condition: "INVALID_TASK_EVENT",
    });
  });
});
