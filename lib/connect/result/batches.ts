import type { Execution } from "../../dataframe/engine-port.ts";
import { parseBytes } from "../../engine/byte-size.ts";
import type { Translation } from "../translation.ts";
import { batchMessages, cutStream, emptyStream, headOf, sizeOf, streamParts } from "./ipc-stream.ts";

/** One record batch of a result, or one of the chunks that a client asked to get a large one in. */
export interface ResultBatch {
  /** A whole Arrow IPC stream of one record batch, in parts that lie one behind the other; of a chunk: a part of its bytes. */
  readonly data: readonly Uint8Array[];
  /** Rows of the whole batch. */
  readonly rows: bigint;
  /** Rows of the result in front of the batch. */
  readonly startOffset: bigint;
  /** Memory that holds this batch and nothing else, where there is such. */
  readonly own?: Uint8Array;
  /** Present where the batch comes in several chunks. */
  readonly chunk?: { readonly index: bigint; readonly count: bigint };
}

export interface ResultOptions {
  /** `ResultChunkingOptions`: the client puts chunks together. */
  readonly chunking?: { readonly preferredBytes?: number };
}

/** `spark.connect.grpc.arrow.maxBatchSize`, unless the session says otherwise. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const MAX_BATCH_KEY = "spark.connect.grpc.arrow.maxBatchSize";
/** The engine's own batches may be so many times larger: cutting costs more than it helps as long as a message stays far below gRPC's bound. */
const LENIENCY = 4;
const MIN_CHUNK_BYTES = 1024;

/**
 * The rows of a running job as a client takes them: streams of one batch each, with Spark's schema. The engine's batches have Spark's
 * Arrow types already, so that all there is to change is the head; only what is too large is decoded and cut. At least one batch comes.
 */
export async function* resultBatches(
  execution: Execution,
  t: Pick<Translation, "spark">,
  options: ResultOptions = {},
): AsyncGenerator<ResultBatch, void, undefined> {
  const { conf } = t.spark;
  const empty = emptyStream(execution.schema, conf.get("spark.sql.session.timeZone"));
  const most = Math.max(MIN_CHUNK_BYTES, parseBytes(conf.get(MAX_BATCH_KEY, String(MAX_BATCH_BYTES))) ?? MAX_BATCH_BYTES);
  const head = headOf(empty);
  let startOffset = 0n;
  let sent = false;
  for await (const chunk of execution.chunks) {
    const messages = [...batchMessages(chunk)].filter((message) => message.rows > 0);
    for (const message of messages) {
      const whole = { parts: streamParts(head, message.bytes), rows: message.rows };
      const mayCut = message.rows > 1 && sizeOf(whole.parts) > most * LENIENCY;
      for (const { parts, rows } of mayCut ? cutStream(whole.parts, most) : [whole]) {
        const own = messages.length === 1 && parts === whole.parts ? { own: chunk } : {};
        yield* chunksOf({ data: parts, rows: BigInt(rows), startOffset, ...own }, most, options);
        startOffset += BigInt(rows);
        sent = true;
      }
    }
  }
  if (!sent) yield { data: [empty], rows: 0n, startOffset: 0n };
}

/** A batch whole, or cut into chunks of bytes where the client can put them together. */
function* chunksOf(batch: ResultBatch, most: number, { chunking }: ResultOptions): Generator<ResultBatch, void, undefined> {
  const { data: parts, rows, startOffset } = batch;
  const preferred = chunking?.preferredBytes;
  const size = preferred !== undefined && preferred >= MIN_CHUNK_BYTES && preferred <= most ? preferred : most * LENIENCY;
  if (!chunking || sizeOf(parts) <= size) return yield batch;
  const data = Buffer.concat(parts);
  const count = Math.ceil(data.byteLength / size);
  for (let i = 0; i < count; i++) {
    const part = data.subarray(i * size, Math.min((i + 1) * size, data.byteLength));
    yield { data: [part], rows, startOffset, chunk: { index: BigInt(i), count: BigInt(count) } };
  }
}
