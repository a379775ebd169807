import fc from "fast-check";
import { expect, test } from "vitest";
import * as b from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { fold } from "../../../lib/engine/expressions/fold.ts";
import { transformUp } from "../../../lib/engine/expressions/traverse.ts";
import { decimalResult } from "../../../lib/engine/functions/decimal-arithmetic.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { DayTimeInterval, Decimal, LocalDate, type Value, YearMonthInterval } from "../../../lib/engine/types/values.ts";
import { evaluate } from "../../support/evaluate.ts";

/** Random constants, folded here and worked out by the kernel. */

const short = fc.constantFrom(-32768, -2, -1, 0, 1, 3, 181, 182, 32767);
const literals: Readonly<Record<string, fc.Arbitrary<Expression>>> = {
  boolean: fc.constantFrom(true, false, null).map((x) => b.literal(x, t.booleanType)),
  short: fc.oneof(short, fc.constant(null)).map((x) => b.literal(x, t.shortType)),
  long: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(0n, 1n, -1n)).map((x) => b.literal(x, t.longType)),
  decimal: fc.bigInt({ min: -99999n, max: 99999n }).map((x) => b.literal(new Decimal(x, 2), t.decimalType(5, 2))),
  string: fc
    .oneof(fc.string({ unit: "binary", maxLength: 4 }), fc.constantFrom("12", "-7", "2020-02-29", "2021-02-29", ""))
    .map((x) => b.stringLiteral(x.replaceAll("\u0000", ""))),
  date: fc.integer({ min: -100000, max: 100000 }).map((x) => b.literal(new LocalDate(x), t.dateType)),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => b.doubleLiteral(x)),
};
const pair = fc.constantFrom(...Object.values(literals)).chain((one) => fc.tuple(one, one));
const comparison = fc
  .tuple(fc.constantFrom("=", "<=>", "<", "<=", ">", ">="), pair)
  .map(([name, args]) => b.call(name, args, t.booleanType, true));
const truth = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { depthSize: "small" },
    literals.boolean!,
    comparison,
    fc.tuple(fc.constantFrom("and", "or"), tie("e"), tie("e")).map(([name, x, y]) => b.call(name, [x, y], t.booleanType, true)),
    fc.tuple(fc.constantFrom("not", "isnull", "isnotnull"), tie("e")).map(([name, x]) => b.call(name, [x], t.booleanType, true)),
  ),
})).e;
const operator = fc.constantFrom("+" as const, "-" as const, "*" as const);
const arithmetic = fc.oneof(
  fc.tuple(operator, literals.short!, literals.short!).map(([name, x, y]) => b.call(name, [x, y], t.shortType, true)),
  fc.tuple(operator, literals.long!, literals.long!).map(([name, x, y]) => b.call(name, [x, y], t.longType, true)),
  fc
    .tuple(operator, literals.decimal!, literals.decimal!)
    .map(([name, x, y]) => b.call(name, [x, y], decimalResult(name, t.decimalType(5, 2), t.decimalType(5, 2)), true)),
  fc.oneof(literals.short!, literals.decimal!).map((x) => b.call("negative", [x], x.kind === "literal" ? x.type : t.voidType, true)),
);
const targets = [
  t.byteType,
  t.shortType,
  t.integerType,
  t.longType,
  t.doubleType,
  t.stringType,
  t.dateType,
  t.decimalType(4, 1),
  t.decimalType(10, 3),
];
const castable: readonly [string, readonly t.DataType[]][] = [
  ["boolean", [t.stringType]],
  ["short", targets.filter((type) => type.kind !== "date")],
  ["long", targets.filter((type) => type.kind !== "date")],
  ["decimal", targets.filter((type) => type.kind === "decimal" || type.kind === "long")],
  ["string", targets],
];
const casts = fc
  .constantFrom(...castable)
  .chain(([from, to]) => fc.tuple(literals[from]!, fc.constantFrom(...to)))
  .map(([child, type]): Expression => ({ kind: "cast", child, type, mode: "ansi" }));

const moved = fc.oneof(
  fc
    .tuple(fc.constantFrom("date_add", "date_sub", "add_months"), literals.date!, fc.integer({ min: -40000, max: 40000 }))
    .map(([name, date, n]) => b.call(name, [date, b.integerLiteral(n)], t.dateType, true)),
  fc
    .tuple(literals.date!, fc.integer({ min: -4000, max: 4000 }))
    .map(([date, n]) =>
      b.call("date_add_interval", [date, b.literal(new YearMonthInterval(n), t.yearMonthIntervalType())], t.dateType, true),
    ),
  fc
    .integer({ min: -4000, max: 4000 })
    .map((n) => b.literal(new DayTimeInterval(BigInt(n) * 86_400_000_000n), t.dayTimeIntervalType("day", "day")))
    .map((days) => b.call("extractansiintervaldays", [b.call("interval_negate", [days], days.type, true)], t.integerType, true)),
);

const folded = (e: Expression): Expression => transformUp(e, fold);
const text = (value: Value): string => (value === null ? "NULL" : `${typeof value} ${String(value)}`);

test("what is folded has the value that the kernel gives", async () => {
  let worked = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(truth, arithmetic, casts, moved), async (e) => {
      const constant = folded(e);
      if (constant.kind !== "literal" || e.kind === "literal") return;
      worked++;
      expect(text(constant.value)).toBe(text(await evaluate(e)));
    }),
    { numRuns: 600 },
  );
  expect(worked).toBeGreaterThan(200);
}, 30_000);

test("what must raise at run time is left as it is", () => {
  const max = b.literal(2n ** 63n - 1n, t.longType);
  const overflow = b.call("+", [max, b.longLiteral(1)], t.longType, true);
  expect(fold(overflow)).toBe(overflow);
  const zero = b.call("/", [b.doubleLiteral(1), b.doubleLiteral(0)], t.doubleType, true);
  expect(fold(zero)).toBe(zero);
  const bad: Expression = { kind: "cast", child: b.stringLiteral("x"), type: t.integerType, mode: "ansi" };
  expect(fold(bad)).toBe(bad);
});
