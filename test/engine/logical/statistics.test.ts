import { describe, expect, test } from "vitest";
import * as b from "../../../lib/engine/expressions/build.ts";
import type { LogicalPlan, ScanFile } from "../../../lib/engine/logical/plan.ts";
import { statisticsOf } from "../../../lib/engine/logical/statistics.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { LocalDate } from "../../../lib/engine/types/values.ts";
import * as q from "../../support/plans.ts";

const chunk = (min: string, max: string, nulls: number) => ({ start: 0, end: 10, min, max, nulls });
const file = (rows: number, columns: NonNullable<ScanFile["rowGroups"]>[number]["columns"]): ScanFile => ({
  key: "f",
  size: rows * 10,
  partitionValues: {},
  rows,
  rowGroups: [{ firstRow: 0, rows, start: 0, end: rows * 10, columns }],
});
const sales = q.table("sales", { id: t.longType, day: t.dateType, shop: t.stringType }, 1, {
  files: [
    file(600, { id: chunk("0", "599", 0), day: chunk("2020-01-01", "2020-03-01", 0), shop: chunk("a", "c", 60) }),
    file(400, { id: chunk("600", "999", 0), day: chunk("2020-03-02", "2020-04-09", 40), shop: chunk("b", "z", 0) }),
  ],
});
const shops = q.table("shops", { key: t.longType, name: t.stringType }, 11, { files: [file(100, { key: chunk("0", "99", 0) })] });
const unknown = q.table("text", { line: t.stringType, n: t.longType }, 21, { files: [{ key: "x", size: 3_600, partitionValues: {} }] });
const [id, day, shop, key] = [sales.at("id"), sales.at("day"), sales.at("shop"), shops.at("key")];
const rowsOf = (plan: LogicalPlan) => statisticsOf(plan).rowCount;
const date = (text: string) => b.literal(LocalDate.parse(text), t.dateType);

describe("scans", () => {
  test("have the rows of their files, and bounds, NULLs and distinct counts of all row groups", () => {
    const { rowCount, sizeInBytes, columns } = statisticsOf(sales.plan);
    expect([rowCount, sizeInBytes]).toEqual([1000, 1000 * (8 + 8 + 4 + 20)]);
    expect(columns.get(1)).toEqual({ min: 0, max: 999, nullFraction: 0, distinct: 1000 });
    expect(columns.get(2)).toEqual({ min: 18262, max: 18361, nullFraction: 0.04, distinct: 100 });
    expect(columns.get(3)).toEqual({ nullFraction: 0.06, toldApart: 2 });
  });
  test("have the distinct values that ANALYZE TABLE counted, and its bounds and rows where files tell none", () => {
    const analyzed = { rows: 90, columns: { shop: { distinct: 7, nulls: 60 }, n: { distinct: 30, nulls: 9, min: "1", max: "80" } } };
    expect(statisticsOf({ ...sales.plan, analyzed }).columns.get(3)).toEqual({ nullFraction: 0.06, toldApart: 2, distinct: 7 });
    const { rowCount, columns } = statisticsOf({ ...unknown.plan, analyzed });
    expect(rowCount).toBe(90);
    expect(columns.get(22)).toEqual({ min: 1, max: 80, nullFraction: 0.1, distinct: 30 });
  });
  test("of files that do not tell have as many rows as their size holds", () => {
    expect(statisticsOf(unknown.plan)).toMatchObject({ rowCount: 100, sizeInBytes: 3_600 });
    expect(statisticsOf({ ...unknown.plan, output: [unknown.at("n")] }).sizeInBytes).toBe(1_600);
  });
});

