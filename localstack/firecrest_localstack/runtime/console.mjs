// console in Lambda's two formats, text and JSON.
import { format } from "node:util";

const levels = { debug: "DEBUG", error: "ERROR", info: "INFO", log: "INFO", trace: "TRACE", warn: "WARN" };

// A line feed would end the log event.
const oneLine = (text) => text.replaceAll("\n", "\r");

/** Makes console write a line for each call, with the id of the request under way. */
export function logConsoleAsLambda(current) {
  const write = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON" ? jsonLine : textLine;
  for (const [name, level] of Object.entries(levels)) {
    console[name] = (...args) => process.stdout.write(`${write(new Date().toISOString(), current.id, level, args)}\n`);
  }
}

const textLine = (time, id, level, args) => `${time}\t${id}\t${level}\t${oneLine(format(...args))}`;

function jsonLine(timestamp, requestId, level, args) {
  const [only] = args;
  const isObject = args.length === 1 && typeof only === "object" && !(only instanceof Error);
  return JSON.stringify({ timestamp, level, requestId, message: isObject ? only : format(...args) });
}

/** Logs an error that the handler did not. */
export function logError(id, what, described) {
  process.stdout.write(`${new Date().toISOString()}\t${id}\tERROR\t${what}\t${oneLine(JSON.stringify(described))}\n`);
}
