import { FirecrestError } from "../errors.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { ResultOutput } from "../task/message.ts";

/**
 * A task's rows are one Arrow IPC stream: the schema's message, a message for each record batch (a page), the end mark.
 * The object as it lies in the store is what any Arrow reader takes; with its head and the end mark each page is one by itself.
 * Source: https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
const END_OF_STREAM = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
/** The continuation mark and the length of the metadata, in front of it. */
const PREFIX_BYTES = 8;

export interface StreamParts {
  /** The schema's message. */
  readonly head: Uint8Array;
  /** The batch's, in parts that nobody needs to copy. */
  readonly batch: readonly Uint8Array[];
}

/** Takes a stream of one record batch apart, which comes in parts itself. */
export function partsOf(stream: readonly Uint8Array[]): StreamParts {
  const head = PREFIX_BYTES + Buffer.concat(sliceOf(stream, 0, PREFIX_BYTES)).readInt32LE(4);
  return { head: Buffer.concat(sliceOf(stream, 0, head)), batch: sliceOf(stream, head, sizeOf(stream) - END_OF_STREAM.byteLength) };
}

export const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.byteLength, 0);

/** Bytes [from, to) of parts that lie one behind the other. */
function sliceOf(parts: readonly Uint8Array[], from: number, to: number): Uint8Array[] {
  const slice: Uint8Array[] = [];
  let at = 0;
  for (const part of parts) {
    const [start, end] = [Math.max(from - at, 0), Math.min(to - at, part.byteLength)];
    if (start < end) slice.push(part.subarray(start, end));
    at += part.byteLength;
  }
  return slice;
}

export const joined = (head: Uint8Array, batches: readonly Uint8Array[]): Uint8Array => Buffer.concat([head, ...batches, END_OF_STREAM]);

/** A page of a task that still runs, where whoever asked for the rows reads the task's own file. */
export interface EarlyPage {
  /** The file as long as the attempt runs, and the object that it becomes. */
  readonly path: string;
  readonly key: string;
  /** Bytes of the schema's message, of the pages in front of this one, and of this one. */
  readonly head: number;
  readonly before: number;
  readonly bytes: number;
}

/** An early page as a whole Arrow IPC stream; undefined where the file is no more: the attempt has failed, or it is just becoming the object. */
export async function earlyPage({ path, key, head, before, bytes }: EarlyPage, store: ObjectStore): Promise<Uint8Array | undefined> {
  const ifThere = async (file: string) => {
    try {
      const page = await store.get(file, { start: before, end: before + head + bytes + END_OF_STREAM.length });
      if (before > 0) page.set(await store.get(file, { start: 0, end: head }));
      page.set(END_OF_STREAM, head + bytes);
      return page;
    } catch (thrown) {
      if (thrown instanceof FirecrestError && thrown.condition === "OBJECT_NOT_FOUND") return undefined;
      throw thrown;
    }
  };
  return (await ifThere(path)) ?? ifThere(key);
}

/** The pages of a result task's output, in order, each a whole Arrow IPC stream, without the first `given`. The next one is read while one is looked at. */
export async function* resultPages(output: ResultOutput, store: ObjectStore, given = 0): AsyncGenerator<Uint8Array> {
  const pages = output.pages.slice(given);
  if (pages.length === 0) return;
  const read = reader(output, store);
  // With as much in front of it and behind it as its own head and end take: so they are put in place, and no page is copied.
  const around = (at: number, bytes: number) => {
    const page = read(at - output.head, at + bytes + END_OF_STREAM.length);
    page.catch(() => {});
    return page;
  };
  let at = output.pages.slice(0, given).reduce((sum, { bytes }) => sum + bytes, output.head);
  let head = given > 0 ? await read(0, output.head) : undefined;
  let next = pages[0] && around(at, pages[0].bytes);
  for (const [i, { bytes }] of pages.entries()) {
    const page = await next!;
    at += bytes;
    const following = pages[i + 1];
    next = following && around(at, following.bytes);
    if (head) page.set(head);
    else head = page.slice(0, output.head);
    page.set(END_OF_STREAM, page.length - END_OF_STREAM.length);
    yield page;
  }
}

/** Pages [from, to) of a result task's output as one Arrow IPC stream. */
export async function resultStream(output: ResultOutput, from: number, to: number, store: ObjectStore): Promise<Uint8Array> {
  const read = reader(output, store);
  const sum = (pages: ResultOutput["pages"]) => pages.reduce((total, page) => total + page.bytes, 0);
  const start = output.head + sum(output.pages.slice(0, from));
  const [head, batches] = await Promise.all([read(0, output.head), read(start, start + sum(output.pages.slice(from, to)))]);
  return joined(head, [batches]);
}

/** What it gives is the caller's own. */
function reader({ inline, key }: ResultOutput, store: ObjectStore): (start: number, end: number) => Promise<Uint8Array> {
  if (inline === undefined) return (start, end) => store.get(key!, { start, end });
  const bytes = Buffer.from(inline, "base64");
  return async (start, end) => new Uint8Array(bytes.subarray(start, end));
}
