/** A line of input, or that there was one too long to keep. */
export type InputLine = { readonly kind: "line"; readonly text: string } | { readonly kind: "tooLong" };

const NEWLINE = 10;

/** The lines of a stream of UTF-8, one at a time; of a line of more than `most` bytes nothing is kept. Empty lines are left out. */
export async function* boundedLines(input: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<InputLine> {
  let kept: Uint8Array[] = [];
  let length = 0;
  const add = (piece: Uint8Array) => {
    length += piece.length;
    if (length <= most) kept.push(piece);
    else kept = [];
  };
  const take = (): InputLine => {
    const line: InputLine = length > most ? { kind: "tooLong" } : { kind: "line", text: Buffer.concat(kept).toString("utf8").trim() };
    kept = [];
    length = 0;
    return line;
  };
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      start = end + 1;
      const line = take();
      if (line.kind === "tooLong" || line.text !== "") yield line;
    }
    add(chunk.subarray(start));
  }
  const last = take();
  if (last.kind === "tooLong" || last.text !== "") yield last;
}
