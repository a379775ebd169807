import { FirecrestError } from "../../../lib/engine/errors.ts";
import { failureText } from "../failure.ts";

/** No stack frame is the user's: statements have no file. */
const NO_FILE = "\0";

/** What went wrong with a statement: the condition, the message, and the place in its text with a caret. */
export function errorText(thrown: unknown, verbose: boolean): string {
  const text = failureText(thrown, { verbose, jobFile: NO_FILE, folder: process.cwd() });
  const place = thrown instanceof FirecrestError ? thrown.origin : undefined;
  return place?.includes("== SQL ==") ? `${text}\n\n${place}` : text;
}
