import type { Attribute } from "../expressions/expression.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { Kernel } from "../kernel/connection.ts";
import type { Scratch } from "../ports/fabric.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { ResultOutput } from "../task/message.ts";
import { arrowStreams } from "./arrow-stream.ts";
import { type EarlyPage, joined, partsOf, sizeOf } from "./pages.ts";

/** Results up to this many bytes travel in the task's report (base64 makes them a third longer; a report has 1 MiB). */
const INLINE_BYTES = 256 * 1024;

/** Runs a SELECT and keeps its rows as one Arrow IPC stream: small ones inline, larger ones as an object. */
export async function writeResult(
  select: string,
  columns: readonly Attribute[],
  io: {
    readonly kernel: Kernel;
    readonly store: ObjectStore;
    readonly scratch: Scratch;
    readonly session: SessionSettings;
    readonly key: string;
    /** Is told of each page as soon as it is on disk. */
    readonly onPage?: (page: EarlyPage) => void;
  },
): Promise<ResultOutput> {
  const name = "result.arrows";
  const pages: { bytes: number; rows: number }[] = [];
  let head: Uint8Array = new Uint8Array();
  let inline: Uint8Array[] = [];
  let size = 0;
  let spilled = 0;
  let told = 0;
  let before = 0;
  // The end mark is written over by the next page: until then what there is can be read.
  const spill = async (parts: readonly Uint8Array[]) => {
    await io.scratch.write(name, spilled, ...parts, joined(new Uint8Array(), []));
    spilled += sizeOf(parts);
    for (; told < pages.length; told++) {
      const { bytes } = pages[told]!;
      io.onPage?.({ path: io.scratch.path(name), key: io.key, head: head.byteLength, before, bytes });
      before += bytes;
    }
  };
  for await (const { parts, rows } of arrowStreams(select, columns, io.kernel, io.session.timeZone)) {
    const stream = partsOf(parts);
    if (pages.length === 0) head = stream.head;
    const bytes = sizeOf(stream.batch);
    pages.push({ bytes, rows });
    size += bytes;
    if (head.byteLength + size <= INLINE_BYTES) {
      inline.push(Buffer.concat(stream.batch));
      continue;
    }
    await spill(spilled === 0 ? [head, ...inline, ...stream.batch] : stream.batch);
    inline = [];
  }
  const rows = pages.reduce((sum, page) => sum + page.rows, 0);
  const about = { kind: "result", head: head.byteLength, pages, rows } as const;
  if (spilled === 0) {
    const bytes = joined(head, inline);
    return { ...about, inline: Buffer.from(bytes).toString("base64"), bytes: bytes.byteLength };
  }
  spilled += joined(new Uint8Array(), []).byteLength;
  const upload = await io.store.startUpload(io.key);
  await io.store.completeUpload(io.key, upload, await io.store.uploadFile(io.key, upload, io.scratch.path(name)));
  return { ...about, key: io.key, bytes: spilled };
}
