import { ExecutionError, FirecrestError, RetryableError } from "../../engine/errors.ts";

/** What S3 answers instead of what was asked for, where callers can tell one from another. */
export type S3Answer = "no object" | "no upload" | "precondition failed" | "beyond the end";

/** An answer came, but not whole, or not the one that was asked for: worth another request. */
export class TornAnswer extends Error {
  override readonly name = "TornAnswer";
}

const answers: Readonly<Record<string, S3Answer>> = {
  NoSuchKey: "no object",
  // HEAD has no body that could name the error.
  NotFound: "no object",
  NoSuchUpload: "no upload",
  PreconditionFailed: "precondition failed",
  InvalidRange: "beyond the end",
};

export const answerOf = (thrown: unknown): S3Answer | undefined => answers[(thrown as S3Thrown).name ?? ""];

/** What the SDK throws: S3's error code as the name, or an error of Node's with a code. */
interface S3Thrown {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Codes that may pass though their status is 4xx. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const PASSING: ReadonlySet<string> = new Set([
  "RequestTimeout",
  "ConditionalRequestConflict",
  "OperationAborted",
  "RequestTimeTooSkewed",
  "SlowDown",
]);

/** Of the connection: no answer, or not all of it. `AbortError` is not among them: whoever aborts does not ask again. */
const CONNECTION: ReadonlySet<string> = new Set([
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
  // The name service.
  "EAI_AGAIN",
  "ENOTFOUND",
  // Node's own.
  "ERR_STREAM_PREMATURE_CLOSE",
  "HPE_INVALID_CONSTANT",
]);

/** Whether the same request may succeed later. */
export function mayPass(thrown: unknown): boolean {
  if (thrown instanceof FirecrestError) return thrown.class === "retryable";
  const { name = "", code, $metadata } = thrown as S3Thrown;
  if (thrown instanceof TornAnswer || name === "TimeoutError" || PASSING.has(name)) return true;
  if (typeof code === "string" && CONNECTION.has(code)) return true;
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 500 || status === 429;
}

/**
 * The port's error for what remains after all tries. Codes and messages only: what else the SDK hangs on its errors may hold the
 * request's signature and the id of the access key.
 */
export function storeError(key: string, thrown: unknown): unknown {
  if (thrown instanceof FirecrestError) return thrown;
  const answer = answerOf(thrown);
  if (answer === "no object") return new ExecutionError("OBJECT_NOT_FOUND", { key });
  if (answer === "no upload") return new ExecutionError("OBJECT_NOT_FOUND", { key: `the upload of ${key}` });
  if (mayPass(thrown)) return new RetryableError("STORE_UNAVAILABLE", { key, detail: describe(thrown) });
  const { name, $metadata } = thrown as S3Thrown;
  const answered = $metadata?.httpStatusCode !== undefined;
  if (answered || name === "CredentialsProviderError") return new ExecutionError("STORE_REFUSED", { key, detail: describe(thrown) });
  return thrown;
}

function describe(thrown: unknown): string {
  const { name = "Error", code, message = "" } = thrown as S3Thrown;
  return `${typeof code === "string" && code !== name ? code : name}: ${message}`;
}
