import { failureText } from "../failure.ts";

/** No stack frame is the user's: statements have no file. */
const NO_FILE = "\0";

/** What went wrong with a statement: the condition, the message, and the place in its text with a caret. */
export const errorText = (thrown: unknown, verbose: boolean): string =>
  failureText(thrown, { verbose, jobFile: NO_FILE, folder: process.cwd() });
