import { expect, it } from "vitest";
import { javaDouble, javaFloat } from "../../../lib/engine/types/java-number.ts";

it.each([
  [0, "0.0"],
  [-0, "-0.0"],
  [1, "1.0"],
  [100, "100.0"],
  [1234567.5, "1234567.5"],
  [1e7, "1.0E7"],
  [1.5e10, "1.5E10"],
  [0.001, "0.001"],
  [0.0001, "1.0E-4"],
  [-1.25e-7, "-1.25E-7"],
  [5e-324, "4.9E-324"],
  [Number.MAX_VALUE, "1.7976931348623157E308"],
  [Number.NaN, "NaN"],
  [Number.NEGATIVE_INFINITY, "-Infinity"],
])("prints the double %d as Java does", (value, text) => {
  expect(javaDouble(value)).toBe(text);
});

it.each([
  [0.1, "0.1"],
  [1 / 3, "0.33333334"],
  [16777216, "1.6777216E7"],
  [1.401298464324817e-45, "1.4E-45"],
  [3.4028234663852886e38, "3.4028235E38"],
])("prints the float %d as Java does", (value, text) => {
  expect(javaFloat(Math.fround(value))).toBe(text);
});
