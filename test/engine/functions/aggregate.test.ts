import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  attribute,
  booleanLiteral,
  doubleLiteral,
  fn,
  integerLiteral,
  literal,
  stringLiteral,
} from "../../../lib/engine/expressions/build.ts";
import type { Expression, UnresolvedFunction } from "../../../lib/engine/expressions/expression.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { parseSchema } from "../../../lib/engine/types/ddl.ts";
import { DayTimeInterval, Decimal, LocalDate, type Value, YearMonthInterval } from "../../../lib/engine/types/values.ts";
import { aggregate, aggregateInParts, rowsOf } from "../../support/aggregate.ts";
import { nonAnsi } from "../../support/evaluate.ts";
import { anyValue } from "../../support/values.ts";

const a = attribute("a");
const b = attribute("b");
const column = (type: string, ...values: readonly Value[]) => rowsOf(`a ${type}`, ...values.map((value) => [value]));
const decimal = (text: string) => Decimal.parse(text);
const xs = (...values: readonly (number | null)[]) => column("double", ...values);
const doubles = (...values: readonly number[]): Expression => literal(values, t.arrayType(t.doubleType, false));

describe("counts", () => {
  const rows = rowsOf("a int, b int", [1, 1], [null, 1], [1, null], [1, 1]);
  it.each([
    [fn("count", integerLiteral(1)), 4n],
    [fn("count", a), 3n],
    [fn("count", a, b), 2n],
    [{ ...fn("count", a, b), distinct: true }, 1n],
    [fn("count_distinct", a, b), 1n],
    [{ ...fn("count", a), filter: fn("isnotnull", b) }, 2n],
    [fn("count_if", fn("=", a, integerLiteral(1))), 3n],
    [fn("approx_count_distinct", a), 1n],
  ] satisfies [UnresolvedFunction, bigint][])("skip NULLs (%#)", async (call, count) => {
    expect(await aggregate(call, rows)).toBe(count);
  });

  it("of nothing are 0", async () => {
    for (const name of ["count", "approx_count_distinct", "count_distinct"]) expect(await aggregate(fn(name, a), column("int"))).toBe(0n);
  });
});

describe("approximate counts", () => {
  /** Whole numbers from 0, in two overlapping parts. */
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => [i]);

  it.each([10, 500, 5000])("of %i values are within their error, in parts too", async (n) => {
    const whole = Number(await aggregate(fn("approx_count_distinct", a), rowsOf("a int", ...upTo(n))));
    expect(Math.abs(whole - n) / n).toBeLessThan(0.1);
    const parts = [upTo(n).slice(0, Math.ceil(n * 0.7)), [], upTo(n).slice(Math.floor(n * 0.3))];
    expect(await aggregateInParts(fn("approx_count_distinct", a), "a int", parts)).toBe(BigInt(whole));
  });

  it("get nearer with a smaller error", async () => {
    const estimate = Number(await aggregate(fn("approx_count_distinct", a, doubleLiteral(0.01)), rowsOf("a int", ...upTo(5000))));
    expect(Math.abs(estimate - 5000) / 5000).toBeLessThan(0.02);
  });

  it("take an error that registers can keep", async () => {
    await expect(aggregate(fn("approx_count_distinct", a, doubleLiteral(0.5)), column("int"))).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
    });
  });
});

