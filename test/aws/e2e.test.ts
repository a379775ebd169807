import { execFile } from "node:child_process";
import { appendFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openJobClient } from "../../lib/backends/remote/open.ts";
import { openConnectServer } from "../../lib/connect/service/server.ts";
import { col, functions as F, type SparkSession } from "../../lib/firecrest.ts";
import type { SqlText } from "../../lib/service/records.ts";
import { pythonUnavailable, runPython } from "../connect/support/python.ts";
import { answers, program } from "../connect/support/service-program.ts";
import { runProgram } from "../examples/pyspark/programs.ts";
import { type Deployment, deploy, emulatorEnvironment, root } from "../support/deployment.ts";
import { send } from "../support/http.ts";
import { type LocalStack, localStackUnavailable, startLocalStack } from "../support/localstack.ts";
import { empty, keysBelow, latestJob, openUploads } from "../support/s3.ts";
import { openSession, temporaryFolder } from "../support/sessions.ts";
import { answerOf, tpchPath, tpchUnavailable, upload, uploadTables } from "../support/tpch.ts";

/**
 * Firecrest as its users have it on AWS, here on an emulator: `cdk deploy`, jobs over HTTP, an update under way, `cdk destroy`.
 * The tests go one after the other over the same deployment.
 */
const unavailable = localStackUnavailable() ?? tpchUnavailable();
const STACK = "FirecrestE2e";
const DEPLOY_MS = 400_000;
const JOB_MS = 180_000;

/** Several tasks of each scan, every exchange, no broadcast. */
const exchanges = {
  "spark.sql.shuffle.partitions": "3",
  "spark.default.parallelism": "3",
  "spark.sql.files.maxPartitionBytes": "48k",
  "spark.sql.autoBroadcastJoinThreshold": "-1",
  "spark.sql.session.timeZone": "UTC",
};

