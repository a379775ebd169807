import type { FirecrestError } from "../../engine/errors.ts";
import { pythonOrigin } from "../expression/origin.ts";

/** Whether an error is about a place in a statement's text, which its origin then shows. */
export const isOfText = ({ origin }: FirecrestError): boolean => origin?.startsWith("(line ") === true && origin.includes("== SQL ==");

/** The message with the place that it is about, laid out as Spark's exceptions do. */
export function messageOf(error: FirecrestError): string {
  const { condition, message, messageParameters, origin } = error;
  // As Spark's begins; clients put words of their own in front.
  if (condition === "PYTHON_EXCEPTION")
    return `[${condition}] An exception was thrown from the Python worker: ${messageParameters.traceback ?? message}`;
  if (origin === undefined) return message;
  if (isOfText(error)) return `\n${message} ${origin}\n`;
  return pythonOrigin(origin) ? `${message}\n== DataFrame ==\n${origin}\n` : message;
}
