import { expect, test } from "vitest";
import { literalOf } from "../../lib/dataframe/literal.ts";
import { Decimal, LocalDate, LocalDateTime, Timestamp } from "../../lib/engine/types/values.ts";

const kindOf = (value: Parameters<typeof literalOf>[0]) => {
  const made = literalOf(value);
  return made.kind === "literal" ? made.type.kind : made.kind;
};

test("whole numbers of 32 bits are ints, other numbers doubles, bigints longs", () => {
  expect([kindOf(0), kindOf(2 ** 31 - 1), kindOf(-(2 ** 31))]).toEqual(["integer", "integer", "integer"]);
  expect([kindOf(2 ** 31), kindOf(0.5), kindOf(-0), kindOf(Number.NaN)]).toEqual(["double", "double", "double", "double"]);
  expect(kindOf(1n)).toBe("long");
});

test("the classes of values have their types", () => {
  expect(kindOf(null)).toBe("void");
  expect(kindOf(new Uint8Array([1]))).toBe("binary");
  expect(kindOf(LocalDate.of(2024, 2, 29))).toBe("date");
  expect(kindOf(new Timestamp(0n))).toBe("timestamp");
  expect(kindOf(new LocalDateTime(0n))).toBe("timestamp_ntz");
});

test("a decimal's type is as wide as its digits and its scale", () => {
  expect(literalOf(Decimal.parse("12.50"))).toMatchObject({ type: { kind: "decimal", precision: 4, scale: 2 } });
  expect(literalOf(Decimal.parse("0.001"))).toMatchObject({ type: { kind: "decimal", precision: 3, scale: 3 } });
});

test("a Date is an instant, and an invalid one is refused", () => {
  expect(literalOf(new Date("2024-01-01T00:00:00Z"))).toMatchObject({ value: new Timestamp(1_704_067_200_000_000n) });
  expect(() => literalOf(new Date("never"))).toThrow(RangeError);
});

test("arrays and maps become calls", () => {
  expect(literalOf([1, "a"])).toMatchObject({ kind: "unresolvedFunction", name: "array", args: [{ value: 1 }, { value: "a" }] });
  expect(literalOf(new Map([["k", 2]]))).toMatchObject({ name: "map", args: [{ value: "k" }, { value: 2 }] });
});

test("a value that has no type is refused by its class", () => {
  expect(() => literalOf(/x/ as never)).toThrow(/\[FIRECREST_UNSUPPORTED\] A literal of a RegExp/);
  expect(() => literalOf(undefined as never)).toThrow(/type undefined/);
});
