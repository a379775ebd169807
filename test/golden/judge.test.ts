import { expect, test } from "vitest";
import type { Answer } from "./answer.ts";
import type { GoldenRecord } from "./corpus.ts";
import { judge } from "./judge.ts";

const strictness = { strictErrors: false, tiesOk: false };
const query: GoldenRecord = {
  index: 0,
  kind: "query",
  sql: "",
  schema: "struct<a:int,b:double>",
  rows: ["1\t0.1", "2\t0.25"],
  ordered: false,
};
const failing: GoldenRecord = {
  index: 0,
  kind: "error",
  sql: "",
  error: { errorClass: "DIVIDE_BY_ZERO", sqlState: "22012", messageParameters: { config: '"spark.sql.ansi.enabled"' } },
};
const rows = (schema: string, ...lines: readonly string[]): Answer => ({
  kind: "rows",
  schema,
  rows: lines.map((line) => line.split("\t")),
});
const error = (condition: string, messageParameters: Readonly<Record<string, string>> = {}): Answer => ({
  kind: "error",
  error: { condition, sqlState: "22012", messageParameters, message: "" },
});
const why = (record: GoldenRecord, answer: Answer, how = strictness) => {
  const { passed, why } = judge(record, answer, how);
  return `${passed ? "pass" : "FAIL"} ${why}`;
};

test("rows without an order are compared as a set, those with one as they come", () => {
  const answer = rows("struct<a:int,b:double>", "2\t0.25", "1\t0.1");
  expect(why(query, answer)).toBe("pass exact");
  expect(why({ ...query, ordered: true }, answer)).toBe("FAIL order");
  expect(why({ ...query, ordered: true }, answer, { ...strictness, tiesOk: true })).toBe("pass order");
});

test("a schema counts with its names, and doubles within their last digits", () => {
  expect(why(query, rows("struct<x:int,b:double>", "1\t0.1", "2\t0.25"))).toBe("FAIL schema");
  expect(why(query, rows("struct<a:int,b:double>", "1\t0.10000000000000002", "2\t0.25"))).toBe("pass float");
  expect(why(query, rows("struct<a:int,b:double>", "1\t0.1001", "2\t0.25"))).toBe("FAIL rows");
  expect(why({ ...query, rows_alt: ["1\t0.1", "2\t2.5E-1"] }, rows("struct<a:int,b:double>", "1\t0.1", "2\t2.5E-1"))).toBe("pass alt");
});

test("what differs from run to run is masked", () => {
  const masked = { ...query, schema: "struct<a:string>", rows: ["Location [not included in comparison]/{warehouse_dir}/t", "plan #xL"] };
  expect(why(masked, rows("struct<a:string>", "file:/tmp/warehouse/t", "plan #12L"))).toBe("pass masked");
});

test("an error must have the condition; its parameters count only where that is asked for", () => {
  expect(why(failing, error("DIVIDE_BY_ZERO", { config: '"spark.sql.ansi.enabled"' }))).toBe("pass exact");
  expect(why(failing, error("DIVIDE_BY_ZERO"))).toBe("pass class-only");
  expect(why(failing, error("DIVIDE_BY_ZERO"), { ...strictness, strictErrors: true })).toBe("FAIL class-only");
  expect(why(failing, error("INTERNAL_ERROR"))).toBe("FAIL error-class");
  expect(why(failing, rows("struct<>"))).toBe("FAIL error-not-raised");
  expect(why({ ...failing, error: {} }, error("ANY"))).toBe("pass any-error");
});

test("a statement that sets up must succeed, and every record needs an answer", () => {
  expect(why({ index: 0, kind: "setup", sql: "" }, rows("struct<>"))).toBe("pass ok");
  expect(why({ index: 0, kind: "setup", sql: "" }, error("X"))).toBe("FAIL unexpected-error");
  expect(why(query, { kind: "none", reason: "killed" })).toBe("FAIL missing");
});
