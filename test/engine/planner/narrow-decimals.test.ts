import { describe, expect, it } from "vitest";
import { analyze } from "../../../lib/engine/analyzer/analyze.ts";
import { alias, attribute as col, fn } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import type { ColumnChunk, LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import { narrowDecimals } from "../../../lib/engine/planner/narrow-decimals.ts";
import { decimalType } from "../../../lib/engine/types/data-type.ts";
import { session, table } from "../../support/plans.ts";

const chunk = (min?: string, max?: string): ColumnChunk => ({
  start: 0,
  end: 100,
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});

/** A scan of decimals with the bounds of two row groups. */
const scan = (price: readonly [string, string], rate: readonly [string, string], second: ColumnChunk = chunk(...price)): LogicalPlan => {
  const group = { firstRow: 0, rows: 10, start: 0, end: 100 };
  // Apart from the ids that aliases are given.
  return table("sales", { price: decimalType(15, 2), rate: decimalType(15, 2) }, 10_001, {
    files: [
      {
        key: "sales/0",
        size: 1_000,
        partitionValues: {},
        rows: 20,
        rowGroups: [
          { ...group, columns: { price: chunk(...price), rate: chunk(...rate) } },
          { ...group, firstRow: 10, columns: { price: second, rate: chunk(...rate) } },
        ],
      },
    ],
  }).plan;
};

const product = fn("*", col("price"), fn("+", col("rate"), col("rate")));
const total = (child: LogicalPlan): LogicalPlan => ({
  kind: "aggregate",
  grouping: [],
  aggregates: [alias(fn("sum", product), "total")],
  child,
});

/** The names of the calls in a plan's expressions, outermost first. */
function calls(plan: LogicalPlan): string[] {
  const found: string[] = [];
  JSON.stringify(narrowDecimals(analyze(plan, session)), (_, value: Expression | bigint) => {
    if (typeof value === "bigint") return String(value);
    if (value && typeof value === "object" && "args" in value && (value.kind === "call" || value.kind === "aggregate"))
      found.push(value.name);
    return value;
  });
  return found;
}

describe("decimal arithmetic in 64 bits", () => {
  it("is used within a sum where the files' bounds prove that it fits", () => {
    expect(calls(total(scan(["0.01", "104949.50"], ["0.00", "0.10"])))).toEqual(["sum", "narrow_multiply", "+"]);
  });

  it("gives the type back where the value itself is wanted", () => {
    const projected: LogicalPlan = {
      kind: "project",
      expressions: [alias(product, "p")],
      child: scan(["0.01", "104949.50"], ["0.00", "0.10"]),
    };
    expect(calls(projected)).toEqual(["exact_decimal", "narrow_multiply", "+"]);
  });

  it("is not used where a product of the bounds has 19 digits, of either sign", () => {
    expect(calls(total(scan(["0.00", "9999999999999.99"], ["0.00", "9999.99"])))).toEqual(["sum", "*", "+"]);
    expect(calls(total(scan(["-9999999999999.99", "0.00"], ["0.00", "9999.99"])))).toEqual(["sum", "*", "+"]);
  });

  it("is not used where one row group does not tell its bounds", () => {
    expect(calls(total(scan(["0.01", "10.00"], ["0.00", "0.10"], chunk(undefined, "10.00"))))).toEqual(["sum", "*", "+"]);
  });

  it("is decided in time for long sums", () => {
    const long = Array.from({ length: 25 }).reduce((sum: Expression) => fn("+", sum, col("price")), col("price"));
    const summed: LogicalPlan = {
      kind: "aggregate",
      grouping: [],
      aggregates: [alias(fn("sum", long), "s")],
      child: scan(["0.01", "104949.50"], ["0.00", "0.10"]),
    };
    expect(calls(summed).filter((name) => name === "narrow_add")).toHaveLength(22);
  });
});
