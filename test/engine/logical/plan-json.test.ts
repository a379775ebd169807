import fc from "fast-check";
import { expect, test } from "vitest";
import * as b from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import type { JsonLimits } from "../../../lib/engine/logical/json-values.ts";
import type { LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import {
  expressionFromJson,
  expressionToJson,
  fragmentFromJson,
  fragmentToJson,
  planFromJson,
  planToJson,
} from "../../../lib/engine/logical/plan-json.ts";
import type { PhysicalPlan } from "../../../lib/engine/planner/plan.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import * as v from "../../../lib/engine/types/values.ts";
import * as q from "../../support/plans.ts";

const integer = (bits: number) => fc.bigInt({ min: -(1n << BigInt(bits - 1)), max: (1n << BigInt(bits - 1)) - 1n });
const scalars: readonly fc.Arbitrary<[v.Value, t.DataType]>[] = [
  fc.boolean().map((x) => [x, t.booleanType]),
  integer(8).map((x) => [Number(x), t.byteType]),
  integer(32).map((x) => [Number(x), t.integerType]),
  integer(64).map((x) => [x, t.longType]),
  fc.double().map((x) => [x, t.doubleType]),
  fc.string().map((x) => [x, t.stringType]),
  fc.uint8Array({ maxLength: 20 }).map((x) => [new Uint8Array(x), t.binaryType]),
  integer(100).map((x) => [new v.Decimal(x, 5), t.decimalType(38, 5)]),
  integer(30).map((x) => [new v.LocalDate(Number(x)), t.dateType]),
  integer(60).map((x) => [new v.Timestamp(x), t.timestampType]),
  integer(60).map((x) => [new v.LocalDateTime(x), t.timestampNtzType]),
  integer(40).map((x) => [new v.LocalTime(x), t.timeType()]),
  integer(60).map((x) => [new v.DayTimeInterval(x), t.dayTimeIntervalType()]),
  integer(30).map((x) => [new v.YearMonthInterval(Number(x)), t.yearMonthIntervalType()]),
  fc
    .tuple(integer(20), integer(20), integer(60))
    .map(([m, d, u]) => [new v.CalendarInterval(Number(m), Number(d), u), t.calendarIntervalType]),
];
const scalar = fc.oneof(...scalars);
const value = fc.oneof(
  scalar,
  scalar.map(([, type]): [v.Value, t.DataType] => [null, type]),
  scalar.map(([x, type]): [v.Value, t.DataType] => [[x, null, x], t.arrayType(type)]),
  fc
    .tuple(fc.uniqueArray(fc.string(), { maxLength: 4 }), scalar)
    .map(([keys, [x, type]]): [v.Value, t.DataType] => [new Map(keys.map((k) => [k, x])), t.mapType(t.stringType, type)]),
  fc
    .tuple(fc.constantFrom("a", "$tag", "$$", "kind", "__proto__"), scalar)
    .map(([name, [x, type]]): [v.Value, t.DataType] => [Object.fromEntries([[name, x]]), t.structType([t.structField(name, type)])]),
);
const literal = value.map(([x, type]) => b.literal(x, type));
const expression: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    literal,
    fc.tuple(fc.string(), fc.nat(), fc.boolean()).map(([name, id, nullable]) => b.newAttribute(name, t.longType, nullable, id)),
    fc.tuple(fc.string(), fc.array(tie("e"), { maxLength: 3 })).map(([name, args]) => b.call(name, args, t.booleanType, true)),
    tie("e").map((e) => b.cast(e, t.stringType)),
    fc.tuple(tie("e"), fc.nat(), fc.string()).map(([e, id, name]) => b.namedAs(e, id, name)),
    tie("e").map((e) => b.sortOrder(e, false)),
    tie("e").map(
      (e) =>
        ({ ...q.rowNumber([e]), frame: { unit: "rows", lower: { kind: "currentRow" }, upper: { kind: "offset", offset: e } } }) as const,
    ),
  ),
})).e;
const throughText = (json: unknown) => JSON.parse(JSON.stringify(json)) as unknown;

test("an expression comes back equal, whatever its literals hold", () => {
  fc.assert(
    fc.property(expression, (e) => {
      expect(expressionFromJson(throughText(expressionToJson(e)))).toStrictEqual(e);
    }),
    { numRuns: 300 },
  );
});

