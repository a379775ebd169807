/** Marks a message of an Arrow IPC stream; with a length of 0 behind it, the stream's end. */
const CONTINUATION = 0xffffffff;
const PREFIX_BYTES = 8;
const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/**
 * Arrow IPC streams of one schema, without dictionaries, as one stream: the schema once, the batches of all, one end.
 * Source: https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
export async function* spliceStreams(streams: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let begun = false;
  for await (const stream of streams) {
    const end = hasEnd(stream) ? stream.length - PREFIX_BYTES : stream.length;
    yield stream.subarray(begun ? schemaLength(stream) : 0, end);
    begun = true;
  }
  if (begun) yield END_OF_STREAM;
}

/** A schema message is all metadata, without a body. */
function schemaLength(stream: Uint8Array): number {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  if (view.getUint32(0, true) !== CONTINUATION) throw new TypeError("an Arrow IPC stream must begin with a continuation marker");
  return PREFIX_BYTES + view.getInt32(4, true);
}

const hasEnd = (stream: Uint8Array): boolean =>
  stream.length >= PREFIX_BYTES && END_OF_STREAM.every((byte, i) => stream[stream.length - PREFIX_BYTES + i] === byte);
