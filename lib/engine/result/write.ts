import type { Attribute } from "../expressions/expression.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { Kernel } from "../kernel/connection.ts";
import type { Scratch } from "../ports/fabric.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { TaskOutput } from "../task/message.ts";
import { arrowStreams } from "./arrow-stream.ts";
import { frame } from "./frames.ts";

/** Results up to this many bytes travel in the task's report (base64 makes them a third longer; a report has 1 MiB). */
const INLINE_BYTES = 256 * 1024;

/** Runs a SELECT and keeps its rows: small ones inline, larger ones as an object of framed Arrow IPC streams. */
export async function writeResult(
  select: string,
  columns: readonly Attribute[],
  io: {
    readonly kernel: Kernel;
    readonly store: ObjectStore;
    readonly scratch: Scratch;
    readonly session: SessionSettings;
    readonly key: string;
  },
): Promise<TaskOutput> {
  const name = "result.frames";
  let inline: Uint8Array[] = [];
  let rows = 0;
  let size = 0;
  let spilled = 0;
  for await (const stream of arrowStreams(select, columns, io.kernel, io.session.timeZone)) {
    rows += stream.rows;
    const framed = frame(stream.bytes);
    inline.push(framed);
    size += framed.byteLength;
    if (size <= INLINE_BYTES) continue;
    for (const bytes of inline) {
      await io.scratch.write(name, spilled, bytes);
      spilled += bytes.byteLength;
    }
    inline = [];
  }
  if (spilled === 0) return { kind: "result", inline: Buffer.concat(inline).toString("base64"), bytes: size, rows };
  const upload = await io.store.startUpload(io.key);
  await io.store.completeUpload(io.key, upload, await io.store.uploadFile(io.key, upload, io.scratch.path(name)));
  return { kind: "result", key: io.key, bytes: size, rows };
}
