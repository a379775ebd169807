import { z } from "@hono/zod-openapi";

/** What answers look like, for the OpenAPI document and the tests. The types behind them: lib/service/records.ts. */

const count = z.int().min(0);
const time = z.number().openapi({ description: "Milliseconds since 1970.", example: 1795272345678 });
const text = z.string();
const openObject = z.custom<unknown>((value) => typeof value === "object" && value !== null);

const schema = openObject.openapi("Schema", {
  type: "object",
  description: "A StructType as Spark's JSON has it.",
  additionalProperties: true,
  example: { type: "struct", fields: [{ name: "id", type: "long", nullable: false, metadata: {} }] },
});

const queryContext = z
  .object({
    objectType: text.openapi({ description: "`VIEW`, `EXECUTE IMMEDIATE`; empty for a statement's own text." }),
    objectName: text,
    startIndex: count,
    stopIndex: count.openapi({ description: "Of the last character." }),
    fragment: text,
    line: count,
    position: count,
    summary: text.openapi({ description: "The lines around, with the fragment marked." }),
  })
  .openapi("QueryContext", { description: "The piece of SQL text that an error is about." });

export const problem = z
  .object({
    type: text.openapi({ description: "`urn:firecrest:error:<condition>`" }),
    title: text,
    status: z.int().min(400).max(599),
    detail: text,
    condition: text.openapi({ description: "Spark's error condition, or one of Firecrest's own." }),
    sqlState: text,
    messageParameters: z.record(z.string(), z.string()),
    origin: text.optional().openapi({ description: "Where the mistake stands in the program that made the plan." }),
    context: queryContext.optional(),
    instance: text.openapi({ description: "The request: `urn:uuid:<id>`, as in the header X-Request-Id." }),
  })
  .openapi("Problem", {
    description: "RFC 9457, with the condition, the SQLSTATE and the values of the message.",
    example: {
      type: "urn:firecrest:error:JOB_NOT_FOUND",
      title: "Job not found",
      status: 404,
      detail:
        "[JOB_NOT_FOUND] There is no job 01jd8k5m2qv7x9c4b6n8r0t2w3. It may never have been, or its retention has ended. SQLSTATE: 42704",
      condition: "JOB_NOT_FOUND",
      sqlState: "42704",
      messageParameters: { job: "01jd8k5m2qv7x9c4b6n8r0t2w3" },
      instance: "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
    },
  });

const usage = z
  .object({
    gbSeconds: z.number(),
    scratchGbSeconds: z.number(),
    invocations: z.number(),
    storeReads: z.number(),
    storeWrites: z.number(),
    queueRequests: z.number(),
  })
  .openapi("Usage", {
    description: "What is paid for: memory and disk held for a time, starts of functions, requests to the store and the queues.",
  });
const stageCost = z.object({ label: text, usage, dollars: z.number() }).openapi("StageCost");
const costReport = z
  .object({ usage, dollars: z.number(), stages: z.array(stageCost), coordinator: stageCost })
  .openapi("CostReport", { description: "At list prices, so far or in all; absent where nothing has a price." });

const taskMetrics = z
  .object({
    wallMs: z.number(),
    billedMs: z.number(),
    cpuMs: z.number(),
    rowsIn: count,
    rowsOut: count,
    bytesRead: count,
    bytesShuffleRead: count,
    bytesWritten: count,
    requests: count,
    storeReads: count,
    storeWrites: count,
    peakMemory: z.number(),
    spilledBytes: count,
  })
  .openapi("TaskMetrics", { description: "Sums over tasks; `peakMemory` is the largest of one, in bytes." });

const stageView = z
  .object({
    label: text.openapi({ example: "Scan lineitem -> Filter -> Aggregate (partial)" }),
    status: z.enum(["waiting", "running", "complete", "failed", "stopped"]).openapi({
      description: "`failed` and `stopped`: under way when the job ended early, with failed attempts or without.",
    }),
    tasks: count,
    running: count,
    done: count,
    failed: count.openapi({ description: "Attempts that failed and were made again." }),
    metrics: taskMetrics,
    usage,
  })
  .openapi("StageView");

const jobError = z
  .object({
    condition: text,
    sqlState: text,
    message: text,
    messageParameters: z.record(z.string(), z.string()),
    origin: text.optional(),
    context: queryContext.optional(),
  })
  .openapi("JobError");

const resultView = z
  .object({ schema, rows: count, bytes: count, pages: z.array(z.object({ rows: count, bytes: count })) })
  .openapi("ResultView", { description: "The rows of a query that has succeeded; each page is a whole Arrow IPC stream." });