test.each([
  ["a half of a range", q.lt(id, q.long(500)), 501],
  ["the same, the literal first", q.gt(q.long(500), id), 501],
  ["one of a thousand", q.eq(id, q.long(7)), 1],
  ["nothing outside the bounds (one row at least)", q.eq(id, q.long(5000)), 1],
  ["everything below a bound beyond the greatest", q.lt(id, q.long(5000)), 1000],
  ["dates", q.ge(day, date("2020-04-09")), 1],
  ["one date of a hundred", q.eq(day, date("2020-01-05")), 10],
  ["a list of three", q.within(id, q.long(1), q.long(2), q.long(3)), 3],
  ["NULLs", q.isNull(shop), 60],
  ["no NULLs", q.isNotNull(shop), 940],
  ["an unknown string, a tenth", q.eq(shop, q.text("x")), 100],
  ["both halves of nothing related", q.and(q.lt(id, q.long(500)), q.isNull(shop)), 31],
  ["either", q.or(q.eq(day, date("2020-01-05")), q.isNull(shop)), 70],
  ["the rest", q.not(q.isNull(shop)), 940],
])("a filter keeps %s", (_, condition, rows) => expect(rowsOf(q.filter(sales.plan, condition))).toBe(rows));

test("a filter narrows the range for the filter above it", () => {
  const first = q.filter(sales.plan, q.ge(id, q.long(900)));
  expect(rowsOf(first)).toBe(100);
  expect(rowsOf(q.filter(first, q.ge(id, q.long(950))))).toBe(50);
});

test.each([
  ["inner", 100],
  ["left", 1000],
  ["right", 100],
  ["full", 1000],
  ["leftSemi", 100],
] as const)("a %s join on keys of known counts", (type, rows) => {
  expect(rowsOf(q.join(sales.plan, shops.plan, type, q.eq(id, key)))).toBe(rows);
});

test("a join on keys of unknown counts takes them as unique on the smaller side", () => {
  expect(rowsOf(q.join(sales.plan, unknown.plan, "inner", q.eq(shop, unknown.at("line"))))).toBe(1000);
  expect(rowsOf(q.join(sales.plan, shops.plan, "cross"))).toBe(100_000);
});

test("groups are as many as their keys' values, and no more than the rows", () => {
  expect(rowsOf(q.aggregate(sales.plan, [day], day))).toBe(100);
  expect(rowsOf(q.aggregate(sales.plan, [day, id], day))).toBe(1000);
  expect(rowsOf(q.aggregate(sales.plan, [], q.as(q.countAll, 30, "n")))).toBe(1);
});

test("strings in two bits each are four groups, those in many bytes as many as the rows", () => {
  const strings = (bytes: number) => {
    const { plan, at } = q.table("strings", { text: t.stringType }, 41, {
      files: [file(1_000, { text: { start: 0, end: bytes, min: "a", max: "z", nulls: 0 } })],
    });
    return rowsOf(q.aggregate(plan, [at("text")], at("text")));
  };
  expect([strings(250), strings(20_000)]).toEqual([4, 1_000]);
});

test("limits, samples, ranges and unions are exact or nearly", () => {
  expect(rowsOf(q.limit(sales.plan, 10))).toBe(10);
  expect(rowsOf({ kind: "sample", lowerBound: 0, upperBound: 0.25, withReplacement: false, seed: 1n, child: sales.plan })).toBe(250);
  expect(rowsOf({ kind: "range", start: 0n, end: 10n, step: 3n, output: [id] })).toBe(4);
  expect(rowsOf({ kind: "range", start: 10n, end: 0n, step: -5n, output: [id] })).toBe(2);
  expect(rowsOf({ kind: "union", children: [sales.plan, sales.plan], output: sales.plan.output })).toBe(2000);
  expect(statisticsOf(q.rows(3, id))).toMatchObject({ rowCount: 3, sizeInBytes: 48 });
});

test("a comparison of constants that nobody has folded is a guess", () => {
  expect(rowsOf(q.filter(sales.plan, q.gt(q.long(0), q.long(1))))).toBe(334);
});

test("a semi join leaves as many rows as the other side has of the keys, an anti join what is left of them", () => {
  const few = q.filter(shops.plan, q.lt(key, q.long(20)));
  const [semi, anti] = (["leftSemi", "leftAnti"] as const).map((type) => rowsOf(q.join(sales.plan, few, type, q.eq(id, key))));
  expect(semi).toBeLessThanOrEqual(25);
  expect(anti).toBeGreaterThanOrEqual(975);
  const all = q.join(sales.plan, sales.plan, "leftAnti", q.eq(id, id));
  expect(rowsOf(all)).toBe(100);
});
