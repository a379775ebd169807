import { expect, test } from "vitest";
import { MAX_MESSAGE_BYTES, messageBody, packBatches } from "../../../lib/backends/aws/sqs-batches.ts";

const ofBytes = (...sizes: readonly number[]) => sizes.map((bytes) => ({ body: "", bytes }));
const sizesOf = (batches: readonly (readonly { bytes: number }[])[]) => batches.map((batch) => batch.map(({ bytes }) => bytes));

test("a call takes ten messages", () => {
  expect(packBatches(ofBytes(...Array<number>(23).fill(1))).map((batch) => batch.length)).toEqual([10, 10, 3]);
  expect(packBatches([])).toEqual([]);
});

test("a call takes a mebibyte in all, counted to the byte", () => {
  const half = MAX_MESSAGE_BYTES / 2;
  expect(sizesOf(packBatches(ofBytes(half, half, 1)))).toEqual([[half, half], [1]]);
  expect(sizesOf(packBatches(ofBytes(half, half + 1, 1)))).toEqual([[half], [half + 1, 1]]);
  expect(sizesOf(packBatches(ofBytes(MAX_MESSAGE_BYTES, 1)))).toEqual([[MAX_MESSAGE_BYTES], [1]]);
});

test("a body is counted in UTF-8, and holds no character that SQS refuses", () => {
  expect(messageBody({ name: "é" }).bytes).toBe(13);
  const { body } = messageBody({ name: "a\u0000\uFFFE\uFFFFb" });
  expect(body).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(body)).toEqual({ name: "a\u0000\uFFFE\uFFFFb" });
});
