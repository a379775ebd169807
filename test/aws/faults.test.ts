import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { GetQueueAttributesCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { col, functions as F, type FirecrestError, SparkSession } from "../../lib/firecrest.ts";
import { type Deployment, deploy, emulatorEnvironment } from "../support/deployment.ts";
import { type LocalStack, localStackUnavailable, startLocalStack } from "../support/localstack.ts";
import { keysBelow, latestJob, openJobs, openUploads } from "../support/s3.ts";
import { openSession, temporaryFolder } from "../support/sessions.ts";
import { answerOf, tpchPath, tpchUnavailable, uploadTables } from "../support/tpch.ts";

/**
 * A deployment to which bad things happen: each job must end in the right answer, with nothing doubled and nothing left.
 * `npm test` does each once; FAULT_ROUNDS (`npm run e2e:faults`) says how often.
 */
const rounds = Number(process.env.FAULT_ROUNDS ?? 1);
const unavailable = localStackUnavailable() ?? tpchUnavailable();
const STACK = "FirecrestFaults";
const DEPLOY_MS = 400_000;
const JOB_MS = 180_000 * Math.max(1, rounds);

const exchanges = {
  "spark.sql.shuffle.partitions": "4",
  "spark.default.parallelism": "4",
  "spark.sql.files.maxPartitionBytes": "48k",
  "spark.sql.autoBroadcastJoinThreshold": "-1",
  "spark.sql.session.timeZone": "UTC",
};

describe.skipIf(unavailable)(`faults${unavailable ? ` (skipped: ${unavailable})` : ""}`, () => {
  let localStack: LocalStack;
  let deployment: Deployment;
  let remote: SparkSession;
  let expected: readonly string[];

  beforeAll(async () => {
    localStack = await startLocalStack({ limitMemory: true });
    Object.assign(process.env, emulatorEnvironment(localStack.endpoint));
    deployment = await deploy(localStack, STACK, {
      fleetLimit: 4,
      memoryTiersMiB: "1769,3538",
      heartbeatSeconds: 1,
      taskTimeoutSeconds: 40,
    });
    const local = await openSession({ "spark.sql.session.timeZone": "UTC" });
    await uploadTables(local, await temporaryFolder(), localStack.endpoint, deployment.bucket, "data/tpch");
    remote = await openSession({ "spark.master": deployment.url, ...exchanges });
    expected = await answerOf("q03", local, tpchPath());
  }, DEPLOY_MS);
  afterAll(async () => {
    await remote?.stop();
    await localStack?.stop();
  });
  afterEach(async () => {
    await localStack.faults({});
    expect(await openUploads(deployment.bucket)).toEqual([]);
  });

  const data = (folder: string) => `s3://${deployment.bucket}/data/${folder}`;
  const query = () => answerOf("q03", remote, data("tpch"));
  const times = async (body: (round: number) => Promise<void>) => {
    for (let round = 0; round < rounds; round++) await body(round);
  };

  /** Writes orders by status, and checks that each row is there once, and the folder is whole. */
  async function writeOrders(folder: string): Promise<void> {
    const orders = remote.read.parquet(`${data("tpch")}/orders.parquet`);
    await orders.repartition(3, "o_orderkey").write.mode("overwrite").parquet(data(folder));
    const [counted] = await remote.read
      .parquet(data(folder))
      .agg(F.count("*").alias("rows"), F.count_distinct("o_orderkey").alias("keys"))
      .collect();
    expect([counted!.rows, counted!.keys]).toEqual([15_000n, 15_000n]);
    const names = (await keysBelow(deployment.bucket, `data/${folder}/`)).map((key) => key.replace(/.*part-(\d+)-.*/, "part $1"));
    expect(names.toSorted()).toEqual([`data/${folder}/_SUCCESS`, "part 00000", "part 00001", "part 00002"]);
  }

  test(
    "task processes that are killed at random cost time, not rows",
    () =>
      times(async () => {
        const before = (await localStack.counters()).kills;
        await localStack.faults({ kill: { function: "Task", share: rounds > 1 ? 0.1 : 0.5, afterMs: [0, 60], atMost: 5 } });
        expect(await query()).toEqual(expected);
        if (rounds === 1) expect((await localStack.counters()).kills).toBeGreaterThan(before);
      }),
    JOB_MS,
  );

  test(
    "a coordinator that is killed five times in a job is followed by others, and its output is committed once",
    () =>
      times(async (round) => {
        const before = (await localStack.counters()).kills;
        await localStack.faults({ kill: { function: "Coordinator", share: 1, afterMs: [100, 400], atMost: 5 } });
        await writeOrders(`killed-${round}`);
        expect((await localStack.counters()).kills).toBe(before + 5);
      }),
    JOB_MS,
  );

  test(
    "messages that are delivered twice change nothing",
    () =>
      times(async (round) => {
        const before = (await localStack.counters()).duplicates;
        await localStack.faults({ duplicate: { queue: STACK } });
        await writeOrders(`twice-${round}`);
        expect(await query()).toEqual(expected);
        expect((await localStack.counters()).duplicates).toBeGreaterThan(before);
      }),
    JOB_MS,
  );

  test(
    "an object store that refuses one request of twenty is asked again",
    () =>
      times(async (round) => {
        const before = (await localStack.counters()).slowDowns;
        await localStack.faults({ s3: { share: 0.05 } });
        await writeOrders(`refused-${round}`);
        expect(await query()).toEqual(expected);
        expect((await localStack.counters()).slowDowns).toBeGreaterThan(before);
      }),
    JOB_MS,
  );

  test(
    "slow and torn objects are read again",
    () =>
      times(async () => {
        await localStack.faults({ slow: { keyContains: "/tasks/", ms: 3_000, atMost: 3 }, torn: { keyContains: "lineitem", atMost: 3 } });
        expect(await query()).toEqual(expected);
        const { slowObjects, tornObjects } = await localStack.counters();
        expect(slowObjects).toBeGreaterThan(0);
        expect(tornObjects).toBeGreaterThan(0);
      }),
    JOB_MS,
  );

  test.each(["handler", "worker"] as const)(
    "a task whose %s process hangs is replaced",
    (role) =>
      times(async () => {
        const running = query();
        const hung = await stopOne(STACK, role);
        expect(await running).toEqual(expected);
        continueIfThere(hung);
      }),
    JOB_MS,
  );

  test(
    "a task that runs out of memory is run again with more",
    () =>
      times(async () => {
        const rows = await remote
          .range(0, 1, 1, 1)
          .select(F.udf(hungry, "bigint")(col("id")).alias("bytes"))
          .collect();
        expect(rows.map((row) => row.bytes)).toEqual([1_900_000_000n]);
        const [stage] = (await latestJob(deployment.bucket)).stages;
        expect(stage!.failed).toBeGreaterThan(0);
      }),
    JOB_MS,
  );

  test(
    "twenty jobs at once share a fleet of four",
    async () => {
      const sums = await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const [row] = await remote.range(0, 1_000, 1, 2).filter(col("id").mod(20).eq(i)).agg(F.count("*").alias("n")).collect();
          return row!.n;
        }),
      );
      expect(sums).toEqual(Array.from({ length: 20 }, () => 50n));
    },
    JOB_MS * 2,
  );

  test(
    "a job that is cancelled, whenever that is, leaves a whole output or none",
    async () => {
      const delays = rounds > 1 ? Array.from({ length: 12 * rounds }, (_, i) => (i % 12) * 200) : [100, 600, 1_200];
      const seen = new Set<string>();
      for (const [i, delay] of delays.entries()) {
        const folder = `cancelled-${i}`;
        await cancelAfter(delay, (spark) =>
          spark.read
            .parquet(`${data("tpch")}/orders.parquet`)
            .repartition(3, "o_orderkey")
            .write.parquet(data(folder)),
        );
        await expect.poll(() => openJobs(deployment.bucket), { timeout: 60_000, interval: 500 }).toEqual([]);
        const { state } = await latestJob(deployment.bucket);
        seen.add(state);
        expect([state, (await keysBelow(deployment.bucket, `data/${folder}/`)).length]).toEqual([state, state === "succeeded" ? 4 : 0]);
      }
      expect(seen).toContain("cancelled");
    },
    JOB_MS,
  );

  /** Runs an action in a session of its own, which is stopped after a while: that cancels what runs. */
  async function cancelAfter(delay: number, act: (spark: SparkSession) => Promise<void>): Promise<void> {
    const spark = await SparkSession.builder.config({ "spark.master": deployment.url, ...exchanges }).create();
    const acting = act(spark).catch((thrown: FirecrestError) => expect(thrown.condition).toBe("OPERATION_CANCELED"));
    await sleep(delay);
    await spark.stop();
    await acting;
  }

  test(
    "what nobody could handle is told to its job or dropped, and no dead letter stays",
    async () => {
      const sqs = new SQSClient({});
      const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
      const dead = QueueUrls.filter((url) => url.includes("QueuesDeadTasks"));
      expect(dead.length).toBe(1);
      for (const MessageBody of ["no task at all", JSON.stringify({ task: { job: "../../etc", id: 7 } })])
        await sqs.send(new SendMessageCommand({ QueueUrl: dead[0]!, MessageBody }));
      expect(await query()).toEqual(expected);
      const letters = QueueUrls.filter((url) => url.includes("QueuesDead"));
      await expect.poll(() => countOf(sqs, letters), { timeout: 120_000, interval: 1_000 }).toBe(0);
      expect(QueueUrls.filter((url) => url.includes("-inbox-"))).toEqual([]);
    },
    JOB_MS,
  );
});

