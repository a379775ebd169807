import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createInflateRaw } from "node:zlib";
import { badArchive, type Unpacking } from "./unpacking.ts";

/** The record at the end of an archive, without its comment. */
const END = 22;
const MOST_COMMENT = 0xffff;
const MOST_DIRECTORY = 64 * 1024 * 1024;
const LINK = 0o120000;

/** Unpacks a zip archive. Source: PKWARE's APPNOTE.TXT, 4.3. */
export async function unzip(path: string, target: Unpacking): Promise<void> {
  const file = await open(path);
  try {
    const directory = await directoryOf(file);
    for (let at = 0; at < directory.length; ) {
      if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50) throw badArchive("its list of entries is damaged");
      const [nameLength, extra, comment] = [28, 30, 32].map((place) => directory.readUInt16LE(at + place));
      await entry(path, file, directory.subarray(at, at + 46 + nameLength!), target);
      at += 46 + nameLength! + extra! + comment!;
    }
  } finally {
    await file.close();
  }
}

async function directoryOf(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat();
  const tail = await read(file, Math.max(0, size - END - MOST_COMMENT), Math.min(size, END + MOST_COMMENT));
  let at = tail.length - END;
  while (at >= 0 && tail.readUInt32LE(at) !== 0x06054b50) at--;
  if (at < 0) throw badArchive("it is no zip archive");
  const [length, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if (offset === 0xffffffff || tail.readUInt16LE(at + 10) === 0xffff)
    throw badArchive("it is a zip archive of 64 bits; send a tar archive");
  if (length > MOST_DIRECTORY || offset + length > size) throw badArchive("its list of entries is damaged");
  return read(file, offset, length);
}

async function entry(path: string, file: FileHandle, head: Buffer, target: Unpacking): Promise<void> {
  const name = head.toString("utf8", 46);
  const [flags, method] = [head.readUInt16LE(8), head.readUInt16LE(10)];
  const [packed, size, offset] = [head.readUInt32LE(20), head.readUInt32LE(24), head.readUInt32LE(42)];
  const mode = head[5] === 3 ? head.readUInt32LE(38) >>> 16 : 0o644;
  if (name.endsWith("/")) return target.folder(name);
  if (flags & 1) throw badArchive(`${name} is encrypted`);
  if (method !== 0 && method !== 8) throw badArchive(`${name} is packed by a method other than deflate`);
  const local = await read(file, offset, 30);
  if (local.length < 30 || local.readUInt32LE(0) !== 0x04034b50) throw badArchive(`${name} is not where it should be`);
  const start = offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const content = contentOf(path, start, packed, size, method === 8);
  if ((mode & 0o170000) !== LINK) return target.file(name, mode, content);
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  target.symbolicLink(name, Buffer.concat(parts).toString());
}

/** No more than was said: what unpacks to something else is damaged, or meant to do harm. */
async function* contentOf(path: string, start: number, packed: number, size: number, deflated: boolean): AsyncGenerator<Uint8Array> {
  let rest = size;
  if (packed > 0) {
    const stored = createReadStream(path, { start, end: start + packed - 1 });
    const inflated = deflated ? createInflateRaw() : undefined;
    if (inflated) {
      stored.on("error", (error) => inflated.destroy(error));
      stored.pipe(inflated);
    }
    try {
      for await (const part of (inflated ?? stored) as AsyncIterable<Uint8Array>) {
        rest -= part.length;
        if (rest < 0) break;
        yield part;
      }
    } catch {
      throw badArchive("an entry cannot be unpacked");
    } finally {
      stored.destroy();
      inflated?.destroy();
    }
  }
  if (rest !== 0) throw badArchive("an entry is not as long as it says");
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
