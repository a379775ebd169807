import { Field, makeData, RecordBatch, RecordBatchStreamWriter, Schema, Struct } from "apache-arrow";
import type { Attribute } from "../expressions/expression.ts";
import type { Kernel } from "../kernel/connection.ts";
import { kernelError } from "../kernel/errors.ts";
import { arrowTypeOf } from "../types/arrow.ts";
import { arrowColumn } from "./arrow-columns.ts";

/** A batch ends at this many rows or bytes, whichever comes first. A DuckDB chunk has at most 2,048 rows. */
const BATCH_ROWS = 65_536;
const BATCH_BYTES = 8 * 1024 * 1024;
const CHUNK_ROWS = 2_048;
/** Vectors that may have been read and not swept: 8 MB or so. */
const UNSWEPT_VECTORS = 500;

/** An Arrow IPC stream of one batch, in parts that are to be used or copied before the next stream is asked for: columns are then filled again. */
export interface ArrowStream {
  readonly parts: readonly Uint8Array[];
  readonly rows: number;
}

/** The rows of a SELECT as Arrow IPC streams of one batch each, made as the statement runs. At least one, so that a schema always comes. */
export async function* arrowStreams(
  select: string,
  columns: readonly Attribute[],
  kernel: Kernel,
  timeZone: string,
): AsyncGenerator<ArrowStream> {
  const builders = columns.map((c) => arrowColumn(c.type, timeZone));
  const schema = new Schema(columns.map((c) => Field.new({ name: c.name, type: arrowTypeOf(c.type, timeZone), nullable: true })));
  let rows = 0;
  let streams = 0;
  let unswept = 0;
  const flush = async () => {
    const children = builders.map((builder) => builder.finish());
    const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children }));
    // The constructor gives columns of one name the type of the last of them.
    Object.assign(batch, { schema });
    const stream = { parts: await streamOf(batch), rows };
    rows = 0;
    streams++;
    return stream;
  };
  const result = await kernel.stream(select);
  let ended = false;
  try {
    for (let chunk = await fetchChunk(result); chunk && chunk.rowCount > 0; chunk = await fetchChunk(result)) {
      for (const [i, builder] of builders.entries()) builder.append(chunk.getColumnVector(i), 0, chunk.rowCount);
      rows += chunk.rowCount;
      unswept += builders.length;
      if (unswept >= UNSWEPT_VECTORS) {
        kernel.sweep();
        unswept = 0;
      }
      const full = rows + CHUNK_ROWS > BATCH_ROWS || builders.reduce((sum, builder) => sum + builder.bytes, 0) > BATCH_BYTES;
      if (full) yield await flush();
    }
    ended = true;
    await kernel.checkEnd(result, select);
  } finally {
    if (!ended) await kernel.abandon(result);
  }
  if (rows > 0 || streams === 0) yield await flush();
}

/** The writer's parts: those of columns are the columns' own buffers. */
async function streamOf(batch: RecordBatch): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const part of RecordBatchStreamWriter.writeAll([batch])) parts.push(part);
  return parts;
}

async function fetchChunk(result: Awaited<ReturnType<Kernel["stream"]>>) {
  try {
    return await result.fetchChunk();
  } catch (thrown) {
    throw kernelError(thrown);
  }
}
