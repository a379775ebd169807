import { crc32 } from "node:zlib";
import { RetryableError } from "../errors.ts";
import type { Scratch } from "../ports/fabric.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { BlockRef } from "../task/message.ts";
import { decodeHeader } from "./block.ts";

/** Bytes of one range read, of all that are under way, and how many may be: small blocks wait for answers rather than for bytes. */
export const BLOCK_READ_BYTES = 8 * 1024 * 1024;
const BYTES_UNDER_WAY = 128 * 1024 * 1024;
const MOST_PARALLEL_READS = 64;

/** A block that is gone or damaged: its producer has to run again. */
export class LostBlock extends RetryableError {
  readonly block: BlockRef;
  constructor(block: BlockRef, detail: string) {
    super("SHUFFLE_BLOCK_LOST", { block: `${block.key} [${block.start}, ${block.end})`, detail });
    this.block = block;
  }
}

export interface Fetched {
  /** Scratch names of the Parquet files, in the order of the blocks. */
  readonly files: readonly string[];
  readonly bytes: number;
  readonly requests: number;
}

/** Brings blocks into the scratch space, checked. `name` begins the file names. Throws LostBlock. */
export async function fetchBlocks(blocks: readonly BlockRef[], name: string, store: ObjectStore, scratch: Scratch): Promise<Fetched> {
  const files: string[][] = blocks.map(() => []);
  let requests = 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < blocks.length; i = next++) {
      const fetched = await fetchBlock(blocks[i]!, `${name}-${i}`, store, scratch);
      files[i] = fetched.files;
      requests += fetched.requests;
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelReads(blocks), blocks.length) }, worker));
  return { files: files.flat(), bytes: blocks.reduce((sum, b) => sum + b.end - b.start, 0), requests };
}

/** Blocks fetched at the same time. */
export function parallelReads(blocks: readonly Pick<BlockRef, "start" | "end">[]): number {
  const largest = blocks.reduce((most, { start, end }) => Math.max(most, Math.min(BLOCK_READ_BYTES, end - start)), 1);
  return Math.min(MOST_PARALLEL_READS, Math.floor(BYTES_UNDER_WAY / largest));
}

async function fetchBlock(
  block: BlockRef,
  name: string,
  store: ObjectStore,
  scratch: Scratch,
): Promise<{ files: string[]; requests: number }> {
  let checksum = 0;
  let requests = 0;
  let files: { readonly start: number; readonly end: number }[] | undefined;
  const size = block.end - block.start;
  for (let offset = 0; offset < size; offset += BLOCK_READ_BYTES) {
    const end = Math.min(offset + BLOCK_READ_BYTES, size);
    const piece = await readPiece(block, offset, end, store);
    requests++;
    if (piece.byteLength !== end - offset) throw new LostBlock(block, `${piece.byteLength} of ${end - offset} bytes came`);
    checksum = crc32(piece, checksum);
    files ??= decodeHeader(piece, size);
    if (!files) throw new LostBlock(block, "its header is damaged");
    await scatter(piece, offset, files, name, scratch);
  }
  if (checksum !== block.checksum) throw new LostBlock(block, "its checksum is wrong");
  return { files: (files ?? []).map((_, i) => `${name}-${i}.parquet`), requests };
}

async function readPiece(block: BlockRef, start: number, end: number, store: ObjectStore): Promise<Uint8Array> {
  try {
    return await store.get(block.key, { start: block.start + start, end: block.start + end });
  } catch (error) {
    if ((error as { condition?: string }).condition === "OBJECT_NOT_FOUND") throw new LostBlock(block, "it is gone");
    throw error;
  }
}

/** Writes the parts of a piece that belong to each file. */
async function scatter(
  piece: Uint8Array,
  offset: number,
  files: readonly { readonly start: number; readonly end: number }[],
  name: string,
  scratch: Scratch,
): Promise<void> {
  for (const [i, file] of files.entries()) {
    const start = Math.max(file.start, offset);
    const end = Math.min(file.end, offset + piece.byteLength);
    if (start < end) await scratch.write(`${name}-${i}.parquet`, start - file.start, piece.subarray(start - offset, end - offset));
  }
}
