import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { QueryContext } from "../../engine/errors/query-context.ts";
import { asFirecrestError, ExecutionError, type FirecrestError } from "../../engine/errors.ts";

/** Every error of the API, as RFC 9457 has it. */
export interface Problem {
  /** `urn:firecrest:error:<condition>`. */
  readonly type: string;
  /** The condition in words: `Job not found`. */
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly condition: string;
  readonly sqlState: string;
  readonly messageParameters: Readonly<Record<string, string>>;
  /** Where the mistake stands in the program that made the plan: `file:line:column`. */
  readonly origin?: string;
  /** The same of SQL text, in parts. */
  readonly context?: QueryContext;
  /** The request: `urn:uuid:<id>`, the same id as in the header X-Request-Id. */
  readonly instance: string;
}

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** Conditions whose status does not follow from what kind of error they are. */
const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  FIRECREST_INVALID_PLAN: 400,
  FORBIDDEN: 403,
  IDEMPOTENCY_CONFLICT: 409,
  INVALID_REQUEST: 400,
  JOB_NOT_FINISHED: 409,
  JOB_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  OPERATION_CANCELED: 409,
  PAGE_NOT_FOUND: 404,
  REQUEST_HEADERS_TOO_LARGE: 431,
  REQUEST_TOO_LARGE: 413,
  ROUTE_NOT_FOUND: 404,
  TOO_MANY_JOBS: 429,
  UNAUTHENTICATED: 401,
  UNSUPPORTED_MEDIA_TYPE: 415,
};

/** Classes of SQLSTATEs that are no fault of whoever asks: the system, its resources, its insides. */
const OWN_FAULTS = /^(53|55|57|58|XX|HY)/;

/** A well-formed request that cannot be done is 422: an unknown column, an unsupported function. */
export function statusOf(error: FirecrestError): ContentfulStatusCode {
  const known = statuses[error.condition];
  if (known !== undefined) return known;
  if (error.class === "retryable") return 503;
  return OWN_FAULTS.test(error.sqlState) ? 500 : 422;
}

/** Seconds after which it is worth to ask again; undefined where it is not. */
export const retryAfterSeconds = (status: number): number | undefined => (status === 429 || status === 503 ? 2 : undefined);

/** What the caller is told. What went wrong inside stays in the log: there the request's id finds it. */
export function problemOf(thrown: unknown, request: string): Problem {
  const error = asFirecrestError(thrown);
  const status = statusOf(error);
  const shown = status === 500 ? concealed() : error;
  return {
    type: `urn:firecrest:error:${shown.condition}`,
    title: titleOf(shown.condition),
    status,
    detail: status === 503 ? "The service cannot answer for now. Ask again." : shown.message,
    condition: shown.condition,
    sqlState: shown.sqlState,
    messageParameters: status === 503 ? {} : shown.messageParameters,
    ...(shown.origin ? { origin: shown.origin } : {}),
    ...(shown.context ? { context: shown.context } : {}),
    instance: `urn:uuid:${request}`,
  };
}

const concealed = (): FirecrestError =>
  new ExecutionError("INTERNAL_ERROR", { message: "The request failed inside the service, whose log tells more under the request's id." });

/** `JOB_NOT_FOUND` -> `Job not found`, `DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION` -> `Datatype mismatch: cast without suggestion`. */
function titleOf(condition: string): string {
  const words = condition.toLowerCase().replaceAll("_", " ").replace(".", ": ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
