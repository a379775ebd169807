import { crc32 } from "node:zlib";
import { ExecutionError } from "../errors.ts";

/** The layout of segments and snapshots, and of the events and states in them: a coordinator refuses a journal of another version. */
const VERSION = 2;

/**
 * An object of the journal: a line that says what the rest is, then the rest as JSON. `owner` tells the coordinators that
 * write to the same journal apart.
 */
export function encodeSegment(number: number, owner: string, content: unknown): Uint8Array {
  const body = JSON.stringify(content);
  return encoder.encode(`${JSON.stringify({ version: VERSION, number, owner, checksum: crc32(body) })}\n${body}`);
}

/** The content of an object of the journal. Throws JOURNAL_CORRUPT where it is torn, of another version or not the number it should be. */
export function decodeSegment(key: string, number: number, bytes: Uint8Array): unknown {
  const text = decoder.decode(bytes);
  const end = text.indexOf("\n");
  const header = parse(text.slice(0, end));
  if (end < 0 || !header) throw corrupt(key, "its first line is torn");
  if (header.version !== VERSION) throw corrupt(key, `it has version ${header.version}, this coordinator reads version ${VERSION}`);
  if (header.number !== number) throw corrupt(key, `it says that it is number ${header.number}`);
  const body = text.slice(end + 1);
  if (crc32(body) !== header.checksum) throw corrupt(key, "its checksum does not match, so a part of it is missing or damaged");
  return JSON.parse(body);
}

export const corrupt = (key: string, problem: string) => new ExecutionError("JOURNAL_CORRUPT", { key, problem });

interface Header {
  readonly version: unknown;
  readonly number: unknown;
  readonly checksum: unknown;
}

function parse(line: string): Header | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Header) : undefined;
  } catch {
    return undefined;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
