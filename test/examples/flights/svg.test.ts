import { expect, test } from "vitest";
import { barChart, escapeText, rampClass, scale, ticks } from "../../../examples/flights/svg.ts";

test("ticks are round and reach beyond the largest value", () => {
  expect(ticks(9, 4)).toEqual([0, 5, 10]);
  expect(ticks(20, 4)).toEqual([0, 5, 10, 15, 20]);
  expect(ticks(0.42, 4).at(-1)).toBeGreaterThanOrEqual(0.42);
});

test("a scale maps both ends, and a domain of one value to its start", () => {
  const x = scale([10, 20], [0, 100]);
  expect([x(10), x(15), x(20)]).toEqual([0, 50, 100]);
  expect(scale([3, 3], [0, 100])(3)).toBe(0);
});

test("values outside the ramp get its ends", () => {
  expect([-5, 0, 3, 7, 99].map((value) => rampClass(value, [0, 7]))).toEqual(["ramp0", "ramp0", "ramp3", "ramp6", "ramp6"]);
});

test("text cannot become markup", () => {
  expect(escapeText(`<b a="1">&'`)).not.toMatch(/[<>"']/);
  expect(barChart("t", [{ name: "<script>", value: 1, text: "1", tip: '"' }])).not.toContain("<script>");
});
