import { describe, expect, test } from "vitest";
import { FirecrestError } from "../../../lib/engine/errors.ts";
import { parserOptions } from "../../../lib/sql/parser/options.ts";
import { parseExpression } from "../../../lib/sql/parser/parse.ts";

function refusal(text: string, conf: Record<string, string> = {}): string {
  try {
    parseExpression(text, parserOptions(conf));
  } catch (thrown) {
    if (thrown instanceof FirecrestError) return `${thrown.message}\n${thrown.origin}`;
    throw thrown;
  }
  throw new Error(`${text} parsed`);
}

describe("a mistake's place", () => {
  test("is shown below the line that holds it", () => {
    expect(refusal("a +\n  (b * ) -\n  c")).toMatchInlineSnapshot(`
      "[PARSE_SYNTAX_ERROR] Syntax error at or near ')'. SQLSTATE: 42601
      (line 2, pos 7)

      == SQL ==
      a +
        (b * ) -
      -------^^^
        c"
    `);
  });

  test("counts characters, not the halves of a pair", () => {
    expect(refusal("'😀' + )")).toMatchInlineSnapshot(`
      "[PARSE_SYNTAX_ERROR] Syntax error at or near ')'. SQLSTATE: 42601
      (line 1, pos 6)

      == SQL ==
      '😀' + )
      ------^^^"
    `);
  });

  test("is the end where something is missing", () => {
    expect(refusal("concat(a, b")).toMatchInlineSnapshot(`
      "[PARSE_SYNTAX_ERROR] Syntax error at or near end of input. SQLSTATE: 42601
      (line 1, pos 11)

      == SQL ==
      concat(a, b
      -----------^^^"
    `);
  });

  test("is shown with few of the lines around it", () => {
    expect(refusal(`${"a +\n".repeat(100)})`).split("\n").length).toBeLessThan(30);
  });
});

describe("conditions of the grammar", () => {
  test.each([
    ["", "PARSE_EMPTY_STATEMENT"],
    ["a /* b", "UNCLOSED_BRACKETED_COMMENT"],
    ["(a, größe)", "INVALID_IDENTIFIER"],
    ["a AS b-c", "INVALID_IDENTIFIER"],
    ["'a' LIKE 'b' ESCAPE 'cd'", "INVALID_ESC"],
    ["a ! IN (1)", "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT"],
    ["200Y", "INVALID_NUMERIC_LITERAL_RANGE"],
    ["1e400", "INVALID_NUMERIC_LITERAL_RANGE"],
    ["1e5000BD", "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION"],
    ["FOO 'x'", "UNSUPPORTED_TYPED_LITERAL"],
    ["X'1G'", "INVALID_TYPED_LITERAL"],
    ["CAST(a AS foo(3))", "UNSUPPORTED_DATATYPE"],
    ["CAST(a AS ARRAY)", "INCOMPLETE_TYPE_DEFINITION.ARRAY"],
    ["CAST(a AS CHAR)", "DATATYPE_MISSING_SIZE"],
    ["CAST(a AS TIME(9))", "UNSUPPORTED_TIME_PRECISION"],
    ["DATEADD('DAY', 1, a)", "INVALID_PARAMETER_VALUE.DATETIME_UNIT"],
    ["INTERVAL '1' MONTH TO YEAR", "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION"],
    ["a AS IDENTIFIER('b.c')", "IDENTIFIER_TOO_MANY_NAME_PARTS"],
  ])("%s", (text, condition) => {
    expect(refusal(text)).toContain(`[${condition}]`);
  });

  test.each([
    ["INTERVAL 1 YEAR TO MONTH", "The value of from-to unit must be a string."],
    ["a LIKE ANY ()", "Expected something between '(' and ')'."],
  ])("%s, whose condition is a number and not shown", (text, message) => {
    expect(refusal(text).startsWith(message)).toBe(true);
  });

  test("reserved keywords are no names where a session reserves them", () => {
    expect(refusal("a + user_name.select", { "spark.sql.ansi.enforceReservedKeywords": "true" })).toContain("near 'select'");
  });
});
