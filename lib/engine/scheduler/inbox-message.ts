import { deserializeError, ExecutionError, type SerializedError } from "../errors.ts";
import type { TaskReport } from "../task/message.ts";
import type { Happening } from "./event.ts";
import { noMetrics } from "./state.ts";

/**
 * What a message of the inbox says. Whatever a worker sent must not bring the coordinator down: a report of which only the
 * sender can be read counts as the attempt's failure, and all else as nothing.
 */
export function readMessage(message: unknown): Happening | undefined {
  if (!isRecord(message)) return undefined;
  if (message.kind === "cancel") return { kind: "cancelled", reason: String(message.reason) };
  const { report } = message;
  if (message.kind !== "task" || !isRecord(report)) return undefined;
  const { job, id, stage, partition, attempt } = report;
  if (!areStrings(job, id) || !areCounts([stage, partition, attempt])) return undefined;
  if (isReport(report)) return { kind: "report", report: report as unknown as TaskReport };
  const error = new ExecutionError("INTERNAL_ERROR", { message: `The report of task attempt ${id} cannot be read.` }).toJSON();
  return { kind: "report", report: { job, id, stage, partition, attempt, outcome: "failed", error } as TaskReport };
}

function isReport({ outcome, output, metrics, error, lostBlock }: Readonly<Record<string, unknown>>): boolean {
  if (outcome === "started") return true;
  if (outcome === "failed")
    return (
      isError(error) &&
      (lostBlock === undefined || (isRecord(lostBlock) && areStrings(lostBlock.producer))) &&
      (metrics === undefined || areMetrics(metrics))
    );
  return outcome === "succeeded" && isRecord(output) && isOutput(output) && areMetrics(metrics);
}

/** None below zero: what a job cost only grows. */
const areMetrics = (metrics: unknown): boolean => isRecord(metrics) && Object.keys(noMetrics).every((name) => isAmount(metrics[name]));
const isAmount = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;

const isError = (error: unknown): boolean =>
  isRecord(error) &&
  areStrings(error.condition) &&
  isRecord(error.messageParameters) &&
  areStrings(...Object.values(error.messageParameters)) &&
  (error.class === "terminal" || error.class === "retryable") &&
  isKnown(error as unknown as SerializedError);

/** Whether this version of Firecrest has the error's condition. */
function isKnown(error: SerializedError): boolean {
  try {
    return deserializeError(error) !== undefined;
  } catch {
    return false;
  }
}

function isOutput(output: Readonly<Record<string, unknown>>): boolean {
  if (output.kind === "shuffle") return areStrings(output.key) && [output.offsets, output.rows, output.checksums].every(areCounts);
  if (output.kind === "broadcast") return areStrings(output.key) && areCounts([output.bytes, output.rows, output.checksum]);
  if (output.kind === "result")
    return areStrings(output.inline ?? output.key) && areCounts([output.bytes, output.rows, output.head]) && arePages(output.pages);
  return output.kind === "files" && Array.isArray(output.files) && output.files.every(isPendingFile);
}

const arePages = (pages: unknown): boolean =>
  Array.isArray(pages) && pages.every((page) => isRecord(page) && areCounts([page.bytes, page.rows]));

const isPendingFile = (file: unknown): boolean =>
  isRecord(file) &&
  areStrings(file.key, file.upload) &&
  isRecord(file.file) &&
  areCounts([file.file.size, file.rows]) &&
  Array.isArray(file.file.parts);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
const areStrings = (...values: readonly unknown[]): boolean => values.every((value) => typeof value === "string");
const areCounts = (values: unknown): boolean => Array.isArray(values) && values.every((value) => Number.isSafeInteger(value) && value >= 0);
