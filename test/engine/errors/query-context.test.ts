import { expect, test } from "vitest";
import { queryContext, sqlPlace } from "../../../lib/engine/errors/query-context.ts";
import { AnalysisError, deserializeError, ExecutionError } from "../../../lib/engine/errors.ts";
import { fn } from "../../../lib/engine/expressions/build.ts";
import { sameExpression } from "../../../lib/engine/expressions/properties.ts";
import { expressionFromJson, expressionToJson } from "../../../lib/engine/logical/plan-json.ts";

const placeIn = (text: string, piece: string, object: object = {}) => {
  const start = text.indexOf(piece);
  return sqlPlace({ text, ...object }, start, start + piece.length)!;
};
const summary = (text: string, piece: string, object: object = {}) => queryContext(placeIn(text, piece, object)).summary;

test("a place is shown with its line and carets below", () => {
  expect(summary("SELECT 1/0", "1/0")).toBe("== SQL (line 1, position 8) ==\nSELECT 1/0\n       ^^^\n");
  expect(summary("SELECT 1", "SELECT 1")).toBe("== SQL (line 1, position 1) ==\nSELECT 1\n^^^^^^^^\n");
});

test("a place of several lines is marked in each", () => {
  expect(summary("SELECT 1 + 2,\n  cast('a' AS\n   INT) AS x,\n 3", "cast('a' AS\n   INT)")).toBe(
    "== SQL (line 2, position 3) ==\n  cast('a' AS\n  ^^^^^^^^^^^\n   INT) AS x,\n^^^^^^^\n",
  );
});

test("what stands far from the place is cut", () => {
  const text =
    "SELECT 'some long text in front of all that comes', 'and more of it still', 1/0, 'and what follows is long as well, longer'";
  expect(summary(text, "1/0")).toBe(
    "== SQL (line 1, position 77) ==\n...comes', 'and more of it still', 1/0, 'and what follows is long as w...\n                                   ^^^\n",
  );
});

test("a text that is an object's says whose", () => {
  expect(summary("SELECT 1/0", "1/0", { objectType: "VIEW", objectName: "v" })).toMatch(/^== SQL of VIEW v \(line 1, position 8\) ==\n/);
});

test("what stands outside of the text is no place", () => {
  expect(sqlPlace({ text: "abc" }, 2, 9)).toBeUndefined();
  expect(sqlPlace({ text: "abc", offset: 10 }, 2, 3)).toBeUndefined();
  expect(sqlPlace({ text: "abc", offset: 10 }, 11, 12)).toMatchObject({ start: 1, end: 2 });
  expect(sqlPlace(undefined, 0, 1)).toBeUndefined();
});

test("an error keeps its context on its way", () => {
  const error = new ExecutionError("DIVIDE_BY_ZERO", { config: "x" }, { origin: placeIn("SELECT 1/0", "1/0") });
  const arrived = deserializeError(JSON.parse(JSON.stringify(error)));
  expect(arrived.context).toEqual(error.context);
  expect(arrived.context).toMatchObject({ startIndex: 7, stopIndex: 9, fragment: "1/0", objectType: "", objectName: "" });
});

test("errors of rows that have no context in Spark tell nobody but the terminal", () => {
  const origin = placeIn("SELECT raise_error('a')", "raise_error('a')");
  const raised = new ExecutionError("USER_RAISED_EXCEPTION", { errorMessage: "a" }, { origin });
  expect(raised.context).toBeUndefined();
  expect(raised.origin).toContain("position 8");
  expect(new AnalysisError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", { objectName: "`a`" }, { origin }).context).toBeDefined();
});

test("expressions of one text write it once, and are equal wherever they stand", () => {
  const text = "SELECT a + b, b + a";
  const source = { text };
  const [left, right] = [7, 14].map((start) => ({ ...fn("+"), origin: sqlPlace(source, start, start + 5)! }));
  const json = expressionToJson(fn("array", left!, right!));
  expect(JSON.stringify(json).split(text)).toHaveLength(2);
  const back = expressionFromJson(json) as ReturnType<typeof fn>;
  expect(back).toEqual(fn("array", left!, right!));
  const origins = back.args.map((arg) => (arg as typeof left)!.origin);
  expect(origins[0]!.source).toBe(origins[1]!.source);
  expect(sameExpression(left!, right!)).toBe(true);
});

test("a place that no text has is no plan", () => {
  for (const place of [[0, 1, 3], [0, 9, "abc"], [2, 1, "abc"], ["a", 1, "abc"], [0, 1, "abc", 5], {}])
    expect(() => expressionFromJson({ kind: "unresolvedStar", origin: { $sql: place } })).toThrow(/FIRECREST_INVALID_PLAN/);
});
