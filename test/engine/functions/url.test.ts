import { describe, expect, test } from "vitest";
import { type Case, call, cases, show } from "../../support/call.ts";
import { evaluate, nonAnsi } from "../../support/evaluate.ts";

const url = "http://user:pw@spark.apache.org:8080/path?query=1&k=v%20w#Ref";

const answers: readonly Case[] = [
  ["parse_url", [url, "HOST"], "spark.apache.org"],
  ["parse_url", [url, "PATH"], "/path"],
  ["parse_url", [url, "QUERY"], "query=1&k=v%20w"],
  ["parse_url", [url, "QUERY", "k"], "v%20w"],
  ["parse_url", [url, "QUERY", "none"], "NULL"],
  ["parse_url", [url, "HOST", "k"], "NULL"],
  ["parse_url", [url, "REF"], "Ref"],
  ["parse_url", [url, "PROTOCOL"], "http"],
  ["parse_url", [url, "FILE"], "/path?query=1&k=v%20w"],
  ["parse_url", [url, "AUTHORITY"], "user:pw@spark.apache.org:8080"],
  ["parse_url", [url, "USERINFO"], "user:pw"],
  ["parse_url", [url, "host"], "NULL"],
  ["parse_url", [null, "HOST"], "NULL"],
  ["parse_url", ["mailto:a@b.c", "PATH"], "NULL"],
  ["try_parse_url", ["inva lid://spark.apache.org/path?query=1", "QUERY"], "NULL"],
  ["url_encode", ["https://spark.apache.org"], "https%3A%2F%2Fspark.apache.org"],
  ["url_encode", ["a b*c!'()~é"], "a+b*c%21%27%28%29%7E%C3%A9"],
  ["url_decode", ["https%3A%2F%2Fspark.apache.org"], "https://spark.apache.org"],
  ["url_decode", ["a+b%C3%A9"], "a bé"],
  ["try_url_decode", ["http%3A%2F%2spark.apache.org"], "NULL"],
];

describe("functions of URLs", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  const errors: readonly Case[] = [
    ["parse_url", ["inva lid://spark.apache.org/path", "HOST"], "INVALID_URL"],
    ["url_decode", ["http%3A%2F%2spark.apache.org"], "CANNOT_DECODE_URL"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });

  test("a text that is no URL is NULL where ANSI mode is off", async () => {
    expect(await evaluate(call("parse_url", "inva lid://a", "HOST"), nonAnsi)).toBeNull();
  });
});
