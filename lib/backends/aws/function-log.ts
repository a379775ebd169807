import type { LogLine } from "../../service/records.ts";

/** Writes one line of a function's log. */
export type FunctionLog = (level: LogLine["level"], message: string) => void;

/** Characters of one message; what is longer is cut. */
const MAX_MESSAGE = 4_000;

/**
 * A function's log about one job: JSON lines that CloudWatch can be asked for by job. `source` is as in LogLine. Messages name
 * conditions, attempts and queues; rows and credentials never come here.
 */
export function functionLog(job: string, source: string, write: (line: string) => void = toStandardOutput): FunctionLog {
  return (level, message) => write(`${JSON.stringify({ job, source, level, message: message.slice(0, MAX_MESSAGE) })}\n`);
}

/** Past `console`, to whose lines the runtime adds words of its own. */
const toStandardOutput = (line: string): void => {
  process.stdout.write(line);
};