describe("sums and averages", () => {
  it.each([
    ["sum", "tinyint", [100, 100], 200n],
    ["sum", "bigint", [5n, 10n, null], 15n],
    ["sum", "float", [0.5, 0.25], 0.75],
    ["sum", "decimal(5,2)", [decimal("1.25"), decimal("2.50")], decimal("3.75")],
    ["sum", "interval day to second", [new DayTimeInterval(5n), new DayTimeInterval(6n)], new DayTimeInterval(11n)],
    ["avg", "int", [1, 2, null], 1.5],
    ["mean", "double", [1, 2, 3], 2],
    ["avg", "decimal(5,2)", [decimal("1.00"), decimal("1.00"), decimal("0.00")], decimal("0.666667")],
    ["avg", "decimal(5,2)", [decimal("-1.00"), decimal("-1.00"), decimal("0.00")], decimal("-0.666667")],
    ["avg", "interval year to month", [new YearMonthInterval(1), new YearMonthInterval(2)], new YearMonthInterval(2)],
    ["try_avg", "double", [1, 2], 1.5],
    ["product", "int", [2, 3, null], 6],
    ["sum_distinct", "int", [2, 2, 3], 5n],
  ] satisfies [string, string, Value[], Value][])("%s of %s has Spark's type and value (%#)", async (name, type, values, result) => {
    expect(await aggregate(fn(name, a), column(type, ...values))).toEqual(result);
  });

  it("of nothing and of NULLs alone are NULL", async () => {
    for (const name of ["sum", "avg", "try_sum", "product"]) {
      expect(await aggregate(fn(name, a), column("decimal(5,2)"))).toBeNull();
      expect(await aggregate(fn(name, a), column("int", null))).toBeNull();
    }
  });

  it("raise, wrap or give NULL where a bigint overflows", async () => {
    const rows = column("bigint", 2n ** 63n - 1n, 1n);
    await expect(aggregate(fn("sum", a), rows)).rejects.toMatchObject({ condition: "ARITHMETIC_OVERFLOW" });
    await expect(aggregate(fn("sum", a), rows)).rejects.toThrow(
      "long overflow. Use 'try_add' to tolerate overflow and return NULL instead.",
    );
    expect(await aggregate(fn("sum", a), rows, nonAnsi)).toBe(-(2n ** 63n));
    expect(await aggregate(fn("try_sum", a), rows)).toBeNull();
  });

  it("of 38 digits are not let grow to 39", async () => {
    const rows = column("decimal(38,0)", ...Array.from({ length: 10 }, () => decimal("1".repeat(38))));
    await expect(aggregate(fn("sum", a), rows)).rejects.toMatchObject({ condition: "ARITHMETIC_OVERFLOW" });
    expect(await aggregate(fn("try_sum", a), rows)).toBeNull();
    expect(await aggregate(fn("sum", a), column("decimal(38,0)", decimal("9".repeat(38))))).toEqual(decimal("9".repeat(38)));
  });

  it("do not mind an overflow on the way", async () => {
    expect(await aggregate(fn("sum", a), column("bigint", 2n ** 63n - 1n, 2n ** 63n - 1n, -(2n ** 63n)))).toBe(2n ** 63n - 2n);
    expect(await aggregateInParts(fn("sum", a), "a bigint", [[[2n ** 63n - 1n], [2n ** 63n - 1n]], [[-(2n ** 63n)]]])).toBe(2n ** 63n - 2n);
  });

  it("of decimals are rounded half up, however large or small", async () => {
    const magnitudes = fc.oneof(fc.bigInt({ min: -1000n, max: 1000n }), fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }));
    await fc.assert(
      fc.asyncProperty(fc.array(magnitudes, { minLength: 1, maxLength: 7 }), async (unscaled) => {
        const total = unscaled.reduce((sum, value) => sum + value, 0n) * 10_000n;
        const count = BigInt(unscaled.length);
        const half = (2n * (total < 0n ? -total : total) + count) / (2n * count);
        const average = await aggregate(fn("avg", a), column("decimal(38,3)", ...unscaled.map((value) => new Decimal(value, 3))));
        expect(average).toEqual(new Decimal(total < 0n ? -half : half, 7));
      }),
      { numRuns: 60 },
    );
  });

  it("say which average has too many digits, or give NULL", async () => {
    const rows = column("decimal(38,18)", decimal("12345678901234567890.5"));
    await expect(aggregate(fn("avg", a), rows)).rejects.toMatchObject({ condition: "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION" });
    expect(await aggregate(fn("try_avg", a), rows)).toBeNull();
    expect(await aggregate(fn("avg", a), rows, nonAnsi)).toBeNull();
    expect(await aggregate(fn("avg", a), column("decimal(38,18)", decimal("150.5")))).toEqual(new Decimal(1505n * 10n ** 21n, 22));
  });

  it("take strings as doubles", async () => {
    expect(await aggregate(fn("sum", a), column("string", "1.5", "2"))).toBe(3.5);
  });
});

