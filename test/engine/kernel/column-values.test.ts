import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Kernel } from "../../../lib/engine/kernel/connection.ts";
import type { NativeFunction } from "../../../lib/engine/kernel/native-function.ts";
import { parseDataType } from "../../../lib/engine/types/ddl.ts";

let kernel: Kernel;
const session = { timeZone: "UTC", ansi: true, caseSensitive: false };

beforeAll(async () => {
  kernel = await Kernel.open({ threads: 1, memory: 1e9, spillFolder: mkdtempSync(join(tmpdir(), "kernel-")) });
  const functions = [
    "string",
    "binary",
    "array<string>",
    "array<array<string>>",
    "struct<a: string, b: binary>",
    "map<string, string>",
  ].map((ddl, i): NativeFunction => {
    const type = parseDataType(ddl);
    return {
      name: `same_${i}`,
      types: [type],
      returns: type,
      volatile: true,
      evaluation: () => ({ kind: "rows", evaluate: ([v]) => v, nulls: true }),
    };
  });
  await kernel.prepare(session, functions);
});
afterAll(() => kernel.close());

/** Rows in which a value and what a function gave back for it differ. */
const differing = async (fn: number, value: string, from: string) =>
  (await kernel.query(`SELECT count(*) AS n FROM (SELECT ${value} AS x FROM ${from}) WHERE same_${fn}(x) IS DISTINCT FROM x`))[0]!.n;

const quoted = (text: string | null) => (text === null ? "NULL" : `'${text.replaceAll("'", "''")}'`);
const texts = fc.array(
  fc.option(fc.string({ unit: fc.constantFrom("a", "b ", "é", "漢字", "\u{1F600}", "\uFEFF", "twelve bytes"), maxLength: 6 })),
  {
    minLength: 1,
    maxLength: 60,
  },
);

describe("values reach a function in TypeScript and come back as they are", () => {
  it("texts of any length and script, and bytes", async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (values) => {
        const rows = `(VALUES ${values.map((text) => `(${quoted(text)})`).join(", ")}) t(s)`;
        expect(await differing(0, "CAST(s AS VARCHAR)", rows)).toBe("0");
        expect(await differing(1, "encode(CAST(s AS VARCHAR))", rows)).toBe("0");
      }),
      { numRuns: 60 },
    );
  });

  it("nested ones", async () => {
    const s = "CASE WHEN n % 7 = 0 THEN NULL ELSE repeat('text ' || n, n % 9) END";
    const list = `CASE WHEN n % 5 = 0 THEN NULL ELSE list_transform(range(n % 4), lambda i: CASE WHEN i = n % 3 THEN NULL ELSE ${s} || i END) END`;
    expect(await differing(2, list, "range(5000) t(n)")).toBe("0");
    expect(await differing(3, `[${list}, NULL, ['x']]`, "range(5000) t(n)")).toBe("0");
    expect(await differing(4, `CASE WHEN n % 5 = 0 THEN NULL ELSE {a: ${s}, b: encode(${s})} END`, "range(5000) t(n)")).toBe("0");
    expect(await differing(5, `map(['k', 'l' || n], [${s}, 'é'])`, "range(5000) t(n)")).toBe("0");
  });

  it("those of few rows among many, of joins, and in any order", async () => {
    const many = "(SELECT n, 'a text of more than twelve bytes ' || n AS s, ['x' || n, s] AS l FROM range(20000) t(n))";
    expect(await differing(0, "s", `(SELECT s FROM ${many} WHERE n % 911 = 0)`)).toBe("0");
    expect(await differing(2, "l", `(SELECT l FROM ${many} WHERE n % 911 = 0)`)).toBe("0");
    expect(await differing(0, "s", `(SELECT s FROM ${many} ORDER BY hash(n))`)).toBe("0");
    expect(await differing(0, "s", `(SELECT b.s FROM ${many} a LEFT JOIN (SELECT * FROM ${many} WHERE n < 50) b ON a.n % 100 = b.n)`)).toBe(
      "0",
    );
  });

  it("texts that hold NUL", async () => {
    expect(await differing(0, "'a' || chr(0) || 'more than twelve bytes'", "range(3)")).toBe("0");
  });
});
