import { z } from "@hono/zod-openapi";
import type { Json } from "../../engine/logical/json-values.ts";

/** What requests look like. Strict: a field that is not here is refused, so that a misspelt limit is no limit that nobody set. */

export const JOB_ID = /^[a-z0-9]{26}$/;
const CONF_KEY = /^[A-Za-z][A-Za-z0-9_.-]{0,199}$/;
/** An id of whoever makes it: visible ASCII, so that it fits in a header. */
const VISIBLE = /^[\x21-\x7e]{1,200}$/;

const MAX_SETTINGS = 500;
const MAX_SETTING_LENGTH = 10_000;
const MAX_ARGS = 1_000;
const MAX_ARG_LENGTH = 10_000;
const MAX_NAME_LENGTH = 200;
const MAX_SQL_LENGTH = 1_000_000;
const MAX_SQL_VALUE_LENGTH = 100_000;
/** Of one answer, so that it stays far below what a function may answer (6 MB): jobs of some stages, lines of 4,000 characters. */
const MAX_JOBS = 100;
const MAX_LINES = 500;
const DEFAULT_LIMIT = 100;
const MAX_CURSOR_LENGTH = 1_000;
/** Seconds that a long poll may wait: below what functions, proxies and clients give a request. */
export const MAX_WAIT_SECONDS = 20;
/** Of a bundle. */
export const MAX_UPLOAD_BYTES = 256 * 1024 ** 2;
/** Of an object of the catalog: a table's schema, or its partitions. */
const MAX_CATALOG_OBJECT = 4 * 1024 ** 2;
/** S3's keys have 1,024 bytes, with the bucket before them. */
const MAX_KEY_LENGTH = 1_200;
const MAX_KEYS = 1_000;
const MAX_DOLLARS = 1_000_000;
const MAX_TIMEOUT_SECONDS = 7 * 24 * 3_600;

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

/** A plan's nodes are checked where it is read (planFromJson); here it is only known to be an object. */
const planJson = z.custom<Json>(isObject, "expected a plan").openapi("Plan", {
  type: "object",
  description: "A logical plan as JSON: a node with its `kind` and fields, as planToJson of Firecrest's front ends writes it.",
  properties: { kind: { type: "string" } },
  required: ["kind"],
  additionalProperties: true,
  example: { kind: "range", start: { $bigint: "0" }, end: { $bigint: "10" }, step: { $bigint: "1" } },
});

const conf = z
  .record(
    z.string().regex(CONF_KEY, "a setting's name is letters, digits, dots, dashes and underscores"),
    z.string().max(MAX_SETTING_LENGTH),
  )
  .refine((settings) => Object.keys(settings).length <= MAX_SETTINGS, `at most ${MAX_SETTINGS} settings`)
  .openapi("Conf", { description: "Settings by Spark's keys.", example: { "spark.sql.session.timeZone": "UTC" } });

const limits = z
  .strictObject({
    maxConcurrency: z.int().min(1).max(100_000).optional().openapi({ description: "Tasks at once." }),
    maxDollars: z.number().positive().max(MAX_DOLLARS).optional().openapi({ description: "The job is stopped before it has cost more." }),
    timeoutSeconds: z.int().min(1).max(MAX_TIMEOUT_SECONDS).optional().openapi({ description: "From the job's start." }),
    memoryMiB: z.int().min(1).max(10_240).optional().openapi({ description: "The least memory of a task." }),
  })
  .openapi("JobLimits");

const jobId = z.string().regex(JOB_ID, "a job id is 26 lower-case letters and digits").openapi({ example: "01jd8k5m2qv7x9c4b6n8r0t2w3" });
const name = z
  .string()
  .min(1)
  .max(MAX_NAME_LENGTH)
  .regex(/^\P{Cc}+$/u, "a name has no control characters");
const common = { name: name.optional(), conf: conf.optional(), limits: limits.optional(), parent: jobId.optional() };

const querySubmission = z.strictObject({ kind: z.literal("query"), plan: planJson, ...common }).openapi("QuerySubmission");
const sqlValue = z.union([z.null(), z.boolean(), z.number(), z.string().max(MAX_SQL_VALUE_LENGTH)]).openapi("SqlValue");
const sqlSubmission = z
  .strictObject({
    kind: z.literal("sql").optional(),
    sql: z.string().min(1).max(MAX_SQL_LENGTH).openapi({
      description: "Statements separated by `;`, the last of which gives the rows.",
      example: "SELECT * FROM parquet.`s3://bucket/sales`",
    }),
    args: z
      .union([z.array(sqlValue).max(MAX_ARGS), z.record(z.string().min(1).max(MAX_NAME_LENGTH), sqlValue)])
      .optional()
      .openapi({ description: "Values of `?` by position, or of `:name` by name: bound, never pasted." }),
    ...common,
  })
  .openapi("SqlSubmission");
