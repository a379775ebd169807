import { expect, it } from "vitest";
import { addressOf, keyAt, prefixOf } from "../../../lib/backends/aws/s3-address.ts";

it.each(["a", "day=1/x y", "ü+%20%/", "/leading", "two//slashes", "a\nb", "😀"])("takes the key %j as it is", (key) => {
  expect(addressOf(`s3://my.bucket-1/${key}`)).toEqual({ Bucket: "my.bucket-1", Key: key });
  expect(keyAt("my.bucket-1", key)).toBe(`s3://my.bucket-1/${key}`);
});

it("takes a bucket alone as a prefix, not as an object", () => {
  expect(prefixOf("s3://bucket/")).toEqual({ Bucket: "bucket", Key: "" });
  expect(() => addressOf("s3://bucket/")).toThrow("the key after the bucket is missing");
});

it.each([
  ["/tmp/x", "it has not the form s3://bucket/key"],
  ["memory://bucket/x", "it has not the form s3://bucket/key"],
  ["s3://bucket", "it has not the form s3://bucket/key"],
  ["s3:///x", "the empty text is no bucket's name"],
  ["s3://My_Bucket/x", "My_Bucket is no bucket's name"],
  [`s3://bucket/${"ü".repeat(513)}`, "the key is longer than 1024 bytes"],
])("refuses %j and says why", (key, problem) => {
  expect(() => addressOf(key)).toThrowError(
    expect.objectContaining({ condition: "INVALID_OBJECT_KEY", messageParameters: { key, problem } }),
  );
});
