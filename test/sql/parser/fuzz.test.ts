import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { AnalysisError } from "../../../lib/engine/errors.ts";
import { tokenize } from "../../../lib/sql/lexer/lexer.ts";
import { defaultParserOptions } from "../../../lib/sql/parser/options.ts";
import { parseStatement } from "../../../lib/sql/parser/parse.ts";
import { printStatement } from "../../../lib/sql/print/statement.ts";
import type { Statement } from "../../../lib/sql/syntax/statement.ts";
import { allTexts } from "../../support/sql-texts.ts";
import { shape } from "../../support/sql-trees.ts";

/** `FUZZ_QUERIES=50000` draws more; `FUZZ_SEED` draws others. */
const QUERIES = Number(process.env.FUZZ_QUERIES ?? 3_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** No text of this size has a reason to take longer, on a busy machine. */
const MOST_MILLISECONDS = 2_000;

const golden = join(import.meta.dirname, "../../../../shared/golden");

/** Mulberry32: the same draws for the same seed. */
function drawing(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const SCRAPS =
  "( ) , . ; [ ] + - * / |> || :: -> => = <=> < > : ? ' \" ` /* */ -- /*+ SELECT FROM WHERE GROUP BY ORDER WITH AS ON JOIN LATERAL UNION ALL VALUES TABLE NOT IN EXISTS BETWEEN AND OR CASE WHEN THEN ELSE END OVER PARTITION ROWS LIMIT PIVOT UNPIVOT WATERMARK TRANSFORM STREAM VERSION EXPLAIN ALTER DEFAULT FOR SET BEGIN IF DECLARE INSERT INTO CREATE VIEW DROP INTERVAL DAY TO DATE 1 1.5e3 'x' a `b c` IDENTIFIER(".split(
    " ",
  );

/** A text after a few changes to its tokens: taken out, put twice, swapped, replaced by scraps, cut off, joined with another's. */
function mutate(text: string, other: string, draw: (below: number) => number): string {
  const parts = tokenize(text).tokens.map((token) => token.text);
  const scrap = () => SCRAPS[draw(SCRAPS.length)]!;
  for (let changes = 1 + draw(3); changes > 0; changes--) {
    const at = draw(parts.length + 1);
    const until = at + 1 + draw(4);
    const kind = draw(8);
    if (kind === 0) parts.splice(at, 1);
    else if (kind === 1) parts.splice(at, 0, ...parts.slice(at, until));
    else if (kind === 2) parts.splice(at, until - at, ...parts.slice(at, until).reverse());
    else if (kind === 3) parts.splice(at, 1, scrap());
    else if (kind === 4) parts.splice(at, 0, scrap());
    else if (kind === 5) parts.length = at;
    else if (kind === 6)
      parts.splice(
        at,
        0,
        ...tokenize(other)
          .tokens.slice(draw(8))
          .map((token) => token.text),
      );
    else parts.splice(at, 0, "(", ...parts.slice(at, until), ")");
  }
  return parts.join(draw(4) === 0 ? "" : " ");
}

/** Parses, and where that succeeds, so does what is printed, to the same tree. Anything else is an error by name. */
function check(text: string): void {
  const started = performance.now();
  const trees = treesOf(text);
  expect(performance.now() - started, text).toBeLessThan(MOST_MILLISECONDS);
  if (!trees) return;
  const [tree, again] = trees.map(shape);
  // The faster comparison first: the other one says what differs.
  if (!isDeepStrictEqual(again, tree)) expect(again, text).toEqual(tree);
}

function treesOf(text: string): [Statement, Statement] | undefined {
  try {
    const tree = parseStatement(text, defaultParserOptions);
    return [tree, reparse(text, printStatement(tree))];
  } catch (thrown) {
    if (thrown instanceof AnalysisError) return undefined;
    throw new Error(`of ${JSON.stringify(text)}: ${thrown}`, { cause: thrown });
  }
}

/** What was printed must parse: that is no matter of the text that came in. */
function reparse(text: string, printed: string): Statement {
  try {
    return parseStatement(printed, defaultParserOptions);
  } catch (thrown) {
    throw new Error(`${text}\n=> ${printed}`, { cause: thrown });
  }
}

function goldenTexts(): string[] {
  const lines = readdirSync(golden)
    .filter((file) => file.endsWith(".jsonl"))
    .flatMap((file) => readFileSync(join(golden, file), "utf8").split("\n"));
  return lines.flatMap((line) => (line === "" ? [] : ((JSON.parse(line) as { sql?: string }).sql ?? [])));
}

function fuzz(texts: readonly string[], count: number): void {
  const draw = drawing(SEED);
  for (let i = 0; i < count; i++) check(mutate(texts[draw(texts.length)]!, texts[draw(texts.length)]!, draw));
}

test("changed statements parse, or fail by name, and print as what they are", { timeout: 600_000 }, () => fuzz(allTexts, QUERIES));

test.skipIf(!existsSync(golden))("so do statements of Spark's golden files, which are in ../shared", { timeout: 600_000 }, () =>
  fuzz(goldenTexts(), QUERIES),
);

describe("depth and length are refused before they hurt", () => {
  const deep = 20_000;
  const repeated: Readonly<Record<string, readonly [string, string, string]>> = {
    parentheses: ["SELECT ", "(", ""],
    "closed parentheses": ["SELECT ", `${"(".repeat(deep)}1${")".repeat(deep)}`, ""],
    "nested relations": ["SELECT * FROM ", "(", "t"],
    "queries in queries": ["", "SELECT * FROM (", ""],
    subqueries: ["SELECT ", "(SELECT ", ""],
    calls: ["SELECT ", "f(", "1"],
    types: ["SELECT CAST(a AS ", "ARRAY<", "INT"],
    signs: ["SELECT ", "- ", "1"],
    negations: ["SELECT ", "NOT ", "a"],
    unions: ["SELECT 1", " UNION SELECT 1", ""],
    joins: ["SELECT * FROM t", " JOIN t", ""],
    pipes: ["FROM t", " |> WHERE a", ""],
    sums: ["SELECT 1", " + 1", ""],
    disjunctions: ["SELECT a", " OR a", ""],
    cases: ["SELECT ", "CASE WHEN ", "a"],
    subscripts: ["SELECT a", "[0]", ""],
    blocks: ["", "BEGIN ", ""],
    conditions: ["BEGIN ", "IF a THEN ", ""],
    explanations: ["", "EXPLAIN ", "SELECT 1"],
    "table expressions": ["", "WITH a AS (", ""],
    "lateral views": ["SELECT * FROM t", " LATERAL VIEW f(a) t", ""],
    "grouping sets": ["SELECT a FROM t GROUP BY ", "GROUPING SETS (", ""],
    lambdas: ["SELECT f(", "x -> ", "x)"],
  };
  for (const [name, [before, piece, behind]] of Object.entries(repeated)) {
    test(name, { timeout: 60_000 }, () => {
      for (const times of [100, deep]) check(before + (piece.length > 1_000 ? piece : piece.repeat(times)) + behind);
    });
  }
});
