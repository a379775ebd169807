import { badArchive, type Unpacking } from "./unpacking.ts";

const BLOCK = 512;
/** Of a name that stands in entries of its own. */
const MOST_NAME = 64 * 1024;

/** Unpacks a tar archive: ustar, with GNU's and POSIX's long names. Source: pax(1), the GNU tar manual. */
export async function untar(bytes: AsyncIterable<Uint8Array>, target: Unpacking): Promise<void> {
  const source = new Blocks(bytes);
  let long: { path?: string; linkpath?: string; size?: string } = {};
  for (;;) {
    const head = await source.take(BLOCK);
    if (head.length < BLOCK || head.every((byte) => byte === 0)) return;
    checkSum(head);
    const type = String.fromCharCode(head[156]!);
    const size = long.size === undefined ? number(head, 124, 12) : Number(long.size);
    if (!Number.isSafeInteger(size) || size < 0) throw badArchive("an entry has no size");
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    if (type === "L" || type === "K" || type === "x" || type === "g") {
      if (size > MOST_NAME) throw badArchive("an entry's name is too long");
      const content = (await source.take(padded)).subarray(0, size);
      if (type === "L") long.path = text(content, 0, size);
      else if (type === "K") long.linkpath = text(content, 0, size);
      else if (type === "x") long = { ...long, ...records(content) };
      continue;
    }
    const name = long.path ?? ownName(head);
    const linked = long.linkpath ?? text(head, 157, 100);
    long = {};
    if (type === "0" || type === "\0" || type === "7") {
      await target.file(name, number(head, 100, 8), source.part(size));
      await source.take(padded - size);
      continue;
    }
    if (type === "5") await target.folder(name);
    else if (type === "1") await target.hardLink(name, linked);
    else if (type === "2") target.symbolicLink(name, linked);
    // Devices and pipes are left out.
    for await (const _ of source.part(padded));
  }
}

function ownName(head: Buffer): string {
  const prefix = text(head, 257, 5) === "ustar" ? text(head, 345, 155) : "";
  return prefix === "" ? text(head, 0, 100) : `${prefix}/${text(head, 0, 100)}`;
}

/** `length key=value` lines. */
function records(content: Buffer): { path?: string; linkpath?: string; size?: string } {
  const found: Record<string, string> = {};
  for (let at = 0; at < content.length; ) {
    const blank = content.indexOf(0x20, at);
    const length = Number(content.toString("latin1", at, blank));
    if (blank < 0 || !(length > 0)) throw badArchive("an extended header cannot be read");
    const line = content.toString("utf8", blank + 1, at + length - 1);
    const key = line.slice(0, line.indexOf("="));
    if (key === "path" || key === "linkpath" || key === "size") found[key] = line.slice(key.length + 1);
    at += length;
  }
  return found;
}

function text(block: Buffer, start: number, length: number): string {
  const end = block.indexOf(0, start);
  return block.toString("utf8", start, end < 0 || end > start + length ? start + length : end);
}

/** Octal digits, or GNU's base 256. */
function number(block: Buffer, start: number, length: number): number {
  if ((block[start]! & 0x80) === 0) return Number.parseInt(text(block, start, length).trim() || "0", 8);
  let value = block[start]! & 0x7f;
  for (let i = start + 1; i < start + length; i++) value = value * 256 + block[i]!;
  return value;
}

/** The sum of a header's bytes, its own place counted as blanks. */
function checkSum(head: Buffer): void {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : head[i]!;
  if (sum !== number(head, 148, 8)) throw badArchive("it is no tar archive, or a damaged one");
}

class Blocks {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** So many bytes, fewer at the end. */
  async take(bytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.part(bytes, true)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** The same in parts. */
  async *part(bytes: number, mayEnd = false): AsyncGenerator<Buffer> {
    for (let missing = bytes; missing > 0; ) {
      if (this.#rest.length === 0) {
        const next = await this.#source.next();
        if (next.done) {
          if (mayEnd) return;
          throw badArchive("it ends within an entry");
        }
        this.#rest = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
      }
      const given = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(given.length);
      missing -= given.length;
      if (given.length > 0) yield given;
    }
  }
}
