import type { ObjectStore } from "../../engine/ports/object-store.ts";

const NEWLINE = 10;
const RETURN = 13;
/** Bytes looked at beyond a range's end at first; most lines are shorter. */
const FIRST_LOOK = 64 << 10;
/** As long as a line may be, in bytes: read_csv holds each whole. */
export const MAX_LINE = 32_000_000;

/**
 * The bytes of the lines that begin in [start, end): splits side by side cover each line once.
 * A line ends at \n, \r or \r\n, as Hadoop's LineReader has it.
 */
export async function linesWithin(
  key: string,
  size: number,
  start: number,
  end: number,
  store: ObjectStore,
): Promise<{ readonly start: number; readonly end: number; readonly requests: number }> {
  const first = await lineStartAt(key, size, start, store);
  if (first.offset >= end) return { start: first.offset, end: first.offset, requests: first.requests };
  const last = await lineStartAt(key, size, end, store);
  return { start: first.offset, end: last.offset, requests: first.requests + last.requests };
}

/** Where the first line that begins at or after `offset` begins; the file's size if none does. */
async function lineStartAt(key: string, size: number, offset: number, store: ObjectStore): Promise<{ offset: number; requests: number }> {
  if (offset <= 0) return { offset: 0, requests: 0 };
  if (offset >= size) return { offset: size, requests: 0 };
  let requests = 0;
  let look = FIRST_LOOK;
  for (let from = offset - 1; from < size; look = Math.min(look * 4, 16 << 20)) {
    // One byte more than is searched tells \r\n from \r.
    const bytes = await store.get(key, { start: from, end: Math.min(size, from + look + 1) });
    requests++;
    const searched = Math.min(look, bytes.length);
    for (let i = 0; i < searched; i++) {
      if (bytes[i] === NEWLINE || (bytes[i] === RETURN && bytes[i + 1] !== NEWLINE)) return { offset: from + i + 1, requests };
    }
    from += searched;
    if (from - offset > MAX_LINE) break;
  }
  return { offset: size, requests };
}
