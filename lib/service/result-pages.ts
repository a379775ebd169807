import type { ByteRange, ObjectStore } from "../engine/ports/object-store.ts";
import { joined } from "../engine/result/pages.ts";
import type { ResultOutput } from "../engine/task/message.ts";

/** A page of a job's rows: record batches that lie one behind the other in an object, and the schema's message in front of them. */
export interface PageRef {
  readonly key: string;
  readonly head: ByteRange;
  readonly body: ByteRange;
  readonly rows: number;
  /** The whole object, base64, where it is so small that it stands here; then there is none under the key. */
  readonly inline?: string;
}

/** All of a job's rows, so small that they need no object of their own. */
const INLINE_BYTES = 32 * 1024;
/** A page has at most this many bytes, or one record batch. */
const PAGE_BYTES = 2 * 1024 * 1024;
/** Rows that travelled in reports are put together into objects of about this size. */
const OBJECT_BYTES = 32 * 1024 * 1024;

/** Pages of a job's outputs, in the order of the rows; small outputs share pages. Writes what the outputs hold inline, under `keyOf(n)`. */
export async function pagesOf(outputs: readonly ResultOutput[], keyOf: (number: number) => string, store: ObjectStore): Promise<PageRef[]> {
  const pages: PageRef[] = [];
  let pending: Uint8Array[] = [];
  let size = 0;
  let objects = 0;
  const write = async () => {
    if (pending.length > 0) await store.put(keyOf(objects++), Buffer.concat(pending));
    pending = [];
    size = 0;
  };
  for (const [i, output] of outputs.entries()) {
    // One page without rows tells the schema.
    if (output.rows === 0 && !(i === outputs.length - 1 && pages.length === 0)) continue;
    if (output.inline === undefined) {
      addBatches(pages, output.key!, { start: 0, end: output.head }, output.head, output.pages);
      continue;
    }
    const bytes = Buffer.from(output.inline, "base64");
    if (size > OBJECT_BYTES) await write();
    if (size === 0) {
      pending.push(bytes.subarray(0, output.head));
      size = output.head;
    }
    const body = bytes.subarray(output.head, output.head + output.pages.reduce((sum, page) => sum + page.bytes, 0));
    addBatches(pages, keyOf(objects), { start: 0, end: output.head }, size, output.pages);
    pending.push(body);
    size += body.byteLength;
  }
  if (pages.length === 1 && objects === 0 && size > 0 && size <= INLINE_BYTES) {
    return [{ ...pages[0]!, inline: Buffer.concat(pending).toString("base64") }];
  }
  await write();
  return pages;
}

function addBatches(pages: PageRef[], key: string, head: ByteRange, start: number, batches: ResultOutput["pages"]): void {
  let at = start;
  for (const { bytes, rows } of batches) {
    const last = pages.at(-1);
    if (last && last.key === key && last.body.end === at && at + bytes - last.body.start <= PAGE_BYTES)
      pages[pages.length - 1] = { ...last, body: { start: last.body.start, end: at + bytes }, rows: last.rows + rows };
    else pages.push({ key, head, body: { start: at, end: at + bytes }, rows });
    at += bytes;
  }
}

export const sizeOf = ({ head, body }: PageRef): number => head.end - head.start + body.end - body.start;

/** A page as a whole Arrow IPC stream. */
export async function readPage({ key, head, body, inline }: PageRef, store: ObjectStore): Promise<Uint8Array> {
  if (inline !== undefined) {
    const bytes = Buffer.from(inline, "base64");
    return joined(bytes.subarray(head.start, head.end), [bytes.subarray(body.start, body.end)]);
  }
  // One read where the batches lie right behind the schema.
  if (head.end === body.start) {
    const bytes = await store.get(key, { start: head.start, end: body.end });
    const schema = head.end - head.start;
    return joined(bytes.subarray(0, schema), [bytes.subarray(schema)]);
  }
  const [schema, batches] = await Promise.all([store.get(key, head), store.get(key, body)]);
  return joined(schema, [batches]);
}
