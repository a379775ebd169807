import { expect, test } from "vitest";
import { confOf, parseCount, parseMemory, parseSetting } from "../../../apps/cli/options.ts";

test("options become Spark's settings, and --conf wins", () => {
  expect(confOf({ workers: 2, memory: "4g", threads: 3 })).toEqual({
    "spark.master": "local[3]",
    "spark.executor.instances": "2",
    "spark.firecrest.memory": "4g",
  });
  expect(confOf({ threads: 3, conf: { "spark.master": "local[1]" } })).toEqual({ "spark.master": "local[1]" });
  expect(confOf({})).toEqual({});
});

test("a setting's value may hold equals signs and be empty", () => {
  expect(parseSetting("a=b=c", { a: "0", d: "1" })).toEqual({ a: "b=c", d: "1" });
  expect(parseSetting("a=")).toEqual({ a: "" });
});

test.each(["a", "=b", ""])("%o is no setting", (text) => {
  expect(() => parseSetting(text)).toThrow("key=value");
});

test.each(["0", "-1", "2.5", "x", "", "100000"])("%o is no count", (text) => {
  expect(() => parseCount(text)).toThrow("number from 1");
});

test.each(["4", "g", "0g", "4 g", "-1m"])("%o is no amount of memory", (text) => {
  expect(() => parseMemory(text)).toThrow("512m");
});

test("memory is read in any case", () => {
  expect(parseMemory("4G")).toBe("4g");
  expect(parseMemory("512mb")).toBe("512mb");
});
