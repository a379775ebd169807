import type { OpenAPIHono } from "@hono/zod-openapi";
import type { PageOptions, SubmitRequest } from "../../job-service.ts";
import { isOver, type SqlText } from "../../records.ts";
import type { ApiEnv, ApiOptions } from "../api.ts";
import { json, jsonRequest, route } from "../route.ts";
import * as requests from "../schemas.ts";
import * as views from "../views.ts";

const tags = ["Jobs"];
const location = { Location: { description: "The job: /v1/jobs/{job}", schema: { type: "string" as const } } };

const submitJob = route(
  {
    method: "post",
    path: "/v1/jobs",
    operationId: "submitJob",
    summary: "Submit a job",
    description: "A query is a plan, or SQL text; a program is a bundled module that runs as the driver and submits queries of its own.",
    tags,
    request: { query: requests.noQuery, headers: requests.submissionHeaders, body: jsonRequest(requests.submission) },
    responses: {
      200: { ...json(views.jobStatus, "The job that an earlier request with this Idempotency-Key submitted."), headers: location },
      202: { ...json(views.jobStatus, "The job waits to be run."), headers: location },
    },
  },
  [404, 409, 415, 422, 429],
);
const listJobs = route(
  {
    method: "get",
    path: "/v1/jobs",
    operationId: "listJobs",
    summary: "List jobs, newest first",
    tags,
    request: { query: requests.listQuery },
    responses: { 200: json(views.jobList, "Jobs.") },
  },
  [],
);
const getJob = route(
  {
    method: "get",
    path: "/v1/jobs/{job}",
    operationId: "getJob",
    summary: "How a job stands",
    tags,
    request: { params: requests.jobParams, query: requests.noQuery },
    responses: { 200: json(views.jobStatus, "The job.") },
  },
  [404],
);
const cancelJob = route(
  {
    method: "delete",
    path: "/v1/jobs/{job}",
    operationId: "cancelJob",
    summary: "Cancel a job",
    description: "Asks the job to stop; how it ends is in its status later. Of a job that is over nothing changes.",
    tags,
    request: { params: requests.jobParams, query: requests.noQuery },
    responses: { 200: json(views.jobStatus, "The job is over."), 202: json(views.jobStatus, "The job was asked to stop.") },
  },
  [404],
);
const listStages = route(
  {
    method: "get",
    path: "/v1/jobs/{job}/stages",
    operationId: "listStages",
    summary: "The stages of a job",
    tags,
    request: { params: requests.jobParams, query: requests.noQuery },
    responses: { 200: json(views.stageList, "In the order of their ids; none before the job is planned.") },
  },
  [404],
);
const listTasks = route(
  {
    method: "get",
    path: "/v1/jobs/{job}/stages/{stage}/tasks",
    operationId: "listTasks",
    summary: "The tasks of a stage",
    tags,
    request: { params: requests.stageParams, query: requests.partQuery },
    responses: { 200: json(views.taskList, "In the order of their partitions.") },
  },
  [404],
);
const getLogs = route(
  {
    method: "get",
    path: "/v1/jobs/{job}/logs",
    operationId: "getLogs",
    summary: "What a job and its functions had to say",
    tags,
    request: { params: requests.jobParams, query: requests.partQuery },
    responses: { 200: json(views.logLines, "Lines, oldest first.") },
  },
  [404],
);

/** A submission as it comes: SQL text is a query like any other. */
type SentJob = Omit<SubmitRequest, "kind" | "sql" | "args"> & {
  readonly kind: string;
  readonly sql?: string;
  readonly args?: SqlText["args"];
};

function asQuery({ sql, args, kind, ...rest }: SentJob): object {
  if (sql === undefined) return { kind, ...(args === undefined ? {} : { args }), ...rest };
  return { kind: "query", sql: { text: sql, ...(args === undefined ? {} : { args }) }, ...rest };
}

export const jobRoutes = [submitJob, listJobs, getJob, cancelJob, listStages, listTasks, getLogs];

export function addJobRoutes(app: OpenAPIHono<ApiEnv>, { service }: ApiOptions): void {
  app.openapi(submitJob, async (c) => {
    const idempotencyKey = c.req.valid("header")["idempotency-key"];
    const request = { ...asQuery(c.req.valid("json") as SentJob), ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
    const { status, isNew } = await service.submit(request as SubmitRequest, c.get("caller"));
    c.header("Location", `/v1/jobs/${status.job}`);
    return c.json(status, isNew ? 202 : 200);
  });
  app.openapi(listJobs, async (c) => c.json(await service.list(c.req.valid("query") as PageOptions), 200));
  app.openapi(getJob, async (c) => c.json(await service.status(c.req.valid("param").job), 200));
  app.openapi(cancelJob, async (c) => {
    const status = await service.cancel(c.req.valid("param").job, `cancelled by ${c.get("caller")}`);
    return c.json(status, isOver(status.state) ? 200 : 202);
  });
  app.openapi(listStages, async (c) => c.json({ stages: (await service.status(c.req.valid("param").job)).stages }, 200));
  app.openapi(listTasks, async (c) => {
    const { job, stage } = c.req.valid("param");
    return c.json(await service.tasks(job, stage, c.req.valid("query") as PageOptions), 200);
  });
  app.openapi(getLogs, async (c) => c.json(await service.logs(c.req.valid("param").job, c.req.valid("query") as PageOptions), 200));
}
