import type { Kernel } from "../kernel/connection.ts";
import { quoteName } from "../functions/function.ts";
import { columnName } from "../kernel/names.ts";
import type { WriteExec } from "../planner/plan.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { Sink, TaskIo } from "../ports/source.ts";
import type { PendingFile, TaskMessage, TaskOutput } from "./message.ts";

/** Writes the rows with the format's sink and uploads each file under its final name; the coordinator makes them visible. */
export async function writeFiles(
  select: string,
  { write, columns }: WriteExec,
  message: TaskMessage,
  io: TaskIo & { readonly kernel: Kernel; readonly store: ObjectStore; readonly sinkOf: (format: string) => Sink },
): Promise<TaskOutput> {
  const named = columns.map((c) => `${columnName(c)} AS ${quoteName(c.name)}`);
  const rows = `SELECT ${named.join(", ")} FROM (${select})`;
  const part = String(message.partition).padStart(5, "0");
  const stem = `part-${part}-${message.job}-${message.attempt}`;
  const sinkColumns = columns.map(({ name, type }) => ({ name, type }));
  const sink = io.sinkOf(write.format);
  const written = await sink.write(rows, write, sinkColumns, stem, { ...io, run: (sql) => io.kernel.query(sql) });
  const files: PendingFile[] = [];
  for (const file of written) {
    const key = `${write.path.replace(/\/+$/, "")}/${file.path}`;
    const upload = await io.store.startUpload(key);
    files.push({ key, upload, file: await io.store.uploadFile(key, upload, io.scratch.path(file.scratch)), rows: file.rows });
  }
  return { kind: "files", files };
}