const t1 = q.table("t", { a: t.longType, b: t.stringType }, 1);
const plan: fc.Arbitrary<LogicalPlan> = fc.letrec<{ p: LogicalPlan }>((tie) => ({
  p: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<LogicalPlan>(t1.plan, q.rows(3, t1.at("a")), { kind: "range", start: 0n, end: 10n, step: 1n }),
    fc.tuple(tie("p"), expression).map(([child, e]) => q.filter(child, e)),
    fc.tuple(tie("p"), fc.array(expression, { maxLength: 3 })).map(([child, list]) => q.project(child, ...list)),
    fc.tuple(tie("p"), tie("p"), expression).map(([left, right, e]) => q.join(left, right, "left", e)),
    fc.tuple(tie("p"), tie("p")).map(([left, right]) => q.union(left, right)),
    tie("p").map((child): LogicalPlan => ({ kind: "sample", lowerBound: 0, upperBound: 0.5, withReplacement: false, seed: -7n, child })),
    tie("p").map((child): LogicalPlan => ({ kind: "rename", names: [["a", "b"]], child })),
  ),
})).p;

test("a logical plan comes back equal", () => {
  fc.assert(
    fc.property(plan, (p) => {
      expect(planFromJson(throughText(planToJson(p)))).toStrictEqual(p);
    }),
    { numRuns: 200 },
  );
});

test("a fragment comes back equal", () => {
  const { kind: _, ...scan } = t1.plan;
  const fragment: PhysicalPlan = {
    kind: "write",
    write: { kind: "write", format: "csv", path: "/out", mode: "error", partitionBy: [], options: {} },
    columns: [t1.at("a")],
    child: {
      kind: "join",
      strategy: "broadcastHash",
      type: "inner",
      keys: [{ left: t1.at("a"), right: t1.at("a"), nullSafe: false }],
      left: { kind: "scan", leaf: 0, scan: { kind: "scan", ...scan } },
      right: {
        kind: "exchange",
        partitioning: { kind: "hash", expressions: [t1.at("a")], partitions: 4 },
        reason: "distribution",
        from: 1,
        child: { kind: "range", start: 0n, end: 1n, step: 1n, partitions: 1, output: [t1.at("a")] },
      },
    },
  };
  expect(fragmentFromJson(throughText(fragmentToJson(fragment)))).toStrictEqual(fragment);
});

const column = { kind: "attribute", id: 1, name: "a", type: { kind: "long" }, nullable: true };
test.each<[string, unknown, string]>([
  ["no object", 1, "/: expected a kind of expression"],
  ["an unknown kind", { kind: "shell", args: [] }, "/: shell is not a kind of expression"],
  ["a kind of Object.prototype", { kind: "toString" }, "/: toString is not a kind of expression"],
  ["a missing field", { kind: "call", name: "+", args: [], type: { kind: "long" } }, "/nullable: expected true or false"],
  ["an unknown field", { ...column, sql: "1" }, "/sql: unknown field"],
  [
    "a fault deep inside",
    { kind: "alias", id: 1, name: "x", child: { ...column, id: -1 } },
    "/child/id: expected a whole number from 0 up",
  ],
  ["a literal not of its type", { kind: "literal", value: "1; DROP", type: { kind: "long" } }, "/value: expected a value of type long"],
  ["a number beyond its type", { kind: "literal", value: 300, type: { kind: "byte" } }, "/value: expected a value of type byte"],
  [
    "a decimal wider than its type",
    { kind: "literal", value: { $decimal: ["12345", 0] }, type: { kind: "decimal", precision: 3, scale: 0 } },
    "/value: expected a value of type decimal",
  ],
  ["an unknown tag", { kind: "literal", value: { $eval: "1" }, type: { kind: "long" } }, "/value: unknown value $eval"],
  [
    "a bad type",
    { ...column, type: { kind: "decimal", precision: 99, scale: 0 } },
    "/type/precision: expected a whole number from 1 to 38",
  ],
])("%s is refused with its place", (_, json, message) => {
  expect(() => expressionFromJson(json)).toThrow(`[FIRECREST_INVALID_PLAN] The plan is not valid at ${message}.`);
});

test("depth, number of values and length of texts are bounded", () => {
  const limits: JsonLimits = { depth: 10, values: 50, text: 5 };
  let deep: unknown = column;
  for (let i = 0; i < 20; i++) deep = { kind: "cast", child: deep, type: { kind: "long" } };
  expect(() => expressionFromJson(deep, limits)).toThrow("deeper than 10 levels");
  expect(() => expressionFromJson({ kind: "call", args: Array(60).fill(1) }, limits)).toThrow("more than 50 values");
  expect(() => expressionFromJson({ ...column, name: "abcdef" }, { ...limits, text: 5 })).toThrow("a text longer than 5 characters");
});

test("the deepest plan that the limits allow is read without exhausting the stack", () => {
  let deep: Expression = b.newAttribute("a", t.longType, true, 1);
  for (let i = 0; i < 490; i++) deep = b.call("+", [deep], t.longType, true);
  expect(expressionFromJson(expressionToJson(deep))).toStrictEqual(deep);
});

test("functions and foreign classes are not taken into a plan", () => {
  expect(() => planToJson({ kind: "limit", count: 1, child: new Date(0) as never })).toThrow(TypeError);
});
