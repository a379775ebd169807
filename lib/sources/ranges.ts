import { coalesce } from "../engine/byte-ranges.ts";
import type { Scratch } from "../engine/ports/fabric.ts";
import type { ByteRange, ObjectStore } from "../engine/ports/object-store.ts";
import { mapParallel } from "./parallel.ts";

/** Requests under way at once for one file: saturates a function's network. */
export const MAX_PARALLEL_GETS = 16;

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
