import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FirecrestError } from "../../../lib/engine/errors.ts";
import { parserOptions } from "../../../lib/sql/parser/options.ts";
import { parseExpression } from "../../../lib/sql/parser/parse.ts";
import type { Expression } from "../../../lib/sql/syntax/expression.ts";
import { shape } from "../../support/sql-trees.ts";

const parse = (text: string, conf: Record<string, string> = {}): Expression => parseExpression(text, parserOptions(conf));
const same = (text: string, other: string): void => expect(shape(parse(text)), text).toEqual(shape(parse(other)));

describe("precedence", () => {
  test.each([
    ["a or b and not c = d", "a or (b and (not (c = d)))"],
    ["a + b * c - d", "(a + (b * c)) - d"],
    ["a | b ^ c & d << e + f", "a | (b ^ (c & (d << (e + f))))"],
    ["a || b + c", "(a || b) + c"],
    ["a = b < c", "(a = b) < c"],
    ["-a * b", "(-a) * b"],
    ["a div b % c", "(a div b) % c"],
    ["a between b and c and d", "(a between b and c) and d"],
    ["a + b in (c) or d", "((a + b) in (c)) or d"],
    ["not a is null", "not (a is null)"],
    ["a = b is not null", "(a = b) is not null"],
    ["-a.b[0]::int", "-cast(a.b[0] as int)"],
    ["a >>> b >> c", "(a >>> b) >> c"],
    ["x -> x + 1 > 2", "x -> ((x + 1) > 2)"],
    ["a like b || c", "a like (b || c)"],
  ])("%s", same);
});

describe("literals", () => {
  test.each([
    ["1", 1, { kind: "integer" }],
    ["2147483648", 2147483648n, { kind: "long" }],
    ["-2147483648", -2147483648, { kind: "integer" }],
    ["-9223372036854775808L", -9223372036854775808n, { kind: "long" }],
    ["1e2", 100, { kind: "double" }],
    ["1.5F", 1.5, { kind: "float" }],
    ["-128Y", -128, { kind: "byte" }],
    ["'a' \"b\" r'\\n'", "ab\\n", { kind: "string" }],
    ["null", null, { kind: "void" }],
    ["TRUE", true, { kind: "boolean" }],
  ])("%s", (text, value, type) => {
    expect(parse(text)).toMatchObject({ kind: "literal", value, type });
  });

  test("with a point are decimals of as many digits as are written", () => {
    expect(parse("0.10")).toMatchObject({ type: { kind: "decimal", precision: 2, scale: 2 } });
    expect(parse("9223372036854775808")).toMatchObject({ type: { kind: "decimal", precision: 19, scale: 0 } });
    expect(parse("1e2BD")).toMatchObject({ type: { kind: "decimal", precision: 3, scale: 0 } });
  });

  test("with an exponent are decimals where a session asks for it", () => {
    expect(parse("15e-1", { "spark.sql.legacy.exponentLiteralAsDecimal.enabled": "true" })).toMatchObject({
      type: { kind: "decimal", precision: 2, scale: 1 },
    });
  });

  test("a minus belongs to the number behind it, unless that is in parentheses", () => {
    expect(parse("-1")).toMatchObject({ kind: "literal", value: -1 });
    expect(parse("-(1)")).toMatchObject({ kind: "operation", operands: [{ value: 1 }] });
    expect(parse("2 -1")).toMatchObject({ kind: "operation", operator: "-" });
  });
});

describe("intervals", () => {
  test.each([
    [
      "INTERVAL 3 DAYS -2 hours",
      [
        ["3", "days"],
        ["-2", "hours"],
      ],
      undefined,
    ],
    ["INTERVAL -'-1-2' YEAR TO MONTH", [["1-2", "year"]], "month"],
    ["INTERVAL '1' '5' DAY", [["15", "day"]], undefined],
  ])("%s", (text, parts, to) => {
    const interval = parse(text) as Extract<Expression, { kind: "interval" }>;
    expect(interval.parts.map(({ value, unit }) => [(value as { value?: unknown }).value, unit])).toEqual(parts);
    expect(interval.to).toBe(to);
  });

  test("of a string alone are typed literals", () => {
    expect(parse("interval '1 day'")).toMatchObject({ kind: "typedLiteral", type: "INTERVAL", text: "1 day" });
  });

  test("are names where no value follows", () => {
    same("interval + 1", "`interval` + 1");
    same("interval - day", "`interval` - `day`");
  });
});

describe("keywords that nothing reserves are names", () => {
  test.each([
    ["case", "`case`"],
    ["not", "`not`"],
    ["select.from", "`select`.`from`"],
    ["position(a, b)", "`position`(a, b)"],
    ["trim(a)", "`trim`(a)"],
    ["extract(a, b)", "`extract`(a, b)"],
    ["(select)", "`select`"],
    ["values", "`values`"],
    ["date", "`date`"],
  ])("%s", same);
});