describe.skipIf(unavailable)(`a deployment${unavailable ? ` (skipped: ${unavailable})` : ""}`, () => {
  let localStack: LocalStack;
  let deployment: Deployment;
  let local: SparkSession;
  let remote: SparkSession;
  const choices = { fleetLimit: 6, memoryTiersMiB: "1769,3538", heartbeatSeconds: 2 };
  const flights = join(root, "node_modules/vega-datasets/data");

  beforeAll(async () => {
    localStack = await startLocalStack();
    Object.assign(process.env, emulatorEnvironment(localStack.endpoint));
    deployment = await deploy(localStack, STACK, choices);
    local = await openSession({ "spark.sql.session.timeZone": "UTC" });
    await uploadTables(local, await temporaryFolder(), localStack.endpoint, deployment.bucket, "data/tpch");
    await upload(flights, localStack.endpoint, deployment.bucket, "data/flights", ["flights-3m.parquet", "airports.csv"]);
    remote = await openSession({ "spark.master": deployment.url, ...exchanges });
  }, DEPLOY_MS);
  afterAll(async () => {
    await remote?.stop();
    await localStack?.stop();
  });

  const data = (folder: string) => `s3://${deployment.bucket}/data/${folder}`;

  test.each(["q01", "q03", "q06", "q12", "q18"] as const)(
    "answers TPC-H %s over HTTP, with every exchange, as the embedded engine does",
    async (query) => {
      const expected = await answerOf(query, local, tpchPath());
      expect(expected.length).toBeGreaterThan(0);
      expect(await answerOf(query, remote, data("tpch"))).toEqual(expected);
      const { stages } = await latestJob(deployment.bucket);
      expect(stages.length).toBeGreaterThan(1);
      expect(stages.reduce((sum, { tasks }) => sum + tasks, 0)).toBeGreaterThanOrEqual(5);
    },
    JOB_MS,
  );

  test(
    "runs the flights job from the command line",
    async () => {
      const { stdout, stderr } = await firecrest(
        ["submit", "--to", deployment.url, "examples/flights/flights.ts", data("flights"), data("out")],
        deployment,
      );
      expect(stdout).toContain("2,999,792 of 3,000,000 flights kept.");
      expect(stderr).toMatch(/\$0\.\d+/);
      expect(stderr).toMatch(/ estimated +actual +factor\n +\$0\.\d+ +\$0\.\d+ +\d+\.\d {2}cost\n/);
      const written = remote.read.parquet(`${data("out")}/flights`);
      expect(await written.count()).toBe(2_999_792);
      expect(await openUploads(deployment.bucket)).toEqual([]);
    },
    JOB_MS,
  );

  test.skipIf(pythonUnavailable())(
    "runs a PySpark program as it is",
    async () => {
      await upload(flights, localStack.endpoint, deployment.bucket, "data/films", ["movies.json"]);
      const server = await openConnectServer({ spark: remote, host: "127.0.0.1", port: 0 });
      try {
        const printed = await runProgram(`sc://127.0.0.1:${server.port}`, "etl", [`${data("films")}/movies.json`, data("films-by-decade")]);
        expect(printed).toBe(await readFile(join(root, "test/examples/pyspark/answers/etl.txt"), "utf8"));
        expect(await remote.read.parquet(data("films-by-decade")).count()).toBe(2690);
      } finally {
        await server.close();
      }
    },
    JOB_MS,
  );

  test.skipIf(pythonUnavailable())(
    "keeps rows and tables of PySpark programs, and no rows of a session that has ended",
    async () => {
      const server = await openConnectServer({ spark: await openSession({ "spark.master": deployment.url }), host: "127.0.0.1", port: 0 });
      try {
        const printed = await runPython(`sc://127.0.0.1:${server.port}`, program, { env: { TABLES: "pyspark" } });
        expect(JSON.parse(printed)).toEqual(answers);
        await expect.poll(() => keysBelow(deployment.bucket, "scratch/"), { timeout: 20_000 }).toEqual([]);
      } finally {
        await server.close();
      }
    },
    JOB_MS,
  );

  test(
    "runs SQL text over HTTP, on tables whose catalog is in the bucket",
    async () => {
      const { jobs, disconnect } = openJobClient(deployment.url, {});
      const rowsOf = async (text: string, args?: SqlText["args"]) => {
        let status = await jobs.submitSql({ text, ...(args ? { args } : {}) }, { idempotencyKey: crypto.randomUUID() });
        for await (status of jobs.follow(status));
        expect(status.error).toBeUndefined();
        const chunks = await Array.fromAsync(jobs.rows(status, new AbortController().signal));
        return chunks.flatMap((chunk) => [...tableFromIPC(chunk)].map((row) => row.toArray()));
      };
      const orders = `parquet.\`${data("tpch")}/orders.parquet\``;
      await rowsOf(`CREATE SCHEMA shop; USE shop;
        CREATE TABLE orders PARTITIONED BY (year) AS SELECT o_orderkey AS id, o_totalprice AS price, year(o_orderdate) AS year FROM ${orders}`);
      await rowsOf("INSERT INTO shop.orders PARTITION (year = 2030) VALUES (:id, :price)", { id: -1, price: 2 });
      expect((await rowsOf("SHOW PARTITIONS shop.orders")).length).toBe(8);
      const [[count]] = (await rowsOf(`SELECT count(*) FROM ${orders}`)) as [[bigint]];
      const later = "USE shop; SELECT count(*), min(id) FROM orders WHERE year >= ?";
      expect(await rowsOf(later, [1900])).toEqual([[count + 1n, -1n]]);
      expect(await rowsOf(later, [2000])).toEqual([[1n, -1n]]);
      disconnect();
      const args = [
        "submit",
        "--to",
        deployment.url,
        "--sql",
        "SELECT price * :n AS much FROM shop.orders WHERE id = -1",
        "--args",
        '{"n": 3}',
      ];
      expect((await firecrest(args, deployment)).stdout).toMatch(/much[\s\S]*6\.00/);
    },
    JOB_MS,
  );

  test(
    "runs a bundled program to its end after its submitter has left",
    async () => {
      const { stdout } = await firecrest(
        ["submit", "--to", deployment.url, "--detach", "test/aws/order-priorities.ts", data("tpch")],
        deployment,
      );
      const job = /[a-z0-9]{26}/.exec(stdout)?.[0];
      expect(job).toBeDefined();
      await firecrest(["jobs", "wait", "--to", deployment.url, job!], deployment);
      const logs = await firecrest(["jobs", "logs", "--to", deployment.url, job!], deployment);
      expect(logs.stdout).toContain("5 order priorities, 15000 orders");
      const { jobs, disconnect } = openJobClient(deployment.url, {});
      const callers = (await jobs.list(5, job)).map(({ caller }) => caller);
      disconnect();
      expect(callers).toEqual(Array(2).fill(expect.stringMatching(new RegExp(`:assumed-role/.*ProgramRole.*/${job}$`))));
    },
    JOB_MS,
  );

  test(
    "finishes a job that runs while the stack is updated with changed code",
    async () => {
      const slow = remote
        .range(0, 40, 1, 8)
        .select(col("id"), F.udf(slowly, "bigint")(col("id")).alias("same"))
        .agg(F.count("*").alias("n"), F.sum("same").alias("sum"));
      const running = slow.collect();
      await changeCode();
      await deployment.update({ ...choices, retentionDays: 7 });
      expect((await running).map((row) => [row.n, row.sum])).toEqual([[40n, 780n]]);
      expect((await remote.range(3).collect()).length).toBe(3);
    },
    DEPLOY_MS,
  );

  test("refuses who does not sign, and what is no job", async () => {
    expect((await send("GET", `${deployment.url}v1/jobs`)).status).toBe(403);
    expect((await send("GET", `${deployment.url}v1/jobs/..%2f..%2fetc`)).status).toBe(403);
  });

  test(
    "is destroyed and leaves nothing behind",
    async () => {
      await remote.stop();
      await empty(deployment.bucket);
      await deployment.destroy();
      const { Functions = [] } = await new LambdaClient({}).send(new ListFunctionsCommand({}));
      expect(Functions.map(({ FunctionName }) => FunctionName).filter((name) => name?.startsWith(STACK))).toEqual([]);
      const { QueueUrls = [] } = await new SQSClient({}).send(new ListQueuesCommand({}));
      expect(QueueUrls.filter((url) => url.includes(STACK))).toEqual([]);
      const { Buckets = [] } = await new S3Client({ forcePathStyle: true }).send(new ListBucketsCommand({}));
      expect(Buckets.map(({ Name }) => Name).filter((name) => name === deployment.bucket)).toEqual([]);
    },
    DEPLOY_MS,
  );
});

/** As a user types it. */
function firecrest(args: readonly string[], { environment }: Deployment) {
  return promisify(execFile)("npx", ["firecrest", ...args], { cwd: root, timeout: JOB_MS, env: { ...process.env, ...environment } });
}

/** A user's function that takes its time: a task of five rows about 2.5 s. */
function slowly(id: bigint): bigint {
  const until = Date.now() + 500;
  while (Date.now() < until);
  return id;
}

/** What a new version of Firecrest does to a stack: every function gets new code. */
async function changeCode(): Promise<void> {
  const bundles = join(root, "dist/functions");
  for (const name of await readdir(bundles, { withFileTypes: true }))
    if (name.isDirectory()) await appendFile(join(bundles, name.name, "index.cjs"), `\n// changed ${Date.now()}\n`);
}
