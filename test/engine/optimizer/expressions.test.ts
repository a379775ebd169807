import { describe, expect, test } from "vitest";
import * as b from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { booleanSimplification } from "../../../lib/engine/optimizer/boolean-simplification.ts";
import { computeCurrentTime } from "../../../lib/engine/optimizer/compute-current-time.ts";
import { constantFolding } from "../../../lib/engine/optimizer/constant-folding.ts";
import { nullPropagation } from "../../../lib/engine/optimizer/null-propagation.ts";
import { optimizeIn } from "../../../lib/engine/optimizer/optimize-in.ts";
import type { Rule } from "../../../lib/engine/optimizer/rule.ts";
import { simplifyBinaryComparison } from "../../../lib/engine/optimizer/simplify-binary-comparison.ts";
import { simplifyCasts } from "../../../lib/engine/optimizer/simplify-casts.ts";
import { simplifyConditionals } from "../../../lib/engine/optimizer/simplify-conditionals.ts";
import { unwrapCastInBinaryComparison } from "../../../lib/engine/optimizer/unwrap-cast-in-binary-comparison.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { Decimal, Timestamp } from "../../../lib/engine/types/values.ts";
import { context, rewritten } from "../../support/optimizer.ts";
import * as q from "../../support/plans.ts";

const a = b.newAttribute("a", t.longType, true, 1);
const c = b.newAttribute("c", t.longType, true, 2);
const s = b.newAttribute("s", t.shortType, true, 3);
const key = b.newAttribute("key", t.longType, false, 4);
const [p, r] = [q.gt(a, q.long(1)), q.gt(c, q.long(2))];
const fails = q.gt(q.divide(a, c), b.doubleLiteral(1));
const int = b.integerLiteral;
const ansi = (e: Expression, type: t.DataType): Expression => ({ kind: "cast", child: e, type, mode: "ansi" });
const scalar = (name: string, type: t.DataType, ...args: Expression[]) => b.call(name, args, type, true);

const cases = (rule: Rule, list: readonly (readonly [Expression, string])[]) =>
  describe(rule.name, () =>
    test.each(list.map(([e, text]) => ({ e, text })))("gives $text", ({ e, text }) => expect(rewritten(rule, e)).toBe(text)),
  );

cases(booleanSimplification, [
  [q.and(p, q.yes), "(a#1L > 1)"],
  [q.and(fails, q.no), "false"],
  [q.or(p, q.yes), "true"],
  [q.or(q.no, p), "(a#1L > 1)"],
  [q.and(p, r, p), "((a#1L > 1) AND (c#2L > 2))"],
  [q.and(q.gt(q.random, q.random), q.gt(q.random, q.random)), "((random() > random()) AND (random() > random()))"],
  [q.not(q.not(p)), "(a#1L > 1)"],
  [q.not(p), "(a#1L <= 1)"],
  [q.not(q.eq(a, c)), "NOT (a#1L = c#2L)"],
  [q.not(q.and(p, r)), "(NOT (a#1L > 1) OR NOT (c#2L > 2))"],
  [q.or(q.and(p, r), q.and(p, q.isNull(c))), "((a#1L > 1) AND ((c#2L > 2) OR isnull(c#2L)))"],
  [q.or(q.and(p, r), p), "(a#1L > 1)"],
  [q.or(q.and(fails, r), fails), "((((a#1L / c#2L) > 1.0) AND (c#2L > 2)) OR ((a#1L / c#2L) > 1.0))"],
  [q.and(q.isNull(a), q.isNotNull(a)), "false"],
]);

cases(constantFolding, [
  [q.gt(q.plus(q.long(1), q.long(2)), a), "(3 > a#1L)"],
  [q.lt(q.long(1), q.long(2)), "true"],
  [q.lt(q.text("b"), q.text("a")), "false"],
  [q.eq(q.text("a"), b.nullLiteral(t.stringType)), "null"],
  [scalar("+", t.integerType, int(2 ** 31 - 1), int(1)), "(2147483647 + 1)"],
  [
    scalar(
      "*",
      t.decimalType(5, 2),
      b.literal(Decimal.parse("1.5"), t.decimalType(2, 1)),
      b.literal(Decimal.parse("0.5"), t.decimalType(2, 1)),
    ),
    "0.75",
  ],
  [q.divide(q.long(1), q.long(0)), "(1 / 0)"],
  [ansi(q.text("2020-02-29"), t.dateType), "2020-02-29"],
  [ansi(q.text("2021-02-29"), t.dateType), "cast(2021-02-29 as date)"],
  [ansi(q.text("12"), t.integerType), "12"],
  [ansi(q.text(" 12"), t.integerType), "cast( 12 as int)"],
  [ansi(int(300), t.byteType), "cast(300 as tinyint)"],
  [ansi(q.long(5), t.decimalType(10, 2)), "5.00"],
  [ansi(q.long(2 ** 53), t.doubleType), "9.007199254740992E15"],
  [ansi(b.longLiteral(2n ** 53n + 1n), t.doubleType), "cast(9007199254740993 as double)"],
  [q.eq(b.doubleLiteral(Number.NaN), b.doubleLiteral(Number.NaN)), "(NaN = NaN)"],
  [q.random, "random()"],
]);