const programSubmission = z
  .strictObject({
    kind: z.literal("program"),
    bundle: z
      .union([
        z.strictObject({ text: z.string().min(1).openapi({ description: "An ES module with all that it imports." }) }),
        z.strictObject({ upload: z.string().regex(JOB_ID).openapi({ description: "The id that POST /v1/uploads gave." }) }),
      ])
      .openapi("Bundle"),
    args: z.array(z.string().max(MAX_ARG_LENGTH)).max(MAX_ARGS).optional().openapi({ description: "The program's process.argv." }),
    ...common,
  })
  .openapi("ProgramSubmission");
export const submission = z.discriminatedUnion("kind", [querySubmission, sqlSubmission, programSubmission]).openapi("Submission");

export const submissionHeaders = z.object({
  "idempotency-key": z
    .string()
    .regex(VISIBLE, "1 to 200 visible ASCII characters")
    .optional()
    .openapi({ description: "The same key and body again give the same job. Kept per caller.", example: "nightly-2026-11-21" }),
});

const whole = (least: number, most: number, description: string) =>
  z
    .string()
    .regex(/^\d{1,15}$/, "expected a whole number")
    .transform(Number)
    .refine((value) => value >= least && value <= most, `expected ${least} to ${most}`)
    .openapi({ type: "integer", minimum: least, maximum: most, description });

const flag = (description: string) =>
  z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .openapi({ type: "boolean", enum: [true, false], description });

const pageQuery = (most: number) => ({
  limit: whole(1, most, `Items of one answer; ${DEFAULT_LIMIT} unless told otherwise.`).default(DEFAULT_LIMIT),
  cursor: z.string().min(1).max(MAX_CURSOR_LENGTH).optional().openapi({ description: "`next` of the answer before." }),
});
export const listQuery = z.strictObject({
  ...pageQuery(MAX_JOBS),
  parent: jobId.optional().openapi({ description: "Only what this program's job submitted." }),
});
export const partQuery = z.strictObject(pageQuery(MAX_LINES));
export const noQuery = z.strictObject({});
export const eventsQuery = z.strictObject({
  after: whole(0, Number.MAX_SAFE_INTEGER, "Answer once the job's version is above this one.").optional(),
  wait: whole(0, MAX_WAIT_SECONDS, "Seconds to wait for that.").default(MAX_WAIT_SECONDS),
});
export const eventsHeaders = z.object({
  "last-event-id": whole(0, Number.MAX_SAFE_INTEGER, "The version of the last event seen; stands in for `after`.").optional(),
});
export const resultQuery = z.strictObject({
  format: z.enum(["arrow", "parquet", "json"]).optional().openapi({ description: "Instead of an Accept header." }),
  redirect: flag("Whether a page that is too large for an answer comes as a redirect (true) or as `{url}`.").default(true),
});

export const jobParams = z.object({ job: jobId });
export const scratchParams = z.object({ scratch: jobId });
const index = (description: string) => whole(0, 1_000_000, description);
export const stageParams = z.object({ job: jobId, stage: index("The stage, from 0, in the order of the job's stages.") });
export const pageParams = z.object({ job: jobId, page: index("The page, from 0.") });

const planRequest = { plan: planJson, conf: conf.default({}) };
export const analysisRequest = z
  .discriminatedUnion("what", [
    z.strictObject({ what: z.literal("schema"), ...planRequest }).openapi("SchemaRequest"),
    z
      .strictObject({
        what: z.literal("explain"),
        mode: z.enum(["simple", "extended", "codegen", "cost", "formatted"]).default("simple"),
        ...planRequest,
      })
      .openapi("ExplainRequest"),
    z.strictObject({ what: z.literal("inputFiles"), ...planRequest }).openapi("InputFilesRequest"),
  ])
  .openapi("AnalysisRequest");
/** An address, or the beginning of some. */
const key = z.string().min(1).max(MAX_KEY_LENGTH);
export const warehouseRequest = z
  .discriminatedUnion("what", [
    z.strictObject({ what: z.literal("location") }).openapi("WarehouseLocationRequest"),
    z.strictObject({ what: z.literal("list"), prefix: key, after: key.optional() }).openapi("WarehouseListRequest"),
    z.strictObject({ what: z.literal("get"), key }).openapi("WarehouseGetRequest"),
    z
      .strictObject({ what: z.literal("put"), key, text: z.string().max(MAX_CATALOG_OBJECT), ifAbsent: z.boolean() })
      .openapi("WarehousePutRequest"),
    z.strictObject({ what: z.literal("delete"), keys: z.array(key).min(1).max(MAX_KEYS) }).openapi("WarehouseDeleteRequest"),
    z.strictObject({ what: z.literal("move"), from: key, to: key }).openapi("WarehouseMoveRequest"),
  ])
  .openapi("WarehouseRequest");
export const estimateRequest = z.strictObject(planRequest).openapi("EstimateRequest");
export const uploadRequest = z
  .strictObject({ bytes: z.int().min(1).max(MAX_UPLOAD_BYTES) })
  .openapi("UploadRequest", { description: "The size of what will be sent." });