describe("extremes, first and last", () => {
  it.each([
    [fn("max", a), column("string", "a", null, "b"), "b"],
    [fn("min", a), column("date", LocalDate.of(2024, 1, 2), LocalDate.of(2024, 1, 1)), LocalDate.of(2024, 1, 1)],
    [fn("max", a), xs(1, Number.NaN, Number.POSITIVE_INFINITY), Number.NaN],
    [fn("max_by", a, b), rowsOf("a string, b int", ["x", 10], ["y", 50], [null, null]), "y"],
    [fn("max_by", a, b), rowsOf("a string, b int", ["x", 10], [null, 50]), null],
    [fn("min_by", a, b), rowsOf("a string, b int", ["x", 10], ["y", 50], ["z", null]), "x"],
    [fn("first", a), column("int", null, 5, 20), null],
    [fn("first", a, booleanLiteral(true)), column("int", null, 5, 20), 5],
    [fn("last_value", a, booleanLiteral(true)), column("int", 5, 20, null), 20],
    [{ ...fn("last", a), ignoreNulls: true }, column("int", 5, 20, null), 20],
    [fn("any_value", a, booleanLiteral(true)), column("int", null, 5), 5],
    [fn("bool_and", a), column("boolean", true, null, false), false],
    [fn("some", a), column("boolean", true, null, false), true],
    [fn("any", a), column("boolean", null), null],
    [fn("bit_and", a), column("int", 3, 5), 1],
    [fn("bit_or", a), column("int", 3, 5), 7],
    [fn("bit_xor", a), column("int", 3, 5), 6],
  ] satisfies [UnresolvedFunction, ReturnType<typeof rowsOf>, Value][])("are Spark's (%#)", async (call, rows, result) => {
    expect(await aggregate(call, rows)).toEqual(result);
  });
});

describe("statistics", () => {
  const pairs = rowsOf("a int, b int", [1, 2], [2, 2], [2, 3], [2, 4], [null, 3], [3, null]);
  it.each([
    ["stddev", xs(1, 2, 3), 1],
    ["stddev_pop", xs(1, 2, 3), 0.816496580927726],
    ["variance", xs(1, 2, 3), 1],
    ["var_pop", xs(1, 2, 3), 0.6666666666666666],
    ["skewness", xs(-10, -20, 100, 1000), 1.1135657469022011],
    ["skewness", xs(-1000, -100, 10, 20), -1.1135657469022011],
    ["kurtosis", xs(-10, -20, 100, 1000), -0.7014368047529627],
    ["kurtosis", xs(1, 10, 100, 10, 1), 0.19432323191699075],
    ["var_samp", xs(1), null],
    ["stddev_pop", xs(1), 0],
    ["skewness", xs(1, 1, 1), null],
    ["skewness", xs(1, 2), 0],
    ["kurtosis", xs(1), null],
    ["var_samp", xs(1, Number.POSITIVE_INFINITY), Number.NaN],
    ["stddev", xs(null), null],
  ] as const)("%s is Spark's (%#)", async (name, rows, result) => {
    const value = (await aggregate(fn(name, a), rows)) as number | null;
    if (result === null || Number.isNaN(result)) expect(value).toBe(result);
    else expect(value).toBeCloseTo(result, 10);
  });

  it.each([
    ["corr", rowsOf("a int, b int", [3, 2], [3, 3], [6, 4]), 0.8660254037844387],
    ["corr", rowsOf("a double, b double", [0.5, 0.2], [0.6, 0.0]), -1.0000000000000004],
    ["covar_pop", rowsOf("a int, b int", [1, 1], [2, 2], [3, 3]), 0.6666666666666666],
    ["covar_samp", rowsOf("a int, b int", [1, 1], [2, 2], [3, 3]), 1],
    ["regr_avgx", pairs, 2.75],
    ["regr_avgy", pairs, 1.75],
    ["regr_r2", pairs, 0.2727272727272727],
    ["regr_slope", rowsOf("a int, b int", [1, 1], [2, 2], [3, 3]), 1],
    ["regr_intercept", rowsOf("a int, b int", [1, 1], [2, 2], [3, 3]), 0],
    ["regr_sxx", pairs, 2.75],
    ["regr_sxy", pairs, 0.75],
    ["regr_syy", pairs, 0.75],
    ["corr", rowsOf("a int, b int", [1, 5], [2, 5]), null],
    ["regr_slope", rowsOf("a int, b int", [1, 5], [2, 5]), null],
    ["covar_samp", rowsOf("a int, b int", [1, 5]), null],
  ] as const)("%s of pairs is Spark's (%#)", async (name, rows, result) => {
    const value = (await aggregate(fn(name, a, b), rows)) as number | null;
    if (result === null) expect(value).toBeNull();
    else expect(value).toBeCloseTo(result, 10);
  });

  it("counts pairs without a NULL", async () => {
    expect(await aggregate(fn("regr_count", a, b), pairs)).toBe(4n);
    expect(await aggregate(fn("regr_count", a, b), rowsOf("a int, b int"))).toBe(0n);
  });
});

