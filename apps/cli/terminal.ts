import type { WriteStream } from "node:tty";

/** Redraws per second that the eye follows. */
const FRAME_MS = 100;
/** Of a terminal that does not tell its width. */
const DEFAULT_WIDTH = 80;

/** Lines at the bottom of a terminal that are drawn over and over; what others print goes above them. */
export class LiveLines {
  readonly #terminal: WriteStream;
  #drawn = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #next: NodeJS.Timeout | undefined;
  #restore: () => void = () => {};

  constructor(terminal: WriteStream) {
    this.#terminal = terminal;
  }

  get width(): number {
    return this.#terminal.columns || DEFAULT_WIDTH;
  }

  /** Keeps a stream that goes to the same terminal from printing into the lines. */
  giveWayTo(stream: NodeJS.WriteStream): void {
    const write = stream.write;
    stream.write = ((...args: Parameters<typeof write>) => {
      this.clear();
      return write.apply(stream, args);
    }) as typeof write;
    this.#restore = () => {
      stream.write = write;
    };
  }

  /** Draws the lines instead of the last ones, at most once a frame; what comes sooner waits for the next one. */
  draw(lines: () => readonly string[]): void {
    clearTimeout(this.#next);
    const now = performance.now();
    const early = this.#lastMs + FRAME_MS - now;
    if (early > 0) {
      this.#next = setTimeout(() => this.draw(lines), early).unref();
      return;
    }
    this.#lastMs = now;
    this.clear();
    const shown = lines();
    if (shown.length === 0) return;
    this.#terminal.write(`${shown.join("\n")}\n`);
    this.#drawn = shown.length;
  }

  clear(): void {
    clearTimeout(this.#next);
    if (this.#drawn === 0) return;
    this.#terminal.moveCursor(0, -this.#drawn);
    this.#terminal.cursorTo(0);
    this.#terminal.clearScreenDown();
    this.#drawn = 0;
  }

  /** Clears, and lets the other stream be. */
  end(): void {
    this.clear();
    this.#restore();
  }
}
