import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createInbox } from "../../lib/backends/aws/sqs-inbox.ts";
import type { Conf } from "../../lib/dataframe/engine-port.ts";
import type { LogicalPlan } from "../../lib/engine/logical/plan.ts";
import { planToJson } from "../../lib/engine/logical/plan-json.ts";
import { arrowToRows } from "../../lib/engine/types/convert.ts";
import type { StructType } from "../../lib/engine/types/data-type.ts";
import { typeFromJson } from "../../lib/engine/types/json.ts";
import { col, type DataFrame, functions as F, type SparkSession } from "../../lib/firecrest.ts";
import { isOver, type JobStatus } from "../../lib/service/records.ts";
import { eventually } from "../support/emulated-aws.ts";
import { contextOf, type FunctionsBench, type Handler, openFunctions, pump } from "../support/functions.ts";
import { type LocalStack, localStackUnavailable, startLocalStack } from "../support/localstack.ts";
import { forcedExchanges, openSession, temporaryFolder } from "../support/sessions.ts";
import { upload } from "../support/tpch.ts";

const unavailable = localStackUnavailable();
const LONG_MS = 900_000;
/** A coordinator keeps 30 s of its time for itself; each has a little more than the one before, so that one ends the job on any machine. */
const briefly = (n: number): number => 31_000 + n * 500;

