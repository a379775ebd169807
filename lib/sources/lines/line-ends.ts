import type { ByteRange } from "../../engine/ports/object-store.ts";

export type ReadPart = (part: ByteRange) => Promise<Uint8Array>;

const RETURN = 13;
const NEWLINE = 10;
const BLOCK = 4 << 20;

/** How the lines of a file end: `\n` if it has no \r, `\r\n` if each \r is before a \n. */
export async function lineEndsOf(size: number, read: ReadPart): Promise<"\n" | "\r\n" | "mixed"> {
  let returns = false;
  for (let start = 0; start < size; start += BLOCK) {
    // One byte more tells a \r\n across blocks.
    const part = await read({ start, end: Math.min(size, start + BLOCK + 1) });
    // Buffer's search is several times as fast as Uint8Array's.
    const bytes = Buffer.from(part.buffer, part.byteOffset, part.length);
    for (let at = bytes.indexOf(RETURN); at >= 0 && at < BLOCK; at = bytes.indexOf(RETURN, at + 1)) {
      if (bytes[at + 1] !== NEWLINE) return "mixed";
      returns = true;
    }
  }
  return returns ? "\r\n" : "\n";
}

/** The same lines, each ended by \n. */
export function plainLineEnds(bytes: Uint8Array): Uint8Array {
  const plain = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === RETURN && bytes[i + 1] === NEWLINE) continue;
    plain[length++] = bytes[i] === RETURN ? NEWLINE : bytes[i]!;
  }
  return plain.subarray(0, length);
}
