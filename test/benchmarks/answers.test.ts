import { expect, test } from "vitest";
import { difference } from "../../benchmarks/answers.ts";
import { median } from "../../benchmarks/measure.ts";

test("answers that differ in how a number is written or rounded agree", () => {
  expect(difference([["A", "25.50", "0.05"]], [["A", "25.5", "0.05000000000000001"]])).toBeUndefined();
  expect(difference([["25.522006"]], [["25.522005853257"]])).toBeUndefined();
});

test.each([
  [[["1"]], [["1"], ["2"]], "2 rows instead of 1"],
  [[["A", "1.25"]], [["A", "1.26"]], "row 1: A, 1.26 instead of A, 1.25"],
  [[["25.522006"]], [["25.522005"]], "row 1: 25.522005 instead of 25.522006"],
  [[["x"]], [["y"]], "row 1: y instead of x"],
  [[[""]], [["0"]], "row 1: 0 instead of "],
  [[["1"]], [["1", "2"]], "row 1: 1, 2 instead of 1"],
])("%j and %j do not agree", (expected, actual, text) => {
  expect(difference(expected, actual)).toBe(text);
});

test("the median of an even number of runs lies between the middle ones", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([5])]).toEqual([2, 2.5, 5]);
});
