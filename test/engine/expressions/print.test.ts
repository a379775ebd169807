import { expect, test } from "vitest";
import * as b from "../../../lib/engine/expressions/build.ts";
import type { AggregateCall, Expression, WindowCall } from "../../../lib/engine/expressions/expression.ts";
import { explainText, prettyName } from "../../../lib/engine/expressions/print.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { DayTimeInterval, Decimal, LocalDate, Timestamp, YearMonthInterval } from "../../../lib/engine/types/values.ts";

const a = b.newAttribute("a", t.longType, true, 1);
const c = b.newAttribute("c", t.stringType, true, 2);
const one = b.integerLiteral(1);
const call = (name: string, ...args: Expression[]) => b.call(name, args, t.longType, true);
const aggregate = (name: string, args: Expression[], more: Partial<AggregateCall> = {}): AggregateCall => ({
  kind: "aggregate",
  name,
  args,
  distinct: false,
  type: t.longType,
  nullable: true,
  ...more,
});
const over = (fn: Expression, orderBy: Expression[] = [], partitionBy: Expression[] = []): WindowCall => ({
  kind: "window",
  function: fn,
  partitionBy,
  orderBy: orderBy.map((e) => b.sortOrder(e)),
});
const x = b.lambdaVariable("x", 9);

test.each<[Expression, string, string]>([
  [call("+", a, one), "(a + 1)", "(a#1L + 1)"],
  [call("and", call("=", a, one), call("not", call("isnull", c))), "((a = 1) AND (NOT (c IS NULL)))", "((a#1L = 1) AND NOT isnull(c#2))"],
  [call("negative", a), "negative(a)", "-a#1L"],
  [call("in", a, one, b.integerLiteral(2)), "(a IN (1, 2))", "a#1L IN (1,2)"],
  [
    call("when", call(">", a, one), c, b.stringLiteral("no")),
    "CASE WHEN (a > 1) THEN c ELSE no END",
    "CASE WHEN (a#1L > 1) THEN c#2 ELSE no END",
  ],
  [call("if", call(">", a, one), c, c), "(IF((a > 1), c, c))", "if ((a#1L > 1)) c#2 else c#2"],
  [b.cast(a, t.decimalType(10, 2)), "CAST(a AS DECIMAL(10,2))", "cast(a#1L as decimal(10,2))"],
  [{ kind: "cast", child: a, type: t.stringType, mode: "ansi" }, "a", "cast(a#1L as string)"],
  [{ ...b.cast(c, t.integerType), mode: "try" }, "TRY_CAST(c AS INT)", "try_cast(c#2 as int)"],
  [aggregate("count", [one]), "count(1)", "count(1)"],
  [aggregate("count", [a, c], { distinct: true }), "count(DISTINCT a, c)", "count(distinct a#1L, c#2)"],
  [aggregate("approx_count_distinct", [a, b.doubleLiteral(0.01)]), "approx_count_distinct(a)", "approx_count_distinct(a#1L, 0.01)"],
  [aggregate("sum", [a], { filter: call(">", a, one) }), "sum(a) FILTER (WHERE (a > 1))", "sum(a#1L) FILTER (WHERE (a#1L > 1))"],
  [aggregate("first", [a], { ignoreNulls: true }), "first(a)", "first(a#1L, true)"],
  [
    call("transform", a, b.lambda([x], call("+", x, one))),
    "transform(a, lambdafunction((namedlambdavariable() + 1), namedlambdavariable()))",
    "transform(a#1L, lambdafunction((lambda x#9 + 1), lambda x#9, false))",
  ],
  [call("get_struct_field", a, b.stringLiteral("f")), "a.f", "a#1L.f"],
  [call("get_array_item", a, one), "a[1]", "a#1L[1]"],
  [call("like", c, b.stringLiteral("x%")), "c LIKE x%", "c#2 LIKE x%"],
  [call("sqrt", a), "SQRT(a)", "SQRT(a#1L)"],
  [call("substring", c, one), "substring(c, 1, 2147483647)", "substring(c#2, 1)"],
  [b.namedAs(call("+", a, one), 7, "sum"), "(a + 1) AS sum", "(a#1L + 1) AS sum#7L"],
  [b.sortOrder(a, false), "a DESC NULLS LAST", "a#1L DESC NULLS LAST"],
])("prints %#: %2$s", (expression, pretty, explained) => {
  expect(prettyName(expression)).toBe(pretty);
  expect(explainText(expression)).toBe(explained);
});

test.each<[Expression, string]>([
  [over(call("row_number"), [a]), "row_number() OVER (ORDER BY a ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"],
  [
    over(call("rank"), [a], [c]),
    "RANK() OVER (PARTITION BY c ORDER BY a ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
  ],
  [over(call("lag", a), [a]), "lag(a, 1, NULL) OVER (ORDER BY a ASC NULLS FIRST ROWS BETWEEN -1 FOLLOWING AND -1 FOLLOWING)"],
  [over(aggregate("sum", [a]), [a]), "sum(a) OVER (ORDER BY a ASC NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"],
  [over(aggregate("sum", [a]), [], [c]), "sum(a) OVER (PARTITION BY c ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"],
])("names a window column with its frame, %#", (expression, name) => expect(prettyName(expression)).toBe(name));

test.each<[unknown, t.DataType, string]>([
  [null, t.stringType, "NULL"],
  ["x", t.stringType, "x"],
  [5n, t.longType, "5"],
  [1, t.doubleType, "1.0"],
  [1e10, t.doubleType, "1.0E10"],
  [1.5e-5, t.doubleType, "1.5E-5"],
  [Math.fround(0.1), t.floatType, "0.1"],
  [Decimal.parse("1.20"), t.decimalType(3, 2), "1.20"],
  [LocalDate.of(2020, 2, 29), t.dateType, "DATE '2020-02-29'"],
  [new Timestamp(0n), t.timestampType, "TIMESTAMP '1970-01-01 00:00:00'"],
  [new Uint8Array([1, 255]), t.binaryType, "X'01FF'"],
  [new DayTimeInterval(93784_100_000n), t.dayTimeIntervalType(), "INTERVAL '1 02:03:04.1' DAY TO SECOND"],
  [new DayTimeInterval(-3_600_000_000n), t.dayTimeIntervalType("hour", "hour"), "INTERVAL '-01' HOUR"],
  [new YearMonthInterval(-26), t.yearMonthIntervalType(), "INTERVAL '-2-2' YEAR TO MONTH"],
])("names a literal %s as Spark does", (value, type, name) =>
  expect(prettyName({ kind: "literal", value: value as never, type })).toBe(name),
);

test("unresolved expressions have names too", () => {
  expect(prettyName(b.fn("count", { kind: "unresolvedStar" }))).toBe("count(1)");
  expect(prettyName(b.fn("SUM", b.attribute("t.amount")))).toBe("sum(t.amount)");
  expect(explainText(b.fn(">", b.attribute("amount"), one))).toBe("('amount > 1)");
});

test("a call of Python's function shows casts as Spark's toString does", () => {
  const id: Expression = { kind: "cast", child: a, type: t.integerType, explicit: true };
  const python = { command: "", evalType: 100, version: "3.11", filesDir: "", includes: [], conf: {} };
  const userFunction = { name: "twice", source: "", using: {}, evaluation: "python", deterministic: true, python } as const;
  const called: Expression = { kind: "userFunction", function: userFunction, args: [id], type: t.longType, nullable: true };
  expect(prettyName(called)).toBe("twice(cast(a as int))");
  expect(prettyName(id)).toBe("CAST(a AS INT)");
});