describe.skipIf(unavailable)(`jobs on functions${unavailable ? ` (skipped: ${unavailable})` : ""}`, { timeout: 240_000 }, () => {
  let localStack: LocalStack;
  let bench: FunctionsBench;
  let spark: SparkSession;
  let folder: string;

  beforeAll(async () => {
    // Of its own: its requests are counted.
    localStack = await startLocalStack();
    const { endpoint } = localStack;
    [bench, spark, folder] = await Promise.all([openFunctions({ endpoint }), openSession(forcedExchanges), temporaryFolder()]);
    const numbers = join(folder, "numbers");
    await spark.range(0, 20_000, 1, 4).withColumn("rest", col("id").mod(7)).write.parquet(numbers);
    const files = (await readdir(numbers)).filter((name) => name.endsWith(".parquet"));
    await upload(numbers, endpoint, bench.bucket, "data/numbers", files);
  }, 600_000);
  afterAll(() => localStack?.stop());

  const data = () => `s3://${bench.bucket}/data`;
  const read = (path: string): DataFrame => spark.read.schema("id bigint, rest bigint").parquet(path);
  /** Two shuffles, a sample and a sort. */
  const query = (path: string) =>
    read(path).groupBy("rest").agg(F.count("*").alias("n"), F.sum("id").alias("sum")).orderBy(col("rest").desc());

  interface Lanes {
    readonly coordinator?: Handler;
    readonly task?: Handler;
    readonly coordinatorMs?: (n: number) => number;
  }

  /** Runs a plan: a lane of coordinators and one of tasks for each tier. Gives how it ended, and how many coordinators it took. */
  async function run(
    plan: LogicalPlan,
    { coordinator = bench.handlers.coordinator, task = bench.handlers.task, coordinatorMs = () => LONG_MS }: Lanes = {},
    conf: Conf = forcedExchanges,
  ) {
    const { status } = await bench.jobs.submit({ kind: "query", plan: planToJson(plan), conf }, "tests");
    let last: JobStatus = status;
    let given = false;
    const over = () => given || isOver(last.state);
    const lanes = Promise.all([
      pump(bench, bench.wakes, coordinator, over, coordinatorMs),
      ...bench.tasks.map((queue) => pump(bench, queue, task, over)),
    ]);
    try {
      while (!over()) last = await Promise.race([bench.jobs.changed(status.job, last.version, 5_000), lanes.then(() => last)]);
    } finally {
      given = true;
      await lanes;
    }
    const [coordinators] = await lanes;
    return { status: last, coordinators };
  }

  async function rowsOf({ job, result }: JobStatus) {
    const page = await bench.jobs.page(job, 0);
    expect([page.kind, result?.pages.length]).toEqual(["inline", 1]);
    return [...arrowToRows((page as { arrow: Uint8Array }).arrow, typeFromJson(result!.schema) as StructType)];
  }

  const answer = async () => (await query(join(folder, "numbers")).collect()).map((row) => ({ ...row }));
  const answered = async (status: JobStatus) => {
    expect(status.error).toBeUndefined();
    expect((await rowsOf(status)).map((row) => ({ ...row }))).toEqual(await answer());
  };

  test("a query over Parquet with every exchange gives the embedded engine's rows, for a known number of requests", async () => {
    const before = (await localStack.counters()).requests;
    const { status, coordinators } = await run(query(`${data()}/numbers`).plan);
    const after = (await localStack.counters()).requests;
    await answered(status);
    const counted = (operation: string) => (after[operation] ?? 0) - (before[operation] ?? 0);
    const tasks = status.stages.reduce((sum, stage) => sum + stage.tasks, 0);
    expect([coordinators, tasks > 8]).toEqual([1, true]);
    expect({
      // The wake; the start and the end of each task.
      send: counted("sqs.SendMessage"),
      create: counted("sqs.CreateQueue"),
      remove: counted("sqs.DeleteQueue"),
    }).toEqual({ send: 1 + 2 * tasks, create: 1, remove: 1 });
    // A call a stage or less, had the tiers' functions not refused at first; URLs of the inbox and the task queue once a worker.
    expect(counted("sqs.SendMessageBatch")).toBeLessThanOrEqual(tasks);
    expect(counted("sqs.GetQueueUrl")).toBeLessThanOrEqual(4);
  });

  test("a job whose every task is delivered twice at once gives the same rows", async () => {
    const twice: Handler = async (event, context) => {
      await Promise.all([bench.handlers.task(event, context), bench.handlers.task(event, context)]);
    };
    await answered((await run(query(`${data()}/numbers`).plan, { task: twice })).status);
  });

  test("a job outlives the worker of each task's first attempt", async () => {
    const died = new Set<string>();
    // As if the process had been lost before it could say anything: the queue gives the message out again.
    const mortal: Handler = async (event, context) => {
      const { body } = (event as { Records: [{ body: string }] }).Records[0];
      const { id } = (JSON.parse(body) as { task: { id: string } }).task;
      if (!id.endsWith(".0") || died.has(id)) return bench.handlers.task(event, context);
      died.add(id);
      const record = (event as { Records: [object] }).Records[0];
      return bench.handlers.task({ Records: [{ ...record, attributes: { ApproximateReceiveCount: "2" } }] } as never, context);
    };
    const { status } = await run(query(`${data()}/numbers`).plan, { task: mortal });
    await answered(status);
    expect(died.size).toBe(status.stages.reduce((sum, stage) => sum + stage.tasks, 0));
  });

  test("coordinators hand a job over before their time is up, and the last one ends it", async () => {
    const { status, coordinators } = await run(query(`${data()}/numbers`).plan, { coordinatorMs: briefly });
    await answered(status);
    expect(coordinators).toBeGreaterThan(1);
  });

  test("a write leaves its files and nothing else", async () => {
    const path = `${data()}/copied`;
    const frame = read(`${data()}/numbers`).repartition(3);
    const plan: LogicalPlan = { kind: "write", child: frame.plan, format: "parquet", path, mode: "error", options: {}, partitionBy: [] };
    const { status } = await run(plan);
    expect(status).toMatchObject({ state: "succeeded" });
    const written: string[] = [];
    for await (const { key } of bench.environment.store.list(`${path}/`)) written.push(key.slice(path.length + 1));
    expect(written.map((name) => name.replace(/^part-.*\.parquet$/, "part"))).toEqual(["_SUCCESS", "part", "part", "part"]);
    expect(await run(query(path).plan).then(({ status: read }) => rowsOf(read))).toHaveLength(7);
  });

  test("messages in the inbox that are torn, or no reports, harm nobody", async () => {
    let job = "";
    const beside: Handler = async (event, context) => {
      ({ job } = JSON.parse((event as { Records: [{ body: string }] }).Records[0].body) as { job: string });
      const queueUrl = await createInbox(bench.aws.sqs, `${bench.inboxPrefix}${job}`);
      for (const body of ['{"kind":"task","report":{"job":', "null", '{"kind":"task"}', '{"kind":"unheard of"}'])
        await bench.aws.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
      return bench.handlers.coordinator(event, context);
    };
    await answered((await run(query(`${data()}/numbers`).plan, { coordinator: beside })).status);
    expect(job).not.toBe("");
  });

  test("cancelling a job ends it, and stops its tasks although their code never ends", async () => {
    const forEver = F.udf(() => {
      for (;;);
    }, "int");
    const started: string[] = [];
    const watched: Handler = (event, context) => {
      started.push((JSON.parse((event as { Records: [{ body: string }] }).Records[0].body) as { task: { job: string } }).task.job);
      return bench.handlers.task(event, context);
    };
    const running = run(spark.range(0, 1, 1, 1).select(forEver("id")).plan, { task: watched });
    await eventually(async () => expect(started.length).toBe(1));
    await bench.jobs.cancel(started[0]!, "no longer wanted");
    // The lanes end with the tasks that they run.
    expect((await running).status).toMatchObject({ state: "cancelled" });
  });

  test("a user's mistake fails the job with its condition", async () => {
    const { status } = await run(read(`${data()}/numbers`).select(col("id").divide(col("rest").minus(col("rest")))).plan);
    expect(status).toMatchObject({ state: "failed", error: { condition: "DIVIDE_BY_ZERO" } });
  });

  test("a second wake of a job that is over changes nothing", async () => {
    const { status } = await run(read(`${data()}/numbers`).limit(3).plan);
    const record = { body: JSON.stringify({ job: status.job }), receiptHandle: "none", messageId: "m" };
    await bench.handlers.coordinator({ Records: [record] } as never, contextOf(LONG_MS));
    expect(await bench.jobs.status(status.job)).toEqual(status);
  });

  test.each([
    ["no record", []],
    ["two", [{}, {}]],
    ["no job", [{ body: "{}" }]],
  ])("a coordinator refuses an event with %s", async (_, Records) => {
    const call = bench.handlers.coordinator({ Records } as never, contextOf(LONG_MS));
    await expect(call).rejects.toMatchObject({ condition: "INVALID_WAKE_EVENT" });
  });
});
