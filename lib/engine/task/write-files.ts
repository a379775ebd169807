import { quoteName } from "../functions/function.ts";
import type { Kernel } from "../kernel/connection.ts";
import { exactSql } from "../kernel/exact-type.ts";
import { columnName } from "../kernel/names.ts";
import type { WriteExec } from "../planner/plan.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { Sink, TaskIo, WrittenFile } from "../ports/source.ts";
import { integerType } from "../types/data-type.ts";
import type { PendingFile, TaskMessage, TaskOutput } from "./message.ts";

/** The column that a spread write partitions by; its folders become file numbers. */
const SPREAD = "firecrest_partition";

export interface FileIo extends TaskIo {
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  readonly sinkOf: (format: string) => Sink;
}

/** Writes the rows (`partition`: SQL for the file a row goes to, of a spread write) with the format's sink and uploads each file under its final name; the coordinator makes them visible. */
export async function writeFiles(
  select: string,
  plan: WriteExec,
  partition: string,
  message: TaskMessage,
  io: FileIo,
): Promise<TaskOutput> {
  const { write, columns } = plan;
  const sink = io.sinkOf(write.format);
  const stem = `part-${fileNumber(message.partition)}-${message.job}-${message.attempt}`;
  const named = columns.map((c) => `${exactSql(columnName(c), c.type)} AS ${quoteName(c.name)}`);
  const sinkColumns = columns.map(({ name, type }) => ({ name, type }));
  const sinkIo = { ...io, run: (sql: string) => io.kernel.query(sql) };
  if (!plan.spread)
    return upload(await sink.write(`SELECT ${named.join(", ")} FROM (${select})`, write, sinkColumns, stem, sinkIo), write.path, io);
  const rows = `SELECT ${[...named, `${partition} AS ${quoteName(SPREAD)}`].join(", ")} FROM (${select})`;
  const spread = [...sinkColumns, { name: SPREAD, type: integerType }];
  const files = await sink.write(rows, { ...write, partitionBy: [SPREAD] }, spread, stem, {
    ...sinkIo,
    partitions: plan.spread.partitions,
  });
  return upload(files.map(numbered), write.path, io);
}

const fileNumber = (partition: number): string => String(partition).padStart(5, "0");

/** `firecrest_partition=3/part-00000-...` is the file of partition 3: `part-00003-...`. */
function numbered(file: WrittenFile): WrittenFile {
  const match = /^firecrest_partition=(\d+)\/part-\d+-(.*)$/.exec(file.path);
  if (!match) throw new TypeError(`${file.path} is not where a spread write puts its files`);
  return { ...file, path: `part-${fileNumber(Number(match[1]))}-${match[2]}` };
}

async function upload(written: readonly WrittenFile[], folder: string, { store, scratch }: FileIo): Promise<TaskOutput> {
  const files: PendingFile[] = [];
  for (const file of written) {
    const key = `${folder.replace(/\/+$/, "")}/${file.path}`;
    const id = await store.startUpload(key);
    files.push({ key, upload: id, file: await store.uploadFile(key, id, scratch.path(file.scratch)), rows: file.rows });
  }
  return { kind: "files", files };
}
