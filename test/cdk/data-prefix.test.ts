import { expect, test } from "vitest";
import { parseDataPrefix } from "../../cdk/data-prefix.ts";

test.each([
  ["s3://lake/sales", { bucket: "lake", prefix: "sales" }],
  ["s3://lake/sales/2026/", { bucket: "lake", prefix: "sales/2026" }],
  ["s3://lake", { bucket: "lake", prefix: "" }],
  ["s3://lake/", { bucket: "lake", prefix: "" }],
])("%s is a prefix", (text, prefix) => {
  expect(parseDataPrefix(text)).toEqual(prefix);
});

test.each(["lake/sales", "s3://", "s3://Lake/x", "s3://*/x", "s3://lake/*", "s3://lake/${aws:username}", "s3://lake/a?", "s3://lake//a"])(
  "%s is refused, so that a policy never grants more than it says",
  (text) => {
    expect(() => parseDataPrefix(text)).toThrow(`${text} is not a data prefix`);
  },
);

test.each(["s3://own", "s3://own/jobs", "s3://own/jobs/x/work", "s3://own/uploads"])(
  "%s would open Firecrest's own objects to users' code",
  (text) => {
    expect(() => parseDataPrefix(text, "own")).toThrow("holds Firecrest's own objects");
  },
);

test("other folders of the data bucket may be named, and those of the same names in other buckets", () => {
  expect(parseDataPrefix("s3://own/sales", "own")).toEqual({ bucket: "own", prefix: "sales" });
  expect(parseDataPrefix("s3://lake/jobs", "own")).toEqual({ bucket: "lake", prefix: "jobs" });
});
