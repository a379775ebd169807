import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { FirecrestError } from "../../lib/engine/errors.ts";
import { codeFrame, parsePlace, type SourcePlace } from "./code-frame.ts";

/** What helps with a condition where Spark's message does not say it itself. */
const advice: Readonly<Record<string, string>> = {
  INTERNAL_ERROR: "This is a fault of Firecrest's. Run again with --verbose and report the stack trace.",
  PATH_NOT_FOUND: "Relative paths begin at the folder where the command was started.",
  UNRESOLVED_ROUTINE: "The function may be one that Firecrest does not have yet.",
};

export interface FailureOptions {
  /** Adds the stack trace and the causes. */
  readonly verbose: boolean;
  /** The job's file: a stack frame in it is the user's line. */
  readonly jobFile: string;
  /** Paths are shown relative to it. */
  readonly folder: string;
}

/** What went wrong, where in the user's program, and what to do; for a terminal, without a line break at the end. */
export function failureText(thrown: unknown, options: FailureOptions): string {
  const parts = [heading(thrown)];
  const place = placeOf(thrown, options.jobFile);
  if (place) parts.push(placeText(place, options.folder));
  if (thrown instanceof FirecrestError && thrown.origin && OF_SQL.test(thrown.origin)) parts.push(thrown.origin.trimEnd());
  const help = thrown instanceof FirecrestError ? advice[thrown.condition] : undefined;
  if (help) parts.push(help);
  if (options.verbose && thrown instanceof Error) parts.push(stackText(thrown));
  return parts.join("\n\n");
}

/** In the origin of a mistake in SQL text, above the text with its caret: of a statement that does not parse, of an expression. */
const OF_SQL = /^== SQL(?: of [^\n]+)?(?: \(line \d+, position \d+\))? ==$/m;

function heading(thrown: unknown): string {
  if (thrown instanceof FirecrestError) {
    const state = thrown.sqlState ? ` (SQLSTATE ${thrown.sqlState})` : "";
    return `error: ${thrown.condition}${state}\n${bareMessage(thrown)}`;
  }
  return thrown instanceof Error ? `error: ${thrown.name}\n${thrown.message}` : `error: ${String(thrown)}`;
}

/** The message without the condition before it and the SQLSTATE behind it, which the heading has. */
function bareMessage({ message, condition, sqlState, messageParameters }: FirecrestError): string {
  const bare = message
    .replace(`[${condition}] `, "")
    .replace(new RegExp(` SQLSTATE: ${sqlState}$`), "")
    .trimEnd();
  const added = DETAILS.filter((name) => messageParameters[name] !== undefined && !bare.includes(messageParameters[name]));
  return [bare, ...added.map((name) => `${name}: ${messageParameters[name]}`)].join("\n");
}

/** Parameters that say more than Spark's message does. */
const DETAILS = ["path", "reason"];

function placeOf(thrown: unknown, jobFile: string): SourcePlace | undefined {
  if (thrown instanceof FirecrestError && thrown.origin) return parsePlace(thrown.origin);
  if (!(thrown instanceof Error)) return undefined;
  const frame = thrown.stack?.split("\n").find((line) => line.includes(jobFile));
  const place = frame && /((?:file:|\/|[A-Za-z]:\\)[^()]+:\d+(?::\d+)?)\)?$/.exec(frame)?.[1];
  return place ? parsePlace(place) : undefined;
}

function placeText(place: SourcePlace, folder: string): string {
  const path = place.file.startsWith("file:") ? fileURLToPath(place.file) : place.file;
  const title = `at ${relative(folder, path)}:${place.line}:${place.column}`;
  const frame = codeFrame(readSource(path), place);
  return frame ? `${title}\n${frame}` : title;
}

function readSource(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function stackText(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by ${stackText(error.cause)}` : own;
}
