import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultParserOptions } from "../../../lib/sql/parser/options.ts";
import { parseExpression } from "../../../lib/sql/parser/parse.ts";
import { printExpression } from "../../../lib/sql/print/expression.ts";
import { expressions, shape } from "../../support/sql-trees.ts";

const again = (text: string): string => printExpression(parseExpression(text, defaultParserOptions));

test("any tree's text parses to the same tree", () => {
  fc.assert(
    fc.property(expressions, (tree) => {
      const text = printExpression(tree);
      expect(shape(parseExpression(text, defaultParserOptions)), text).toEqual(shape(tree));
    }),
    { numRuns: 2_000 },
  );
});

test("parentheses stand only where the tree needs them", () => {
  expect(again("((a + b) * (c)) - (d - e)")).toBe("(a + b) * c - (d - e)");
  expect(again("(a = 1 and (b or c)) or (not (d))")).toBe("a = 1 AND (b OR c) OR NOT d");
  expect(again("(a between (1) and (2 + 3)) is null")).toBe("(a BETWEEN 1 AND 2 + 3) IS NULL");
  expect(again("-(1)")).toBe("-(1)");
  expect(again("- (-a)")).toBe("- -a");
});

test("names are quoted where they would be read as something else", () => {
  expect(again("`a b`.`c` + `select` + d.`e``f`")).toBe("`a b`.`c` + `select` + d.`e``f`");
  expect(again("user")).toBe("user");
  expect(again("t.user")).toBe("t.`user`");
});
