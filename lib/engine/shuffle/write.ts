import { crc32 } from "node:zlib";
import type { Attribute } from "../expressions/expression.ts";
import { quoteText } from "../functions/function.ts";
import type { Kernel } from "../kernel/connection.ts";
import type { Scratch } from "../ports/fabric.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { TaskOutput } from "../task/message.ts";
import { encodeHeader } from "./block.ts";
import { toTransport } from "./transport.ts";

/** Bytes copied at a time from the partition files into the object. */
const COPY_BYTES = 16 * 1024 * 1024;
/** An object up to this size is one request; an upload is at least three, one after the other. */
const PUT_BYTES = 8 * 1024 * 1024;

type ShuffleOutput = Extract<TaskOutput, { readonly kind: "shuffle" }>;

export interface ShuffleWrite {
  readonly kernel: Kernel;
  readonly scratch: Scratch;
  readonly store: ObjectStore;
  /** Where the object goes. */
  readonly key: string;
}

/** Runs a SELECT and writes its rows as one object, partitions back to back. `partition` is SQL over its columns: which one a row goes to. */
export async function writeShuffle(
  select: string,
  columns: readonly Attribute[],
  partition: string,
  partitions: number,
  io: ShuffleWrite,
): Promise<ShuffleOutput> {
  const files = partitions === 1 ? await copyWhole(select, columns, io) : await copyPartitioned(select, columns, partition, io);
  const offsets = [0];
  const rows: number[] = [];
  const checksums: number[] = [];
  const combined = new Combined(io.scratch, "shuffle.object");
  for (let p = 0; p < partitions; p++) {
    const own = files.filter((file) => file.partition === p && file.rows > 0);
    rows.push(own.reduce((sum, file) => sum + file.rows, 0));
    checksums.push(own.length > 0 ? await combined.append(own) : 0);
    offsets.push(combined.size);
  }
  if (combined.size > 0) await store("shuffle.object", combined.size, io);
  return { kind: "shuffle", key: io.key, offsets, rows, checksums };
}

async function store(name: string, bytes: number, { store: objects, scratch, key }: ShuffleWrite): Promise<void> {
  if (bytes <= PUT_BYTES) {
    await objects.put(key, await scratch.read(name));
    return;
  }
  const upload = await objects.startUpload(key);
  await objects.completeUpload(key, upload, await objects.uploadFile(key, upload, scratch.path(name)));
}

/** Writes the rows as one block that every task of the reading stage fetches whole. */
export async function writeBroadcast(select: string, columns: readonly Attribute[], io: ShuffleWrite): Promise<TaskOutput> {
  const { key, offsets, rows, checksums } = await writeShuffle(select, columns, "0", 1, io);
  return { kind: "broadcast", key, bytes: offsets[1]!, rows: rows[0]!, checksum: checksums[0]! };
}

interface PartitionFile {
  readonly partition: number;
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
}

async function copyWhole(select: string, columns: readonly Attribute[], { kernel, scratch }: ShuffleWrite): Promise<PartitionFile[]> {
  const stats = await kernel.query(
    `COPY (${toTransport(select, columns)}) TO ${quoteText(scratch.path("shuffle.parquet"))} (FORMAT parquet, COMPRESSION snappy, RETURN_STATS)`,
  );
  return stats.map((file) => ({ partition: 0, name: "shuffle.parquet", bytes: Number(file.file_size_bytes), rows: Number(file.count) }));
}

async function copyPartitioned(
  select: string,
  columns: readonly Attribute[],
  partition: string,
  { kernel, scratch }: ShuffleWrite,
): Promise<PartitionFile[]> {
  const folder = scratch.path("shuffle");
  const rows = `SELECT *, ${partition} AS shuffle_partition FROM (${toTransport(select, columns)})`;
  const stats = await kernel.query(
    `COPY (${rows}) TO ${quoteText(folder)} (FORMAT parquet, COMPRESSION snappy, PARTITION_BY (shuffle_partition), OVERWRITE_OR_IGNORE, RETURN_STATS)`,
  );
  return stats.map((file) => {
    const name = `shuffle${String(file.filename).slice(folder.length)}`;
    return {
      partition: Number(/shuffle_partition=(\d+)/.exec(name)![1]),
      name,
      bytes: Number(file.file_size_bytes),
      rows: Number(file.count),
    };
  });
}

/** The object under construction, in the scratch space. */
class Combined {
  size = 0;
  readonly #scratch: Scratch;
  readonly #name: string;
  constructor(scratch: Scratch, name: string) {
    this.#scratch = scratch;
    this.#name = name;
  }

  /** Adds a block; gives its checksum. */
  async append(files: readonly PartitionFile[]): Promise<number> {
    const header = encodeHeader(files.map((file) => file.bytes));
    let checksum = crc32(header);
    await this.#write(header);
    for (const file of files) {
      for (let start = 0; start < file.bytes; start += COPY_BYTES) {
        const piece = await this.#scratch.read(file.name, { start, end: Math.min(start + COPY_BYTES, file.bytes) });
        checksum = crc32(piece, checksum);
        await this.#write(piece);
      }
      await this.#scratch.remove(file.name);
    }
    return checksum;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#scratch.write(this.#name, this.size, bytes);
    this.size += bytes.byteLength;
  }
}
