// Errors as Lambda's callers see them.
import { inspect } from "node:util";

/** What an invocation that failed answers with. */
export function describeError(error, type) {
  if (!(error instanceof Error))
    return { errorType: type ?? typeof error, errorMessage: typeof error === "string" ? error : inspect(error), trace: [] };
  return { errorType: type ?? error.name, errorMessage: error.message, trace: String(error.stack ?? "").split("\n") };
}

/** An error of the runtime itself. */
export const runtimeError = (name, message) => Object.assign(new Error(message), { name: `Runtime.${name}` });
