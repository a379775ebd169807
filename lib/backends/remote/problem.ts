import { conditions } from "../../engine/errors/conditions.ts";
import { AnalysisError, ExecutionError, type FirecrestError } from "../../engine/errors.ts";
import { isOver, type JobError, type JobStatus } from "../../service/records.ts";
import type { HttpAnswer } from "./transport.ts";

/** Text of a service that is shown; proxies answer with whole pages. */
const MAX_SHOWN = 300;
const PAYLOAD_TOO_LARGE = 413;
const FORBIDDEN: ReadonlySet<number> = new Set([401, 403]);

const CREDENTIALS = "Give a token (FIRECREST_TOKEN), or credentials of AWS that may call the function URL.";

export const requestTooLarge = (what: string, limit: string): AnalysisError =>
  new AnalysisError("REQUEST_TOO_LARGE", {
    what,
    limit,
    advice: "Rows of the program travel in the request: write them to files in a bucket and read those.",
  });

/** The error of an answer that is none of success: RFC 9457 back to the error that the service threw, with Spark's condition. */
export function problemError(service: string, { status, headers, body }: HttpAnswer): FirecrestError {
  const problem = headers["content-type"]?.startsWith("application/problem+json") ? parsed(body) : undefined;
  const known = problem && knownError(problem, status < 500);
  if (known) return known;
  // Function URLs, gateways and proxies have refusals of their own.
  const detail = typeof problem?.detail === "string" ? problem.detail : new TextDecoder().decode(body.subarray(0, MAX_SHOWN));
  if (status === PAYLOAD_TOO_LARGE) return requestTooLarge("The request", "what the service takes");
  if (FORBIDDEN.has(status)) return new AnalysisError("UNAUTHENTICATED", { expected: `${service} refused it (${detail}). ${CREDENTIALS}` });
  return new ExecutionError("SERVICE_ANSWER_INVALID", { service, problem: `status ${status}: ${detail.slice(0, MAX_SHOWN)}` });
}

/**
 * The error that ended a job; undefined of a job that has not failed. What failed before there were stages was an error of
 * analysis.
 */
export function jobFailure({ job, state, error, stages, kind }: JobStatus): FirecrestError | undefined {
  if (!isOver(state) || state === "succeeded") return undefined;
  const given = error ?? { condition: "OPERATION_CANCELED", sqlState: "", message: "", messageParameters: {} };
  return (
    knownError(given, kind === "query" && stages.length === 0) ??
    new ExecutionError("SERVICE_ANSWER_INVALID", { service: `job ${job}`, problem: given.message })
  );
}

/** Undefined for a condition of a newer service. */
function knownError(error: Partial<JobError>, early: boolean): FirecrestError | undefined {
  const { condition, messageParameters = {}, origin, context } = error;
  if (typeof condition !== "string") return undefined;
  const [main, sub] = condition.split(".", 2) as [string, string | undefined];
  const entry = Object.hasOwn(conditions, main) ? conditions[main] : undefined;
  if (!entry || (sub !== undefined && entry.subconditions?.[sub] === undefined)) return undefined;
  const Known = early && condition !== "OPERATION_CANCELED" ? AnalysisError : ExecutionError;
  return new Known(condition, messageParameters, { ...(origin === undefined ? {} : { origin }), ...(context ? { context } : {}) });
}

function parsed(body: Uint8Array): (Partial<JobError> & { readonly detail?: unknown }) | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof json === "object" && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