describe("aggregates that keep values", () => {
  it.each([
    [fn("collect_list", a), column("int", 1, null, 2, 1), [1, 2, 1]],
    [fn("array_agg", a), column("int", null), []],
    [fn("listagg", a, stringLiteral(", ")), column("string", "a", null, "b"), "a, b"],
    [fn("listagg", a), column("binary", Uint8Array.of(1), null, Uint8Array.of(2, 255)), Buffer.of(1, 2, 255)],
    [fn("string_agg", a), column("string", "a", "b"), "ab"],
    [fn("percentile", a, doubleLiteral(0.3)), column("int", 0, 10), 3],
    [fn("percentile", a, doubles(0.25, 0.75)), column("int", 0, 10), [2.5, 7.5]],
    [fn("percentile_approx", a, doubles(0.5, 0.4, 0.1), integerLiteral(100)), column("int", 0, 1, 2, 10), [1, 1, 0]],
    [fn("approx_percentile", a, doubleLiteral(0.5), integerLiteral(100)), column("int", 0, 6, 7, 9, 10), 7],
    [fn("median", a), column("int", 0, 10), 5],
    [fn("median", a), column("interval month", new YearMonthInterval(0), new YearMonthInterval(10)), new YearMonthInterval(5)],
    [fn("mode", a), column("int", 0, 10, 10), 10],
    [fn("mode", a, booleanLiteral(true)), column("int", 10, 0, 10, 0, 5), 0],
    [fn("mode", a), column("int", null), null],
    [fn("median", a), column("int"), null],
  ] satisfies [UnresolvedFunction, ReturnType<typeof rowsOf>, Value][])("are Spark's (%#)", async (call, rows, result) => {
    expect(await aggregate(call, rows)).toEqual(result);
  });

  it("collect a set without NULLs", async () => {
    const set = (await aggregate(fn("collect_set", a), column("int", 1, 2, null, 1))) as number[];
    expect(set.toSorted()).toEqual([1, 2]);
  });

  it("say what they do not take", async () => {
    await expect(aggregate(fn("collect_set", a), column("map<string, int>"))).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE",
    });
    await expect(aggregate(fn("percentile", a, b), rowsOf("a int, b double"))).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
    });
  });
});

