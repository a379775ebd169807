import type { Scratch } from "../engine/ports/fabric.ts";
import type { ByteRange, ObjectStore } from "../engine/ports/object-store.ts";
import { mapParallel } from "./parallel.ts";

/** Reading this many bytes for nothing is cheaper than another request: 27 ms at about 40 MB/s a stream. */
const MAX_GAP = 1 << 20;
/** Larger ranges are cut, so that a few of them fill the network and none fills the memory. */
const MAX_REQUEST = 16 << 20;
/** Requests under way at once for one file: saturates a function's network. */
export const MAX_PARALLEL_GETS = 16;

/** The requests that cover all ranges: sorted, neighbours merged, none beyond 16 MiB. */
export function coalesce(ranges: readonly ByteRange[]): ByteRange[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of ranges.filter((r) => r.end > r.start).toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start - last.end < MAX_GAP) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged.flatMap(cut);
}

function cut({ start, end }: ByteRange): ByteRange[] {
  const pieces = Math.ceil((end - start) / MAX_REQUEST);
  const size = Math.ceil((end - start) / pieces);
  return Array.from({ length: pieces }, (_, i) => ({ start: start + i * size, end: Math.min(end, start + (i + 1) * size) }));
}

/** Copies ranges of an object to the same offsets, less `base`, of a scratch file. Gives the bytes and requests it took. */
export async function fetchRanges(
  key: string,
  ranges: readonly ByteRange[],
  name: string,
  io: { readonly store: ObjectStore; readonly scratch: Scratch },
  base = 0,
): Promise<{ readonly bytes: number; readonly requests: number }> {
  const requests = coalesce(ranges);
  const sizes = await mapParallel(requests, MAX_PARALLEL_GETS, async (range) => {
    const bytes = await io.store.get(key, range);
    await io.scratch.write(name, range.start - base, bytes);
    return bytes.length;
  });
  return { bytes: sizes.reduce((a, b) => a + b, 0), requests: requests.length };
}
