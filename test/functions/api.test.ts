import { randomUUID } from "node:crypto";
import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { APIGatewayProxyStructuredResultV2, LambdaFunctionURLEvent } from "aws-lambda";
import { beforeAll, describe, expect, test } from "vitest";
import { planToJson } from "../../lib/engine/logical/plan-json.ts";
import { arrowToRows } from "../../lib/engine/types/convert.ts";
import type { StructType } from "../../lib/engine/types/data-type.ts";
import { typeFromJson } from "../../lib/engine/types/json.ts";
import { type DataFrame, functions as F, type SparkSession } from "../../lib/firecrest.ts";
import { isOver, type JobStatus } from "../../lib/service/records.ts";
import { createQueue, type Queue } from "../support/emulated-aws.ts";
import { type FunctionsBench, openFunctions, pump, receive } from "../support/functions.ts";
import { localStackUnavailable, sharedLocalStack } from "../support/localstack.ts";
import { openSession } from "../support/sessions.ts";

const unavailable = localStackUnavailable();
const PATIENCE_MS = 180_000;
const ANN = "arn:aws:iam::000000000000:user/ann";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: Uint8Array;
}

describe.skipIf(unavailable)(`the API's function${unavailable ? ` (skipped: ${unavailable})` : ""}`, () => {
  let bench: FunctionsBench;
  let drivers: Queue;
  let spark: SparkSession;
  let logGroup: string;
  let handler: (event: LambdaFunctionURLEvent) => Promise<APIGatewayProxyStructuredResultV2>;

  beforeAll(async () => {
    const { endpoint } = await sharedLocalStack();
    [bench, spark] = await Promise.all([openFunctions({ endpoint }), openSession()]);
    drivers = await createQueue(bench.aws, `${bench.bucket}-drivers.fifo`, { FifoQueue: "true" });
    logGroup = `/firecrest/${bench.bucket}`;
    Object.assign(process.env, {
      FIRECREST_DRIVER_QUEUE: drivers.url,
      FIRECREST_AUTH: "iam",
      FIRECREST_LOG_GROUPS: `/firecrest/never-ran,${logGroup}`,
    });
    handler = (await import("../../functions/api/handler.ts")).handler as unknown as typeof handler;
  }, 600_000);

  /** A request as a function URL with IAM passes it on. */
  async function call(
    method: string,
    target: string,
    body?: unknown,
    more: { readonly principal?: string; readonly headers?: object } = {},
  ) {
    const { principal = ANN, headers = {} } = more;
    const [rawPath, rawQueryString = ""] = target.split("?") as [string, string?];
    const {
      statusCode,
      headers: sent,
      body: text = "",
      isBase64Encoded,
    } = await handler({
      version: "2.0",
      rawPath,
      rawQueryString,
      headers: { host: "api.example", ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      requestContext: {
        requestId: randomUUID(),
        domainName: "api.example",
        http: { method, path: rawPath },
        ...(principal === "" ? {} : { authorizer: { iam: { userArn: principal } } }),
      },
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)).toString("base64") }),
      isBase64Encoded: body !== undefined,
    } as unknown as LambdaFunctionURLEvent);
    // Text would grow by escapes that nobody can tell before.
    expect(isBase64Encoded || text === "").toBe(true);
    return { status: statusCode!, headers: sent ?? {}, bytes: new Uint8Array(Buffer.from(text, "base64")) } satisfies Answer;
  }
  const json = ({ bytes }: Answer) => JSON.parse(new TextDecoder().decode(bytes));
  const query = (df: DataFrame) => ({ kind: "query", plan: planToJson(df.plan) });

  /** Submits and brings to its end by one coordinator and one task function of each tier. */
  async function run(df: DataFrame): Promise<JobStatus> {
    const submitted = await call("POST", "/v1/jobs", query(df));
    expect(submitted.status).toBe(202);
    let status = json(submitted) as JobStatus;
    const over = () => isOver(status.state);
    const lanes = [
      pump(bench, bench.wakes, bench.handlers.coordinator, over),
      ...bench.tasks.map((queue) => pump(bench, queue, bench.handlers.task, over)),
    ];
    while (!over()) status = json(await call("GET", `/v1/jobs/${status.job}/events?after=${status.version}&wait=5`));
    await Promise.all(lanes);
    expect(status.error).toBeUndefined();
    return status;
  }

  test("answers nobody whom IAM has not let in, but for its health", async () => {
    expect((await call("GET", "/v1/health", undefined, { principal: "" })).status).toBe(200);
    const refused = await call("GET", "/v1/jobs", undefined, { principal: "" });
    expect([refused.status, json(refused).condition]).toEqual([401, "UNAUTHENTICATED"]);
  });

  test(
    "submits, wakes a coordinator, and gives the rows of what was run, with the caller's name",
    async () => {
      const status = await run(spark.range(5).withColumn("b", F.lit(new Uint8Array([0, 255]))));
      expect(status.caller).toBe(ANN);
      const page = await call("GET", `/v1/jobs/${status.job}/results/0`, undefined, {
        headers: { accept: "application/vnd.apache.arrow.stream" },
      });
      expect(page.headers["content-type"]).toBe("application/vnd.apache.arrow.stream");
      const rows = [...arrowToRows(page.bytes, typeFromJson(status.result!.schema) as StructType)];
      expect(rows.map(({ id }) => id)).toEqual([0n, 1n, 2n, 3n, 4n]);
      const parquet = await call("GET", `/v1/jobs/${status.job}/results/0?format=parquet`);
      expect(new TextDecoder("latin1").decode(parquet.bytes.subarray(0, 4))).toBe("PAR1");
      expect(json(await call("GET", `/v1/jobs/${status.job}/results/0?format=json`)).rows[4]).toEqual([4, "AP8="]);
      expect(json(await call("GET", "/v1/jobs?limit=1")).jobs[0].job).toBe(status.job);
    },
    PATIENCE_MS,
  );

  test(
    "sends whoever asks for a page that no function may answer to the bucket",
    async () => {
      const status = await run(spark.range(0, 60_000, 1, 1).select(F.repeat(F.lit("x"), F.lit(100)).alias("x")));
      const large = status.result!.pages.findIndex(({ bytes }) => bytes > 4 * 1024 ** 2);
      expect(large).toBeGreaterThanOrEqual(0);
      const elsewhere = await call("GET", `/v1/jobs/${status.job}/results/${large}`);
      expect(elsewhere.status).toBe(307);
      const page = new Uint8Array(await (await fetch(String(elsewhere.headers.location))).arrayBuffer());
      const rows = [...arrowToRows(page, typeFromJson(status.result!.schema) as StructType)];
      expect(rows.length).toBe(status.result!.pages[large]!.rows);
      expect((await call("GET", `/v1/jobs/${status.job}/results/${large}?format=json`)).status).toBe(406);
    },
    PATIENCE_MS,
  );

  test("wakes a driver for a program whose bundle went to the bucket by itself", async () => {
    const { upload, url } = json(await call("POST", "/v1/uploads", { bytes: 14 }));
    expect((await fetch(url, { method: "PUT", body: "console.log(1)" })).status).toBe(200);
    const submitted = await call("POST", "/v1/jobs", { kind: "program", bundle: { upload } });
    expect(submitted.status).toBe(202);
    const message = await receive(bench.aws, drivers, 10);
    expect(JSON.parse(message!.Body!)).toMatchObject({ job: json(submitted).job });
  });

  test(
    "asks a job that nobody coordinates yet to stop, and its coordinator does so",
    async () => {
      const { job } = json(await call("POST", "/v1/jobs", query(spark.range(1_000))));
      expect((await call("DELETE", `/v1/jobs/${job}`)).status).toBe(202);
      let state = "queued";
      await pump(bench, bench.wakes, bench.handlers.coordinator, () => {
        void call("GET", `/v1/jobs/${job}`).then((answer) => {
          state = json(answer).state;
        });
        return state === "cancelled";
      });
      expect(json(await call("GET", `/v1/jobs/${job}`)).state).toBe("cancelled");
    },
    PATIENCE_MS,
  );

  test("estimates by the deployment's own tiers and fleet", async () => {
    const answer = await call("POST", "/v1/estimates", { plan: planToJson(spark.range(0, 1_000_000, 1, 64).plan) });
    expect(answer.status).toBe(200);
    expect(json(answer)).toMatchObject({ tasks: 64, workers: 8 });
  });

  test(
    "tells what functions wrote about a job, and nothing of other jobs",
    async () => {
      const { job } = json(await call("POST", "/v1/jobs", query(spark.range(1))));
      const logs = new CloudWatchLogsClient({});
      await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
      await logs.send(new CreateLogStreamCommand({ logGroupName: logGroup, logStreamName: "s" }));
      const line = (of: string, message: string) => JSON.stringify({ job: of, source: "task 0.0.0", level: "warn", message });
      const texts = [line(job, "first"), line("0".repeat(26), `not of ${job}`), `START of something with ${job}`, line(job, "second")];
      const at = Date.now();
      const logEvents = texts.map((message, i) => ({ timestamp: at + i, message }));
      await logs.send(new PutLogEventsCommand({ logGroupName: logGroup, logStreamName: "s", logEvents }));
      const messages: string[] = [];
      for (let next: string | undefined = ""; next !== undefined; ) {
        const page = json(await call("GET", `/v1/jobs/${job}/logs?limit=1${next === "" ? "" : `&cursor=${encodeURIComponent(next)}`}`));
        messages.push(...page.lines.map(({ source, level, message }: Record<string, string>) => `${source} ${level} ${message}`));
        next = page.next;
      }
      expect(messages).toEqual(["task 0.0.0 warn first", "task 0.0.0 warn second"]);
    },
    PATIENCE_MS,
  );
});
