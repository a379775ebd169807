import { ExecutionError, FirecrestError, RetryableError } from "../../engine/errors.ts";

/** What the SDK throws: the service's error code as the name, or an error of Node's with a code. */
interface Thrown {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Codes of SQS and Lambda that say: slower. */
const THROTTLES = new Set(
  "RequestThrottled ThrottlingException Throttling TooManyRequestsException OverLimit KmsThrottled LimitExceededException EC2ThrottledException".split(
    " ",
  ),
);
/** Codes that no repetition mends. */
const REFUSALS = new Set(
  "AccessDenied AccessDeniedException InvalidClientTokenId SignatureDoesNotMatch UnrecognizedClientException CredentialsProviderError".split(
    " ",
  ),
);
const MISSING = new Set(["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"]);

export const isThrottle = (thrown: unknown): boolean => THROTTLES.has(nameOf(thrown));
export const isMissingQueue = (thrown: unknown): boolean => MISSING.has(nameOf(thrown));

/**
 * The error for what remains after all tries. Names and messages only: what else the SDK hangs on its errors may hold a
 * request's signature. Whatever is not a refusal may pass, so that no hiccup of a queue ends a job.
 */
export function queueError(queue: string, thrown: unknown): FirecrestError {
  if (thrown instanceof FirecrestError) return thrown;
  const detail = `${nameOf(thrown)}: ${(thrown as Thrown).message ?? ""}`;
  if (isThrottle(thrown)) return new RetryableError("THROTTLED", { detail });
  if (REFUSALS.has(nameOf(thrown))) return new ExecutionError("QUEUE_REFUSED", { queue: queueName(queue), detail });
  return new RetryableError("QUEUE_UNAVAILABLE", { queue: queueName(queue), detail });
}

/** The last part of a queue's URL. */
export const queueName = (url: string): string => url.slice(url.lastIndexOf("/") + 1);

const nameOf = (thrown: unknown): string => {
  const { name = "Error", code } = thrown as Thrown;
  return name === "Error" && typeof code === "string" ? code : name;
};
