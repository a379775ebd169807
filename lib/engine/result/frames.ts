import { ExecutionError } from "../errors.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { TaskOutput } from "../task/message.ts";

/** A result is Arrow IPC streams one behind the other, each after its length: u32, little-endian. */
const LENGTH_BYTES = 4;

export function frame(bytes: Uint8Array): Uint8Array {
  const framed = new Uint8Array(LENGTH_BYTES + bytes.byteLength);
  new DataView(framed.buffer).setUint32(0, bytes.byteLength, true);
  framed.set(bytes, LENGTH_BYTES);
  return framed;
}

const lengthAt = (bytes: Uint8Array, offset: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset + offset, LENGTH_BYTES).getUint32(0, true);

/** The Arrow IPC streams of a result task's output, in order, each read when it is asked for. */
export async function* resultStreams(output: TaskOutput, store: ObjectStore): AsyncGenerator<Uint8Array> {
  if (output.kind !== "result") throw new TypeError(`a ${output.kind} is no result`);
  if (output.inline !== undefined) {
    const bytes = Buffer.from(output.inline, "base64");
    for (let at = 0; at < bytes.byteLength; ) {
      const end = at + LENGTH_BYTES + lengthAt(bytes, at);
      yield bytes.subarray(at + LENGTH_BYTES, end);
      at = end;
    }
    return;
  }
  const key = output.key!;
  for (let at = 0; at < output.bytes; ) {
    const start = at + LENGTH_BYTES;
    const end = start + lengthAt(await store.get(key, { start: at, end: start }), 0);
    if (end > output.bytes) throw new ExecutionError("INTERNAL_ERROR", { message: `the result object ${key} is damaged at byte ${at}` });
    yield await store.get(key, { start, end });
    at = end;
  }
}
