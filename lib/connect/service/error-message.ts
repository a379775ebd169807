import type { FirecrestError } from "../../engine/errors.ts";
import { pythonOrigin } from "../expression/origin.ts";
import { exceptionName } from "./exception-class.ts";

/** The message with the place that it is about, laid out as Spark's exceptions do. */
export function messageOf(error: FirecrestError): string {
  const { condition, message, messageParameters, origin, context } = error;
  // As Spark's begins; clients put words of their own in front.
  if (condition === "PYTHON_EXCEPTION")
    return `[${condition}] An exception was thrown from the Python worker: ${messageParameters.traceback ?? message}`;
  if (origin === undefined) return message;
  const name = exceptionName(error);
  if (context) {
    if (name === "ParseException") return `\n${message}\n${context.summary}`;
    if (name === "AnalysisException") return `${message}; line ${context.line} pos ${context.position}`;
    return `${message}\n${context.summary}`;
  }
  if (name === "ParseException") return `\n${message} ${origin}\n`;
  return error.tellsContext && pythonOrigin(origin) && name !== "AnalysisException" ? `${message}\n== DataFrame ==\n${origin}\n` : message;
}
