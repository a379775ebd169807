import type { WriteStream } from "node:tty";

/** Redraws per second that the eye follows. */
const FRAME_MS = 100;

/** Lines at the bottom of a terminal that are drawn over and over; what others print goes above them. */
export class LiveLines {
  readonly #terminal: WriteStream;
  #drawn = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #restore: () => void = () => {};

  constructor(terminal: WriteStream) {
    this.#terminal = terminal;
  }

  get width(): number {
    return this.#terminal.columns;
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

  /** Draws the lines instead of the last ones, at most once a frame. */
  draw(lines: () => readonly string[]): void {
    const now = performance.now();
    if (now - this.#lastMs < FRAME_MS) return;
    this.#lastMs = now;
    this.clear();
    const shown = lines();
    if (shown.length === 0) return;
    this.#terminal.write(`${shown.join("\n")}\n`);
    this.#drawn = shown.length;
  }

  clear(): void {
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
