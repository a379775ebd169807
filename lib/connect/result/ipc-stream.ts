import { Message, makeData, RecordBatch, RecordBatchReader, RecordBatchStreamWriter, type Schema, Struct } from "apache-arrow";
import { AnalysisError } from "../../engine/errors.ts";
import { arrowSchemaOf } from "../../engine/types/arrow.ts";
import { valuesToArrowData } from "../../engine/types/arrow-writer.ts";
import type { StructType } from "../../engine/types/data-type.ts";

/**
 * Arrow IPC streams by their messages, without decoding what is in them: the schema's, one for each record batch, the end mark.
 * Source: https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
const CONTINUATION = 0xffffffff;
/** The continuation mark and the length of the metadata. */
const PREFIX_BYTES = 8;

/** One record batch: its message, and how many rows are in it. */
export interface BatchMessage {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** The record batches of a stream. Throws INTERNAL_ERROR where the bytes are no stream or one with dictionaries. */
export function* batchMessages(stream: Uint8Array): Generator<BatchMessage> {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  for (let at = 0; at + PREFIX_BYTES <= stream.byteLength; ) {
    if (view.getUint32(at, true) !== CONTINUATION) throw malformed("without a continuation mark");
    const metadata = view.getInt32(at + 4, true);
    if (metadata === 0) return;
    const body = at + PREFIX_BYTES + metadata;
    if (metadata < 0 || body > stream.byteLength) throw malformed("with metadata beyond its end");
    const message = Message.decode(stream.subarray(at + PREFIX_BYTES, body));
    const end = body + message.bodyLength;
    if (end > stream.byteLength) throw malformed("with a body beyond its end");
    if (message.isRecordBatch()) yield { bytes: stream.subarray(at, end), rows: message.header().length };
    else if (!message.isSchema()) throw malformed("with a dictionary");
    at = end;
  }
}

/** A stream of one batch without rows. */
export function emptyStream(type: StructType, timeZone: string): Uint8Array {
  const schema = arrowSchemaOf(type, timeZone);
  const children = type.fields.map((field) => valuesToArrowData([], field.dataType, timeZone));
  return streamOf(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: 0, nullCount: 0, children })), schema);
}

/** The schema's message, which a stream begins with. */
export const headOf = (stream: Uint8Array): Uint8Array =>
  stream.subarray(0, PREFIX_BYTES + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true));

/** A whole stream, of parts that nobody needs to copy: a schema's message, a batch's, the end mark. */
export const streamParts = (head: Uint8Array, batch: Uint8Array): readonly Uint8Array[] => [head, batch, END_OF_STREAM];

export const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.byteLength, 0);

export interface CutStream {
  readonly parts: readonly Uint8Array[];
  readonly rows: number;
}

/** A stream of one batch as streams of fewer rows each, cut so that none should have more than `mostBytes`. A row stays whole. */
export function* cutStream(parts: readonly Uint8Array[], mostBytes: number): Generator<CutStream> {
  const stream = Buffer.concat(parts);
  const reader = RecordBatchReader.from(stream).open();
  const { schema } = reader;
  for (const batch of reader) yield* cutBatch(batch, schema, mostBytes, stream.byteLength);
}

/** Halves what is too large until it is not: rows differ in size, so an even cut would not do. */
function* cutBatch(batch: RecordBatch, schema: Schema, mostBytes: number, about: number): Generator<CutStream> {
  const { numRows } = batch;
  const parts = numRows <= 1 ? 1 : Math.min(numRows, Math.max(1, Math.ceil(about / mostBytes)));
  const step = Math.ceil(numRows / parts);
  for (let from = 0; from < numRows; from += step) {
    const part = parts === 1 ? batch : batch.slice(from, Math.min(from + step, numRows));
    const bytes = streamOf(part, schema);
    if (bytes.byteLength <= mostBytes || part.numRows <= 1) yield { parts: [bytes], rows: part.numRows };
    else yield* cutBatch(part, schema, mostBytes, Math.max(bytes.byteLength, mostBytes + 1));
  }
}

function streamOf(batch: RecordBatch, schema: Schema): Uint8Array {
  // The constructor gives columns of one name the type of the last of them.
  Object.assign(batch, { schema });
  return RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true);
}

const malformed = (how: string): AnalysisError => new AnalysisError("INTERNAL_ERROR", { message: `an Arrow IPC stream ${how}` });
