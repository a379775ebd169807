import { AnalysisError } from "../../engine/errors.ts";
import { MessageParts } from "../message-parts.ts";

/** An answer as it goes out. */
export interface Response {
  readonly id: string;
  readonly bytes: Uint8Array | MessageParts;
}

/** How the answers of an operation ended: with the last of them, or with an error. */
export type End = { readonly kind: "complete" } | { readonly kind: "failed"; readonly error: unknown };

export interface BufferBounds {
  /** Bytes of answers that no reader has taken from which on who adds more has to wait. */
  readonly waiting: number;
  /** Bytes of answers that a reader has taken and that are kept for one who comes back. */
  readonly retry: number;
}

/**
 * The answers of one operation, in order, between who makes them and the one who reads them. A reader may come back and begin again
 * behind the last answer that it has seen, as long as that is still kept. Memory is bounded on both sides of the reader: adding waits
 * for it, and what it has taken is forgotten from the oldest on.
 */
export class ResponseBuffer {
  readonly #bounds: BufferBounds;
  #kept: Response[] = [];
  /** The number of the first answer that is kept. */
  #first = 0;
  /** The number of the first answer that no reader has taken. */
  #next = 0;
  #keptBytes = 0;
  #waitingBytes = 0;
  #end: End | undefined;
  #released = false;
  #reader: symbol | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(bounds: BufferBounds) {
    this.#bounds = bounds;
  }

  get bytes(): number {
    return this.#keptBytes;
  }
  get isAttached(): boolean {
    return this.#reader !== undefined;
  }

  /** Whether nobody who adds more would have to wait. */
  get hasRoom(): boolean {
    return this.#waitingBytes <= this.#bounds.waiting && !this.#released && !this.#end;
  }

  /** Resolves once there is room for another; at once after a release or an end, when nobody will read it. */
  async add(response: Response): Promise<void> {
    if (this.#released || this.#end) return;
    this.#kept.push(response);
    this.#keptBytes += response.bytes.byteLength;
    this.#waitingBytes += response.bytes.byteLength;
    this.#notify();
    while (this.#waitingBytes > this.#bounds.waiting && !this.#released && !this.#end) await this.#changed.promise;
  }

  /** No more answers; a second end is no error and changes nothing. */
  end(end: End): void {
    this.#end ??= end;
    this.#notify();
  }

  /** Forgets answers up to one, that one included. Who has released it already, does no harm. */
  releaseUntil(id: string): void {
    const at = this.#kept.findIndex((response) => response.id === id);
    if (at >= 0) this.#forget(Math.min(at + 1, this.#next - this.#first));
  }

  /** Forgets everything. Readers end. */
  release(): void {
    this.#released = true;
    // What is on its way to a reader is not freed under its hands.
    free(this.#kept.slice(0, this.#next - this.#first));
    this.#kept = [];
    this.#keptBytes = 0;
    this.#waitingBytes = 0;
    this.#notify();
  }

  /**
   * The answers behind the one of that id, or all; ends when they do, or where `stop` is aborted. Throws the error that ended them,
   * INVALID_CURSOR.POSITION_NOT_FOUND or POSITION_NOT_AVAILABLE at once, and INVALID_CURSOR.DISCONNECTED where another reader comes.
   */
  read(behind: string | undefined, stop: AbortSignal): AsyncGenerator<Response> {
    const from = behind === undefined || behind === "" ? this.#fromStart() : this.#positionBehind(behind);
    const reader = Symbol("reader");
    this.#reader = reader;
    // The client has seen these, whatever became of the stream that brought them.
    this.#taken(from);
    return this.#answers(reader, from, stop);
  }

  #fromStart(): number {
    if (this.#first > 0) throw notAvailable(0);
    return 0;
  }

  #positionBehind(id: string): number {
    const at = this.#kept.findIndex((response) => response.id === id);
    if (at >= 0) return this.#first + at + 1;
    // What was forgotten last is where a reader that has seen all of it goes on.
    if (id === this.#lastForgotten) return this.#first;
    throw new AnalysisError("INVALID_CURSOR.POSITION_NOT_FOUND", { responseId: id });
  }

  async *#answers(reader: symbol, from: number, stop: AbortSignal): AsyncGenerator<Response> {
    const wake = () => this.#notify();
    stop.addEventListener("abort", wake);
    try {
      for (let number = from; !stop.aborted; ) {
        if (this.#reader !== reader) throw new AnalysisError("INVALID_CURSOR.DISCONNECTED");
        if (number < this.#first && !this.#released) throw notAvailable(number);
        const response = this.#kept[number - this.#first];
        if (response) {
          number += 1;
          yield response;
          // Who comes back may want this one again, and what is behind it.
          if (this.#reader === reader) this.#taken(number);
        } else if (this.#end?.kind === "failed") throw this.#end.error;
        else if (this.#end || this.#released) return;
        else await this.#changed.promise;
      }
    } finally {
      stop.removeEventListener("abort", wake);
      if (this.#reader === reader) this.#reader = undefined;
    }
  }

  #taken(next: number): void {
    for (; this.#next < next; this.#next += 1) this.#waitingBytes -= this.#kept[this.#next - this.#first]?.bytes.byteLength ?? 0;
    let [count, bytes] = [0, this.#keptBytes - this.#waitingBytes];
    // The last one that was taken stays, however large: a reader that has lost its line asks for what is behind it, or for it again.
    for (; count < this.#next - this.#first - 1 && bytes > this.#bounds.retry; count += 1) bytes -= this.#kept[count]!.bytes.byteLength;
    this.#forget(count);
    this.#notify();
  }

  #lastForgotten: string | undefined;

  #forget(count: number): void {
    if (count <= 0) return;
    const forgotten = this.#kept.splice(0, count);
    this.#lastForgotten = forgotten.at(-1)!.id;
    this.#first += count;
    this.#keptBytes -= forgotten.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    free(forgotten);
  }

  #notify(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}

/** Spark counts answers from 1. */
const notAvailable = (number: number): AnalysisError =>
  new AnalysisError("INVALID_CURSOR.POSITION_NOT_AVAILABLE", { index: String(number + 1), responseId: "" });

function free(responses: readonly Response[]): void {
  for (const { bytes } of responses) if (bytes instanceof MessageParts) bytes.free();
}