/** Messages in queues, waiting or held. */
async function countOf(sqs: SQSClient, urls: readonly string[]): Promise<number> {
  const counts = await Promise.all(
    urls.map(async (QueueUrl) => {
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
      return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Has a process of a stack's task functions stand still, as soon as there is one that runs. Gives its pid. */
async function stopOne(stack: string, role: "handler" | "worker"): Promise<number> {
  for (;;) {
    const found = readdirSync("/proc").find((pid) => /^\d+$/.test(pid) && isTask(pid, stack, role));
    if (found) {
      process.kill(Number(found), "SIGSTOP");
      return Number(found);
    }
    await sleep(20);
  }
}

/** The handler starts the worker as a child: both have the function's environment. */
function isTask(pid: string, stack: string, role: "handler" | "worker"): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
    const isWorker = readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("worker.cjs");
    return new RegExp(`AWS_LAMBDA_FUNCTION_NAME=${stack}[^\0]*Task`).test(environment) && isWorker === (role === "worker");
  } catch {
    // It has ended meanwhile.
    return false;
  }
}

function continueIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // Its function has ended it.
  }
}

/** A user's function that takes more memory than the smallest function has. */
function hungry(id: bigint): bigint {
  return BigInt(Buffer.alloc(1_900_000_000, Number(id) + 1).length);
}
