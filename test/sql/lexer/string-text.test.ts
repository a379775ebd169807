import { describe, expect, test } from "vitest";
import { unescapeString } from "../../../lib/sql/lexer/string-text.ts";

const spark = { escapedStringLiterals: false, consecutiveStrings: false };

describe("unescapeString", () => {
  test.each([
    ["'it''s'", "it's"],
    [`"a""b"`, 'a"b'],
    ["'a\\tb\\nc\\\\d\\'e'", "a\tb\nc\\d'e"],
    ["'\\u0041\\U0001F600\\101\\0\\Z'", "A😀A\0\u001a"],
    ["'100\\% \\_ \\q \\u12'", "100\\% \\_ q u12"],
    ["r'a\\nb'", "a\\nb"],
    ["''", ""],
  ])("%s", (written, value) => {
    expect(unescapeString(written, spark)).toBe(value);
  });

  test("keeps backslashes where a session asks for it", () => {
    expect(unescapeString("'a\\nb'", { ...spark, escapedStringLiterals: true })).toBe("a\\nb");
  });

  test("drops doubled quotes where a session takes them for two strings", () => {
    expect(unescapeString("'a''b'", { ...spark, consecutiveStrings: true })).toBe("ab");
  });
});
