import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { FirecrestError, RetryableError } from "../../engine/errors.ts";
import type { PageOptions } from "../../service/job-service.ts";
import { timeOf } from "../../service/keys.ts";
import type { LogLine } from "../../service/records.ts";
import { type JsonObject, jsonObject } from "./json-shape.ts";

export interface LogPage {
  readonly lines: readonly LogLine[];
  readonly next?: string;
}

/** Calls of one page: CloudWatch gives empty parts while it looks through much that is of other jobs. */
const MAX_CALLS = 5;

/**
 * What the functions wrote about a job (function-log.ts), log group by log group, each in the order of time. A cursor is the number of
 * the group, and where to go on in it. A group that is not there, since its function has never run, is empty.
 */
export function jobLogs(
  groups: readonly string[],
  open: () => Promise<CloudWatchLogsClient> = openClient,
): (job: string, options: PageOptions) => Promise<LogPage> {
  let client: Promise<CloudWatchLogsClient> | undefined;
  return async (job, { limit, cursor }) => {
    client ??= open();
    let [group, token] = place(cursor);
    const lines: LogLine[] = [];
    for (let calls = 0; calls < MAX_CALLS && group < groups.length && lines.length < limit; calls++) {
      const part = await partOf(await client, groups[group]!, job, limit - lines.length, token);
      lines.push(...part.lines);
      [group, token] = part.token === undefined ? [group + 1, undefined] : [group, part.token];
    }
    return { lines, ...(group < groups.length ? { next: `${group}:${token ?? ""}` } : {}) };
  };
}

/** A cursor that was not given out begins at the beginning. */
function place(cursor = ""): [group: number, token: string | undefined] {
  const [, group = "0", token = ""] = /^(\d{1,3}):(.*)$/s.exec(cursor) ?? [];
  return [Number(group), token === "" ? undefined : token];
}

async function partOf(client: CloudWatchLogsClient, group: string, job: string, limit: number, token: string | undefined) {
  const { FilterLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const command = new FilterLogEventsCommand({
    logGroupName: group,
    filterPattern: `"${job}"`,
    startTime: timeOf(job),
    limit,
    ...(token === undefined ? {} : { nextToken: token }),
  });
  try {
    const { events = [], nextToken } = await client.send(command);
    const lines = events.flatMap(({ timestamp = 0, message = "" }) => lineOf(job, timestamp, message) ?? []);
    return { lines, token: nextToken };
  } catch (thrown) {
    if ((thrown as Error).name === "ResourceNotFoundException") return { lines: [], token: undefined };
    throw logsError(group, thrown);
  }
}

/** undefined for what is of another job, or no line of function-log.ts. */
function lineOf(job: string, at: number, text: string): LogLine | undefined {
  const { job: of, source, level, message } = parsed(text) ?? {};
  if (of !== job || typeof source !== "string" || typeof message !== "string") return undefined;
  return { at, source, level: level === "warn" || level === "error" ? level : "info", message };
}

function parsed(text: string): JsonObject | undefined {
  try {
    return jsonObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const logsError = (group: string, thrown: unknown): FirecrestError =>
  thrown instanceof FirecrestError
    ? thrown
    : new RetryableError("LOGS_UNAVAILABLE", { group, detail: `${(thrown as Error).name}: ${(thrown as Error).message}` });

/** Loaded with the first question. */
async function openClient(): Promise<CloudWatchLogsClient> {
  const { CloudWatchLogsClient: Client } = await import("@aws-sdk/client-cloudwatch-logs");
  return new Client({});
}