describe("calls", () => {
  test("take keywords between their arguments", () => {
    expect(parse("trim(leading 'x' from y)")).toMatchObject({ kind: "trim", side: "leading" });
    expect(parse("trim(from y)")).toMatchObject({ kind: "trim", source: { kind: "column" } });
    expect(parse("overlay(a placing b from 1 for 2)")).toMatchObject({ kind: "overlay", length: { value: 2 } });
    expect(parse("position(a in b)")).toMatchObject({ kind: "position" });
    expect(parse("extract(week from a)")).toMatchObject({ kind: "extract", field: { name: "week" } });
    same("substring(a from b for c)", "substring(a, b, c)");
    same("first(a ignore nulls)", "first(a) ignore nulls");
  });

  test("take any expression where there are none", () => {
    same("position(a and b, c)", "`position`(a and b, c)");
    same("substring(not a, b)", "`substring`(not a, b)");
    same("trim(a = b or c)", "`trim`(a = b or c)");
  });

  test("have their clauses in one order", () => {
    expect(parse("f(distinct a, b => 1) within group (order by c desc) filter (where d) ignore nulls over (partition by e)")).toMatchObject(
      {
        kind: "call",
        distinct: true,
        args: [{ kind: "column" }, { kind: "namedArgument" }],
        withinGroup: [{ direction: "desc" }],
        filter: { kind: "column" },
        nulls: "ignore",
        over: { kind: "window" },
      },
    );
  });

  test("of the current date and the like need no parentheses", () => {
    expect(parse("current_date")).toMatchObject({ kind: "call", bare: true });
    expect(parse("user.name")).toMatchObject({ kind: "column", name: { parts: [{ name: "user" }, { name: "name" }] } });
  });
});

describe("queries inside", () => {
  test("are told from expressions by what they begin with", () => {
    expect(parse("(select 1)")).toMatchObject({ kind: "subquery" });
    expect(parse("((select 1) union all (select 2))")).toMatchObject({ kind: "subquery" });
    expect(parse("((select 1) + 1)")).toMatchObject({ kind: "operation" });
    expect(parse("a in ((select 1), 2)")).toMatchObject({ kind: "inList" });
    expect(parse("(a, b) not in (values (1, 2))")).toMatchObject({ kind: "inSubquery", negated: true, values: [{}, {}] });
    expect(parse("not exists (with t as (select 1) table t)")).toMatchObject({ kind: "operation", operands: [{ kind: "exists" }] });
    expect(parse("exists(a, x -> x)")).toMatchObject({ kind: "call" });
  });
});

describe("types", () => {
  test.each([
    ["decimal(10,2)", { kind: "decimal", precision: 10, scale: 2 }],
    [
      "map<int,array<struct<a:int,b string not null>>>",
      { kind: "map", valueType: { elementType: { fields: [{ name: "a" }, { name: "b", nullable: false }] } } },
    ],
    ["struct<>", { kind: "struct", fields: [] }],
    ["interval day to second", { kind: "day-time interval", start: "day", end: "second" }],
    ["timestamp without time zone", { kind: "timestamp_ntz" }],
    ["string collate unicode_ci", { kind: "string", collation: "UNICODE_CI" }],
  ])("%s", (type, expected) => {
    expect(parse(`cast(a as ${type})`)).toMatchObject({ type: expected });
  });

  test("TIMESTAMP is what the session says", () => {
    expect(parse("a::timestamp", { "spark.sql.timestampType": "TIMESTAMP_NTZ" })).toMatchObject({ type: { kind: "timestamp_ntz" } });
  });
});

test("parameters whose values are known strings are parts of strings and of names", () => {
  const texts = new Map<string | number, string>([
    ["s", "a"],
    ["t", ".b"],
    [0, "c"],
  ]);
  const options = { ...parserOptions({}), texts };
  expect(parseExpression("IDENTIFIER(:s :t '.x')", options)).toMatchObject({ name: { expression: { kind: "literal", value: "a.b.x" } } });
  expect(parseExpression("1 AS IDENTIFIER(?)", options)).toMatchObject({ names: [{ name: "c" }] });
  expect(parseExpression(":s", options)).toMatchObject({ kind: "parameter", name: "s" });
});

test("every node knows its place", () => {
  const text = "  coalesce(a.b, (c + 1)) > 0 ";
  const { start, end } = parse(text);
  expect(text.slice(start, end)).toBe("coalesce(a.b, (c + 1)) > 0");
});

test("a name and double quotes are one where a session says so", () => {
  expect(parse('"a b"', { "spark.sql.ansi.doubleQuotedIdentifiers": "true" })).toMatchObject({
    kind: "column",
    name: { parts: [{ name: "a b" }] },
  });
});

describe("no text exhausts the parser", () => {
  const openings = [
    "(",
    "-",
    "not ",
    "a[",
    "f(",
    "x -> ",
    "case when ",
    "cast(",
    "cast(a as array<",
    "(select ",
    "exists(select ",
    "a in (",
    "trim(",
    "position(",
    "1 + ",
    "a or ",
    "a::int::",
    "((select 1) + ",
    "struct(",
  ];

  test.each(openings)("of %s again and again", (opening) => {
    const text = `${opening.repeat(20_000)}1`;
    expect(() => parse(text)).toSatisfy((run: () => unknown) => {
      try {
        run();
      } catch (thrown) {
        return thrown instanceof FirecrestError && thrown.condition !== "INTERNAL_ERROR";
      }
      return true;
    });
  });

  test("made of the grammar's own pieces", () => {
    const pieces = [
      "(",
      ")",
      "[",
      "]",
      ",",
      ".",
      "'a'",
      "`b`",
      "1",
      "-",
      "*",
      "::",
      ":",
      "->",
      "=>",
      "<",
      ">",
      "int",
      "array",
      "struct",
      "case",
      "when",
      "then",
      "end",
      "not",
      "in",
      "like",
      "between",
      "and",
      "is",
      "null",
      "select",
      "from",
      "interval",
      "day",
      "to",
      "cast",
      "as",
      "trim",
      "over",
      "filter",
      "exists",
      "identifier",
      "?",
      "x",
      "collate",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (words) => {
        try {
          parse(words.join(" "));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(FirecrestError);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
