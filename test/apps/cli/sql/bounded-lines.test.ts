import { expect, test } from "vitest";
import { boundedLines } from "../../../../apps/cli/sql/bounded-lines.ts";

async function linesOf(pieces: readonly string[], most: number) {
  const input = async function* () {
    for (const piece of pieces) yield Buffer.from(piece);
  };
  return Array.fromAsync(boundedLines(input(), most));
}

test("lines come whole, wherever the pieces of the input end", async () => {
  const lines = await linesOf(["{a", "}\n{b}\n\n{", "c}"], 10);
  expect(lines).toEqual([
    { kind: "line", text: "{a}" },
    { kind: "line", text: "{b}" },
    { kind: "line", text: "{c}" },
  ]);
});

test("a character that falls into two pieces is one", async () => {
  const bytes = Buffer.from("ä\n");
  const input = async function* () {
    yield bytes.subarray(0, 1);
    yield bytes.subarray(1);
  };
  expect(await Array.fromAsync(boundedLines(input(), 10))).toEqual([{ kind: "line", text: "ä" }]);
});

test("a line that is too long is told and passed over", async () => {
  expect(await linesOf(["12345", "67890", "123\nab\n"], 10)).toEqual([{ kind: "tooLong" }, { kind: "line", text: "ab" }]);
});