export const estimate = z
  .object({
    seconds: z.number(),
    dollars: z.number(),
    tasks: count,
    workers: count.openapi({ description: "The most at once." }),
    requests: z.number(),
    usage,
    stages: z.array(
      z
        .object({
          label: text,
          tasks: count,
          workers: count,
          memory: z.number().openapi({ description: "Bytes of each worker." }),
          bytesRead: z.number(),
          bytesShuffleRead: z.number(),
          bytesWritten: z.number(),
          rowsOut: z.number(),
          seconds: z.number(),
          usage,
          dollars: z.number(),
        })
        .openapi("StageEstimate"),
    ),
    coordinator: z.object({ usage, dollars: z.number() }),
  })
  .openapi("Estimate", {
    description: "What a job is likely to take, by the statistics of its files: skew, retries and a busy fleet take longer.",
  });

export const jobStatus = z
  .object({
    job: text,
    kind: z.enum(["query", "program"]),
    name: text,
    caller: text,
    parent: text.optional(),
    state: z.enum(["queued", "running", "committing", "succeeded", "failed", "cancelled"]),
    version: count.openapi({ description: "Grows with each change." }),
    createdAt: time,
    startedAt: time.optional(),
    endedAt: time.optional(),
    stages: z.array(stageView),
    metrics: z
      .object({ rows: count, bytesRead: count, bytesWritten: count, tasks: count, wallMs: z.number(), cost: costReport.optional() })
      .optional(),
    estimate: estimate.optional(),
    cost: costReport.optional(),
    error: jobError.optional(),
    result: resultView.optional(),
    exitCode: z.int().optional(),
    cancelRequested: text.optional(),
  })
  .openapi("JobStatus");

const next = text.optional().openapi({ description: "The cursor of what follows; absent at the end." });
export const jobList = z.object({ jobs: z.array(jobStatus), next }).openapi("JobList");
export const stageList = z.object({ stages: z.array(stageView) }).openapi("StageList");
export const taskList = z
  .object({
    tasks: z.array(
      z
        .object({
          stage: count,
          partition: count,
          status: z.enum(["parked", "ready", "running", "backoff", "succeeded"]),
          attempts: count,
          failures: count,
          winner: count.optional(),
          memoryMiB: count,
        })
        .openapi("TaskView"),
    ),
    next,
  })
  .openapi("TaskList");
export const logLines = z
  .object({
    lines: z.array(z.object({ at: time, source: text, level: z.enum(["info", "warn", "error"]), message: text }).openapi("LogLine")),
    next,
  })
  .openapi("LogLines");
export const pageList = resultView;
export const pageElsewhere = z
  .object({ url: text, bytes: count })
  .openapi("PageElsewhere", { description: "Where the page can be fetched as Arrow, for some minutes." });
export const jsonRows = z.object({ schema, rows: z.array(z.array(z.unknown())) }).openapi("JsonRows", {
  description:
    "Rows as arrays in the order of the schema's fields. Numbers are exact (64-bit integers and decimals too), binary is base64, NaN and the infinities are texts, timestamps are ISO 8601 in UTC.",
  example: { schema: { type: "struct", fields: [{ name: "id", type: "long", nullable: false, metadata: {} }] }, rows: [[1], [2]] },
});

export const analysis = z
  .discriminatedUnion("what", [
    z.object({ what: z.literal("schema"), schema }),
    z.object({ what: z.literal("explain"), text }),
    z.object({ what: z.literal("inputFiles"), files: z.array(text) }),
  ])
  .openapi("Analysis");
export const upload = z
  .object({ upload: text, url: text.openapi({ description: "Takes the bytes by PUT, for some minutes, without other credentials." }) })
  .openapi("Upload");
export const warehouse = z
  .discriminatedUnion("what", [
    z.object({ what: z.literal("location"), location: text }),
    z.object({
      what: z.literal("list"),
      objects: z.array(z.object({ key: text, size: count, modified: time })),
      more: z.boolean().openapi({ description: "Ask again after the last key." }),
    }),
    z.object({ what: z.literal("get"), text: text.optional().openapi({ description: "Absent where there is no such object." }) }),
    z.object({ what: z.literal("put"), written: z.boolean().openapi({ description: "Not so where the object was there." }) }),
    z.object({ what: z.literal("delete") }),
    z.object({ what: z.literal("move") }),
  ])
  .openapi("WarehouseAnswer");
export const scratch = z
  .object({
    scratch: text,
    location: text.openapi({ description: "A folder that plans may write to and read." }),
    url: text.openapi({ description: "Takes one object by PUT, for some minutes, without other credentials; it is `rows` in the folder." }),
  })
  .openapi("Scratch");
export const health = z.object({ status: z.literal("ok"), version: text }).openapi("Health");
export const openApiView = openObject.openapi("OpenApiDocument", { type: "object", additionalProperties: true });
