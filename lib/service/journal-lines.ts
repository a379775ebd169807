import { deserializeError } from "../engine/errors.ts";
import type { EventKind, EventOf, SchedulerEvent } from "../engine/scheduler/event.ts";
import type { Journal } from "../engine/scheduler/journal.ts";
import type { LogLine } from "./records.ts";

type Line = Omit<LogLine, "at" | "source"> & { readonly source?: string };

/** What is worth a line of a job's log; undefined: nothing. */
const lineOf: { readonly [K in EventKind]: (event: EventOf<K>) => Line | undefined } = {
  submitted: ({ spec }) => ({
    level: "info",
    message: `the job begins: ${spec.stages.length} stages, ${spec.stages.reduce((sum, stage) => sum + stage.partitions, 0)} tasks`,
  }),
  recovered: () => ({ level: "warn", message: "another coordinator goes on with the job" }),
  cancelled: ({ reason }) => ({ level: "warn", message: `the job is cancelled: ${reason}` }),
  report: ({ report }) =>
    report.outcome === "failed"
      ? { level: "error", source: `task ${report.id}`, message: deserializeError(report.error).message }
      : undefined,
  unsent: ({ attempts, error }) => ({
    level: "warn",
    message: `${attempts.length} attempts could not be sent: ${deserializeError(error).message}`,
  }),
  stepFailed: ({ error }) => ({ level: "warn", message: `a step of the commit or clean-up failed: ${deserializeError(error).message}` }),
  surveyed: () => ({ level: "info", message: "all tasks are done; the commit begins" }),
  stepped: () => undefined,
  timer: () => undefined,
  used: () => undefined,
};

/** A job's history for people, in order. */
export async function* journalLines(journal: Journal): AsyncGenerator<LogLine> {
  for await (const event of journal.events()) {
    const line = (lineOf[event.kind] as (event: SchedulerEvent) => Line | undefined)(event);
    if (line) yield { at: event.at, source: "coordinator", ...line };
  }
}
