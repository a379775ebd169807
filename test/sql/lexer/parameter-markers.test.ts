import { describe, expect, test } from "vitest";
import { parameterMarkers, replaceMarkers } from "../../../lib/sql/lexer/parameter-markers.ts";

const keys = (text: string, ...known: string[]) => parameterMarkers(text, new Set(known)).map(({ key }) => key);

describe("parameterMarkers", () => {
  test("finds names behind a colon and question marks by their place, outside of texts and comments", () => {
    expect(keys("SELECT :a, ':b', /* :c */ `:d` -- :e\n WHERE x = :f")).toEqual(["a", "f"]);
    expect(keys("SELECT ?, '?', ? FROM t")).toEqual([0, 1]);
  });

  test("leaves fields of values, types and labels alone", () => {
    expect(keys("SELECT payload:id, f(x):id, a[0]:id, CAST(x AS STRUCT<id: INT>)", "id", "INT")).toEqual([]);
    expect(keys("l: BEGIN END", "BEGIN")).toEqual([]);
  });

  test("takes what may be either for a parameter where it has a value", () => {
    expect(keys("SELECT DATE :d, 'a' :b", "b", "d")).toEqual(["d", "b"]);
    expect(keys("SELECT date:d, 'a' :b")).toEqual([]);
  });
});

describe("replaceMarkers", () => {
  test("knows where what it wrote stands in the text with the markers", () => {
    const text = "SELECT :a + ?, 3";
    const { text: made, original } = replaceMarkers(
      text,
      parameterMarkers(text),
      new Map<string | number, string>([
        ["a", "'long'"],
        [0, "7"],
      ]),
    );
    const at = (piece: string) => text.slice(original(made.indexOf(piece)), original(made.indexOf(piece) + piece.length));
    expect(made).toBe("SELECT 'long' + 7, 3");
    expect(["SELECT", "'long'", "'long' + 7", "7, 3", "3"].map(at)).toEqual(["SELECT", ":a", ":a + ?", "?, 3", "3"]);
  });

  const replaced = (text: string, values: Record<string, string>) => {
    const texts = new Map(Object.entries(values));
    return replaceMarkers(text, parameterMarkers(text, new Set(texts.keys())), texts).text;
  };

  test("puts texts in the places of markers, apart from a quote or a minus before", () => {
    expect(replaced("SELECT :a + :a, :b", { a: "1", b: "'x'" })).toBe("SELECT 1 + 1, 'x'");
    expect(replaced("SELECT 'a':b, -:c", { b: "'b'", c: "-1" })).toBe("SELECT 'a' 'b', - -1");
  });

  test("leaves markers without a text", () => {
    expect(replaced("SELECT :a, :b", { a: "1" })).toBe("SELECT 1, :b");
  });
});
