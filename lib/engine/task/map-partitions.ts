import { RecordBatch, RecordBatchReader, RecordBatchStreamWriter, type Table, tableToIPC } from "apache-arrow";
import { ExecutionError } from "../errors.ts";
import { quoteName, quoteText, type SessionSettings } from "../functions/function.ts";
import { arrowToParquet } from "../kernel/arrow-in.ts";
import type { Kernel } from "../kernel/connection.ts";
import { columnName } from "../kernel/names.ts";
import { compile } from "../kernel/native-function.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import { outputOf } from "../planner/output.ts";
import type { MapPartitionsExec } from "../planner/plan.ts";
import type { Scratch } from "../ports/fabric.ts";
import { arrowStreams } from "../result/arrow-stream.ts";
import { emptySql } from "./open-leaves.ts";

/**
 * Runs the user's function over the Arrow batches of a partition. The function is called once with an async iterable of
 * record batches whose fields have the columns' names, and gives an (async) iterable of record batches or tables.
 * Gives a SELECT over what it made.
 */
export async function mapPartitions(
  plan: MapPartitionsExec,
  select: string,
  io: { readonly kernel: Kernel; readonly scratch: Scratch; readonly session: SessionSettings; readonly name: string },
): Promise<string> {
  const fn = compile(plan.function.name, plan.function.source, plan.function.using);
  const files: string[] = [];
  try {
    const made = fn(batchesOf(select, plan, io)) as AsyncIterable<RecordBatch | Table>;
    for await (const batch of made) {
      const file = `${io.name}-${files.length}.parquet`;
      await io.scratch.write(file, 0, await arrowToParquet(ipcOf(batch)));
      files.push(io.scratch.path(file));
    }
  } catch (cause) {
    if (cause instanceof ExecutionError) throw cause;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new ExecutionError(
      "FAILED_EXECUTE_UDF",
      { functionName: `\`${plan.function.name}\``, signature: "batches", result: "batches", reason },
      { cause },
    );
  }
  if (files.length === 0) return emptySql(plan.output);
  const columns = plan.output.map((a, i) => `CAST(${quoteName(`c${i}`)} AS ${sqlTypeOf(a.type)}) AS ${columnName(a)}`);
  return `SELECT ${columns.join(", ")} FROM read_parquet([${files.map(quoteText).join(", ")}])`;
}

async function* batchesOf(
  select: string,
  plan: MapPartitionsExec,
  io: { readonly kernel: Kernel; readonly session: SessionSettings },
): AsyncGenerator<RecordBatch> {
  for await (const { parts, rows } of arrowStreams(select, outputOf(plan.child), io.kernel, io.session.timeZone)) {
    if (rows > 0) yield* RecordBatchReader.from(Buffer.concat(parts));
  }
}

function ipcOf(batch: RecordBatch | Table): Uint8Array {
  if (batch instanceof RecordBatch) return RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true);
  return tableToIPC(batch, "stream");
}
