import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keywords } from "../../../lib/engine/keywords.ts";
import { tokenize } from "../../../lib/sql/lexer/lexer.ts";

const written = (text: string): string =>
  tokenize(text)
    .tokens.slice(0, -1)
    .map(({ kind, text: token }) => `${kind} ${token}`)
    .join(" | ");

describe("numbers", () => {
  test("have a kind by their suffix, their point and their exponent", () => {
    expect(written("1 1L 1s 1Y 1.0 .5 1. 1e3 1.5E-3 1.5D 1F 1.0BD 2bd")).toBe(
      "integer 1 | bigint 1L | smallint 1s | tinyint 1Y | decimal 1.0 | decimal .5 | decimal 1. | exponent 1e3 | exponent 1.5E-3 | double 1.5D | float 1F | bigDecimal 1.0BD | bigDecimal 2bd",
    );
  });

  test("that go on as a name are one", () => {
    expect(written("1a 1e 1Lx 1_0")).toBe("word 1a | word 1e | word 1Lx | word 1_0");
  });

  test("with a point are none where a name follows", () => {
    expect(written("1.5x 1.a t.1 t.1b")).toBe(
      "integer 1 | symbol . | word 5x | integer 1 | symbol . | word a | word t | decimal .1 | word t | symbol . | word 1b",
    );
  });
});

describe("strings", () => {
  test("end at a quote that no backslash and no second quote takes back", () => {
    expect(written(`'a' 'it''s' 'it\\'s' "a""b" r'\\' R"x"`)).toBe(
      `string 'a' | string 'it''s' | string 'it\\'s' | doubleQuoted "a""b" | string r'\\' | string R"x"`,
    );
  });

  test("that nothing closes are an unknown character and what is inside", () => {
    expect(written("'abc d")).toBe("unknown ' | word abc | word d");
    expect(written("`a b")).toBe("unknown ` | word a | word b");
  });
});

describe("names", () => {
  test("hold letters of any script, and backticks hold anything", () => {
    expect(written("größe_1 `a``b` ``")).toBe("word größe_1 | name `a``b` | name ``");
  });

  test("may be locations", () => {
    expect(written("hdfs://host/a-b.c?d=1 x")).toBe("word hdfs://host/a-b.c?d=1 | word x");
  });

  test("compare in upper case, with one spelling for keywords that have two", () => {
    expect(tokenize("Select TEMP regexp == !> !<").tokens.map(({ word }) => word)).toEqual([
      "SELECT",
      "TEMPORARY",
      "RLIKE",
      "=",
      "<=",
      ">=",
      "",
    ]);
  });

  test("are 397 keywords in Spark's grammar", () => {
    expect(keywords.size).toBe(397);
  });
});

describe("comments", () => {
  test("are skipped, in lines that a backslash goes on with and in brackets inside brackets", () => {
    expect(written("a -- b \\\n c\nd /* e /* f */ g */ h --")).toBe("word a | word d | word h");
  });

  test("with a plus are hints", () => {
    expect(written("/*+ a */ /* /*+ */")).toBe("symbol /*+ | word a | symbol */");
  });

  test("that nothing closes are told by where they begin", () => {
    expect(tokenize("a /* b /* c */").unclosedComment).toBe(2);
  });
});

test("symbols are as long as they can be, but for those that also close types", () => {
  expect(written("<=>a<>b|>c||d|e::f->g=>h>>i>=j!=k<<l")).toBe(
    "symbol <=> | word a | symbol <> | word b | symbol |> | word c | symbol || | word d | symbol | | word e | symbol :: | word f | symbol -> | word g | symbol => | word h | symbol > | symbol > | word i | symbol >= | word j | symbol != | word k | symbol << | word l",
  );
});

test("the tokens of any text stand in its order, and only white space and comments between them", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.constantFrom("'", '"', "`", "\\", "/*", "*/", "--", "\n", "1.", "e", "+", "r", ".")).map((parts) => parts.join("")),
      ),
      (text) => {
        let end = 0;
        for (const token of tokenize(text).tokens) {
          expect(token.start).toBeGreaterThanOrEqual(end);
          expect(text.slice(token.start, token.end)).toBe(token.text);
          end = token.end;
        }
        expect(end).toBe(text.length);
      },
    ),
  );
});

test("a text of nothing but quotes is cut in linear time", () => {
  const started = performance.now();
  for (const piece of ["'\\", '"\\', "`", "/*", "'a''", "1."]) tokenize(piece.repeat(20_000));
  expect(performance.now() - started).toBeLessThan(5_000);
});
