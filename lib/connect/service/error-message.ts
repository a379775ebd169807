import type { FirecrestError } from "../../engine/errors.ts";
import { pythonOrigin } from "../expression/origin.ts";

/** Whether an error is about a place in a statement's text, which its origin then shows. */
export const isOfText = ({ origin }: FirecrestError): boolean => origin?.startsWith("(line ") === true && origin.includes("== SQL ==");

/** The message with the place that it is about, laid out as Spark's exceptions do. */
export function messageOf(error: FirecrestError): string {
  const { condition, message, messageParameters, origin } = error;
  // Clients put their own words in front of Python's.
  if (condition === "PYTHON_EXCEPTION") return messageParameters.traceback ?? message;
  if (origin === undefined) return message;
  if (isOfText(error)) return `\n${message} ${origin}\n`;
  return pythonOrigin(origin) ? `${message}\n== DataFrame ==\n${origin}\n` : message;
}
