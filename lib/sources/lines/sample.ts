import { ExecutionError } from "../../engine/errors.ts";
import type { ScanFile } from "../../engine/logical/plan.ts";
import type { ObjectStore } from "../../engine/ports/object-store.ts";
import { codecOf, decompress } from "./codec.ts";
import { MAX_LINE } from "./range.ts";

const BLOCK = 8 << 20;
/** A compressed file is decompressed whole while its schema is inferred. */
const MAX_DECOMPRESSED = 1 << 30;

/** All lines of the files, one block of a file in memory at a time. A line ends at \n, \r or \r\n. */
export async function* linesOf(files: readonly ScanFile[], store: ObjectStore): AsyncGenerator<string> {
  for (const file of files) {
    let rest = "";
    const decoder = new TextDecoder("utf-8");
    for await (const block of blocksOf(file, store)) {
      const lines = (rest + decoder.decode(block, { stream: true })).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop()!;
      if (rest.length > MAX_LINE) throw lineTooLong(file.key);
      yield* lines;
    }
    if (rest.replace(/\r$/, "") !== "") yield rest.replace(/\r$/, "");
  }
}

const lineTooLong = (path: string): ExecutionError =>
  new ExecutionError("FIRECREST_UNSUPPORTED", {
    feature: `A line of more than ${MAX_LINE} characters (${path})`,
    advice: "Check the option lineSep; a file of one JSON value needs multiLine.",
  });

async function* blocksOf(file: ScanFile, store: ObjectStore): AsyncGenerator<Uint8Array> {
  const codec = codecOf(file.key);
  if (codec !== "none") {
    yield decompress(codec, await store.get(file.key), MAX_DECOMPRESSED);
    return;
  }
  for (let start = 0; start < file.size; start += BLOCK) yield store.get(file.key, { start, end: Math.min(file.size, start + BLOCK) });
}

/** Whole files as text. */
export async function* contentsOf(
  files: readonly ScanFile[],
  store: ObjectStore,
): AsyncGenerator<{ readonly file: ScanFile; readonly bytes: Uint8Array }> {
  for (const file of files) yield { file, bytes: decompress(codecOf(file.key), await store.get(file.key), MAX_DECOMPRESSED) };
}

/** Keeps a share of the items, the same ones each time: a linear congruential sequence decides. */
export function sampler(ratio: number): () => boolean {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 < ratio;
  };
}
