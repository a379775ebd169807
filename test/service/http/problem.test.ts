import { expect, test } from "vitest";
import { jobFailure, problemError } from "../../../lib/backends/remote/problem.ts";
import { sqlPlace } from "../../../lib/engine/errors/query-context.ts";
import { AnalysisError, ExecutionError, RetryableError } from "../../../lib/engine/errors.ts";
import { problemOf, statusOf } from "../../../lib/service/http/problem.ts";
import { jobError } from "../../../lib/service/outcome.ts";
import type { JobStatus } from "../../../lib/service/records.ts";

const REQUEST = "0f8fad5b-d9cb-469f-a165-70867728950e";

test.each([
  [new AnalysisError("INVALID_REQUEST", { place: "/", problem: "it is none" }), 400],
  [new AnalysisError("FIRECREST_INVALID_PLAN", { path: "/", problem: "no kind" }), 400],
  [new AnalysisError("UNAUTHENTICATED", { expected: "a token" }), 401],
  [new ExecutionError("JOB_NOT_FOUND", { job: "j" }), 404],
  [new ExecutionError("PAGE_NOT_FOUND", { job: "j", page: "1", pages: "1" }), 404],
  [new ExecutionError("JOB_NOT_FINISHED", { job: "j", state: "running" }), 409],
  [new ExecutionError("IDEMPOTENCY_CONFLICT", { key: "k" }), 409],
  [new AnalysisError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", { objectName: "`a`" }), 422],
  [new ExecutionError("DIVIDE_BY_ZERO", { config: "ansi" }), 422],
  [new RetryableError("TOO_MANY_JOBS", { count: "2", limit: "2" }), 429],
  [new ExecutionError("OBJECT_NOT_FOUND", { key: "s3://b/secret" }), 500],
  [new AnalysisError("INTERNAL_ERROR", { message: "a bug" }), 500],
  [new RetryableError("STORE_UNAVAILABLE", { key: "s3://b/secret", detail: "slow" }), 503],
])("%s has status %i", (error, status) => {
  expect(statusOf(error)).toBe(status);
});

test("a piece of SQL text that an error is about comes back to whoever asked", () => {
  const origin = sqlPlace({ text: "SELECT nope" }, 7, 11)!;
  const error = new AnalysisError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", { objectName: "`nope`" }, { origin });
  const body = new TextEncoder().encode(JSON.stringify(problemOf(error, REQUEST)));
  const back = problemError("the service", { status: 422, headers: { "content-type": "application/problem+json" }, body });
  expect(back.context).toEqual(error.context);
  expect(back.origin).toBe(error.origin);
  const failed = new ExecutionError("DIVIDE_BY_ZERO", { config: "ansi" }, { origin });
  const status = { state: "failed", error: jobError(failed), stages: [], kind: "query" } as unknown as JobStatus;
  expect(jobFailure(status)?.context).toMatchObject({ fragment: "nope", line: 1, position: 7 });
});

test("a problem is the error as RFC 9457 has it, with Spark's condition and the request's id", () => {
  const error = new AnalysisError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", { objectName: "`nope`" }, { origin: "job.ts:3:7" });
  expect(problemOf(error, REQUEST)).toEqual({
    type: "urn:firecrest:error:UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
    title: "Unresolved column: without suggestion",
    status: 422,
    detail: error.message,
    condition: "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
    sqlState: "42703",
    messageParameters: { objectName: "`nope`" },
    origin: "job.ts:3:7",
    instance: `urn:uuid:${REQUEST}`,
  });
});

test.each([
  ["a bug of ours", new TypeError("secret of undefined")],
  ["an error of the inside", new ExecutionError("OBJECT_NOT_FOUND", { key: "secret" })],
  ["a store that is away", new RetryableError("STORE_UNAVAILABLE", { key: "secret", detail: "secret" })],
])("of %s the caller learns only where the log tells more", (_, thrown) => {
  const problem = problemOf(thrown, REQUEST);
  expect(JSON.stringify(problem)).not.toContain("secret");
  expect(problem.instance).toBe(`urn:uuid:${REQUEST}`);
});
