import type { LogLine } from "./records.ts";

/** Characters of a line that are kept. */
const MAX_LINE = 4_000;
/** Bytes of lines kept from the beginning, and from the end: what lies between is left out, and said to be. */
const HEAD_BYTES = 512 * 1024;
const TAIL_BYTES = 128 * 1024;

/** What a program has printed, as JSON lines; bounded, however much it prints. */
export class ProgramLog {
  readonly #head: string[] = [];
  readonly #tail: string[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #leftOut = 0;
  #changes = 0;

  /** Grows with each line. */
  get changes(): number {
    return this.#changes;
  }

  add({ message, ...line }: LogLine): void {
    const text = JSON.stringify({ ...line, message: message.length > MAX_LINE ? `${message.slice(0, MAX_LINE)}…` : message });
    const bytes = Buffer.byteLength(text) + 1;
    this.#changes += 1;
    if (this.#tail.length === 0 && this.#headBytes + bytes <= HEAD_BYTES) {
      this.#head.push(text);
      this.#headBytes += bytes;
      return;
    }
    this.#tail.push(text);
    this.#tailBytes += bytes;
    while (this.#tailBytes > TAIL_BYTES) {
      this.#tailBytes -= Buffer.byteLength(this.#tail.shift()!) + 1;
      this.#leftOut += 1;
    }
  }

  /** The whole log. `now` is in ms since 1970. */
  encode(now: number): Uint8Array {
    const gap: LogLine = { at: now, source: "driver", level: "warn", message: `${this.#leftOut} lines are left out here` };
    const lines = [...this.#head, ...(this.#leftOut > 0 ? [JSON.stringify(gap)] : []), ...this.#tail];
    return new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
  }
}