describe("partial states merged are the whole", () => {
  const oneColumn: readonly (readonly [names: string, type: string])[] = [
    ["count min max sum avg try_sum collect_list first last count_if", "boolean"],
    ["count sum avg min max bit_and bit_or bit_xor product try_avg", "int"],
    ["sum avg try_sum", "smallint"],
    ["sum avg min max", "decimal(12,3)"],
    ["avg sum", "decimal(38,10)"],
    ["sum avg min max stddev_pop stddev_samp var_pop var_samp skewness kurtosis", "double"],
    ["min max collect_list collect_set first last any_value", "string"],
    ["min max collect_list collect_set first last", "date"],
    ["sum avg max", "interval year to month"],
    ["collect_list first max", "struct<x: int, y: array<string>>"],
    ["bool_and bool_or count_if", "boolean"],
  ];
  const numeric = /^(?:sum|avg|try_sum|try_avg|bit_.*|product)$/;
  const cases = oneColumn.flatMap(([names, type]) =>
    names.split(" ").flatMap((name) => (type === "boolean" && numeric.test(name) ? [] : [[name, type] as const])),
  );

  /** Magnitudes that keep sums and fourth powers of random doubles comparable. */
  const small = fc.oneof(
    fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8),
    fc.constant(null),
  );
  const valuesOf = (name: string, type: string) => {
    if (type === "double" || name === "product")
      return type === "double" ? small : fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constant(null));
    if (type === "decimal(38,10)") return fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map((unscaled) => new Decimal(unscaled, 10));
    // Spark's years 1 to 9999; the kernel's dates end before 32 bits do.
    if (type === "date")
      return fc.oneof(
        fc.integer({ min: -719_162, max: 2_932_896 }).map((days) => new LocalDate(days)),
        fc.constant(null),
      );
    return type === "interval year to month"
      ? fc.integer({ min: -(2 ** 24), max: 2 ** 24 }).map((months) => new YearMonthInterval(months))
      : anyValue(parseSchema(`a ${type}`).fields[0]!.dataType, true);
  };

  it.each(cases)("%s of %s", async (name, type) => {
    const chunks = fc.array(fc.array(valuesOf(name, type), { maxLength: 5 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(chunks, async (parts) => {
        const whole = await aggregate(fn(name, a), column(type, ...(parts.flat() as Value[])));
        const merged = await aggregateInParts(
          fn(name, a),
          `a ${type}`,
          parts.map((part) => (part as Value[]).map((value) => [value])),
        );
        expectSame(merged, whole, name === "collect_set");
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    "corr",
    "covar_pop",
    "covar_samp",
    "regr_count",
    "regr_avgx",
    "regr_avgy",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "regr_slope",
    "regr_intercept",
    "regr_r2",
  ])("%s of pairs", async (name) => {
    const chunks = fc.array(fc.array(fc.tuple(small, small), { maxLength: 5 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(chunks, async (parts) => {
        const whole = await aggregate(fn(name, a, b), rowsOf("a double, b double", ...parts.flat()));
        expectSame(await aggregateInParts(fn(name, a, b), "a double, b double", parts), whole, false);
      }),
      { numRuns: 12 },
    );
  });

  it.each(["max_by", "min_by"])("%s, of distinct ordering values", async (name) => {
    const chunks = [
      [
        ["x", 10],
        ["y", 50],
      ],
      [],
      [
        ["z", null],
        [null, 7],
      ],
      [["w", 60]],
    ];
    expect(await aggregateInParts(fn(name, a, b), "a string, b int", chunks)).toEqual(
      await aggregate(fn(name, a, b), rowsOf("a string, b int", ...chunks.flat())),
    );
  });

  it("of first and last with IGNORE NULLS", async () => {
    const chunks = [[[null]], [], [[null], [5], [null]], [[7], [null]]];
    expect(await aggregateInParts(fn("first", a, booleanLiteral(true)), "a int", chunks)).toBe(5);
    expect(await aggregateInParts(fn("last", a, booleanLiteral(true)), "a int", chunks)).toBe(7);
    expect(await aggregateInParts(fn("first", a), "a int", chunks)).toBeNull();
  });

  it("of a filtered aggregate", async () => {
    const call = { ...fn("sum", a), filter: fn(">", a, integerLiteral(2)) };
    expect(
      await aggregateInParts(call, "a int", [
        [[1], [3]],
        [[4], [null]],
      ]),
    ).toBe(7n);
  });

  it("of moments far from zero keep their digits", async () => {
    const base = 1e9;
    const chunks = [[[base + 1], [base + 2]], [[base + 3]]];
    expect(await aggregateInParts(fn("var_samp", a), "a double", chunks)).toBeCloseTo(1, 9);
  });
});

/** Equal, but for the last digits of doubles and, where there is none, the order. */
function expectSame(actual: Value, expected: Value, unordered: boolean): void {
  if (typeof actual === "number" && typeof expected === "number" && Number.isFinite(expected)) {
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)));
  } else if (unordered) {
    const sorted = (value: Value) => (value as readonly Value[]).map(String).toSorted();
    expect(sorted(actual)).toEqual(sorted(expected));
  } else {
    expect(actual).toEqual(expected);
  }
}