cases(nullPropagation, [
  [q.isNull(key), "false"],
  [q.isNotNull(key), "true"],
  [q.isNotNull(a), "isnotnull(a#1L)"],
  [q.isNotNull(ansi(s, t.longType)), "isnotnull(s#3)"],
  [q.gt(a, b.nullLiteral(t.longType)), "null"],
  [q.or(q.unknown, p), "(null OR (a#1L > 1))"],
  [q.within(b.nullLiteral(t.longType), q.long(1)), "null"],
  [q.within(a, b.nullLiteral(t.longType)), "a#1L IN (null)"],
  [scalar("coalesce", t.longType, b.nullLiteral(t.longType), a, key, c), "coalesce(a#1L, key#4L)"],
]);

cases(simplifyConditionals, [
  [scalar("if", t.longType, q.yes, a, c), "a#1L"],
  [scalar("if", t.longType, q.unknown, a, c), "c#2L"],
  [scalar("if", t.longType, p, a, a), "a#1L"],
  [scalar("if", t.longType, fails, a, a), "if (((a#1L / c#2L) > 1.0)) a#1L else a#1L"],
  [scalar("when", t.longType, q.no, a, p, c), "CASE WHEN (a#1L > 1) THEN c#2L END"],
  [scalar("when", t.longType, p, a, q.yes, c, r, key), "CASE WHEN (a#1L > 1) THEN a#1L ELSE c#2L END"],
  [scalar("when", t.longType, q.no, a), "null"],
]);

cases(simplifyCasts, [
  [ansi(a, t.longType), "a#1L"],
  [ansi(ansi(s, t.integerType), t.longType), "cast(s#3 as bigint)"],
  [ansi(ansi(a, t.integerType), t.longType), "cast(cast(a#1L as int) as bigint)"],
]);

cases(simplifyBinaryComparison, [
  [q.eq(key, key), "true"],
  [q.lt(key, key), "false"],
  [q.eq(a, a), "(a#1L = a#1L)"],
  [scalar("<=>", t.booleanType, a, a), "true"],
  [q.eq(q.random, q.random), "(random() = random())"],
]);

cases(unwrapCastInBinaryComparison, [
  [q.gt(ansi(s, t.longType), q.long(5)), "(s#3 > 5)"],
  [q.gt(q.long(5), ansi(s, t.longType)), "(5 > s#3)"],
  [q.gt(ansi(s, t.longType), q.long(100_000)), "(cast(s#3 as bigint) > 100000)"],
  [q.gt(ansi(a, t.integerType), int(5)), "(cast(a#1L as int) > 5)"],
  [q.within(ansi(s, t.longType), q.long(1), q.long(2)), "s#3 IN (1,2)"],
]);

cases(optimizeIn, [
  [q.within(a, q.long(1), q.long(1)), "(a#1L = 1)"],
  [q.within(a, q.long(1), q.long(2), q.long(1)), "a#1L IN (1,2)"],
  [q.within(a, q.long(1), c), "a#1L IN (1,c#2L)"],
]);

test("the current time is the query's start in the session's zone", () => {
  const at = { ...context, startTime: new Timestamp(1_600_000_000_000_000n), session: { ...context.session, timeZone: "Asia/Tokyo" } };
  const now = (name: string) => rewritten(computeCurrentTime, b.call(name, [], t.timestampType, false), at);
  expect(now("now")).toBe("2020-09-13 12:26:40");
  expect(now("localtimestamp")).toBe("2020-09-13 21:26:40");
  expect(now("current_date")).toBe("2020-09-13");
  expect(now("current_timezone")).toBe("Asia/Tokyo");
  expect(rewritten(computeCurrentTime, b.call("now", [], t.timestampType, false))).toBe("now()");
});
