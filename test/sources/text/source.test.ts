import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as t from "../../../lib/engine/types/data-type.ts";
import { textSource } from "../../../lib/sources/text/source.ts";
import { Bench, session } from "../support/bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

let next = 0;
async function lines(content: string | Uint8Array, options: Record<string, unknown> = {}, extension = "txt") {
  const name = `t${next++}.${extension}`;
  await bench.put(name, content);
  return (await bench.read(textSource, [name], options)).map((row) => row.value);
}

describe("text", () => {
  it.each([
    ["a\n\n\nb\n", ["a", "", "", "b"]],
    ["a\r\n\r\nb\r\nc", ["a", "", "b", "c"]],
    ["a\rb\r\nc\n\nd", ["a", "b", "c", "", "d"]],
    ["\n", [""]],
    [' a,"b\n#c\\\n\tNULL', [' a,"b', "#c\\", "\tNULL"]],
    ["a\0b\n", ["a\0b"]],
  ])("gives each line of %j as it is", async (content, expected) => {
    expect(await lines(content)).toEqual(expected);
  });

  it("reads compressed files with their empty lines", async () => {
    expect(await lines(gzipSync("a\r\n\r\nb"), {}, "txt.gz")).toEqual(["a", "", "b"]);
  });

  it("takes whole files as one value, and other line ends", async () => {
    expect(await lines("a\r\nb\n", { wholetext: true })).toEqual(["a\r\nb\n"]);
    expect(await lines("a;b\n;c;", { lineSep: ";" })).toEqual(["a", "b\n", "c"]);
  });

  it("reads lines longer than DuckDB's default limit", async () => {
    const [first, second] = await lines(`${"x".repeat(5_000_000)}\nb\n`);
    expect(String(first)).toHaveLength(5_000_000);
    expect(second).toBe("b");
  });

  it("covers each line once, wherever splits cut", async () => {
    const all = Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? "" : `line ${i}`));
    await bench.put("split.txt", all.join("\r\n"));
    const scan = await bench.resolve(textSource, ["split.txt"]);
    for (const target of [1, 10, 1000]) {
      const splits = textSource.split(scan, target, session).slice(0, 4000);
      const found: unknown[] = [];
      for (let i = 0; i < splits.length; i += 100) found.push(...(await bench.rows(textSource, scan, splits.slice(i, i + 100))).rows);
      expect(found.map((row) => (row as { value: string }).value)).toEqual(all);
    }
  });

  it("refuses other columns than one string", async () => {
    const schema = t.structType([t.structField("n", t.integerType)]);
    await expect(bench.resolve(textSource, ["split.txt"], {}, schema)).rejects.toMatchObject({ condition: "FIRECREST_UNSUPPORTED" });
  });
});
