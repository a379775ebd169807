import { create, fromBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import type { MessageParts } from "../../../lib/connect/message-parts.ts";
import { ExecutePlanResponseSchema } from "../../../lib/connect/protocol/spark/connect/base_pb.js";
import { arrowAnswer } from "../../../lib/connect/session/arrow-answer.ts";

const envelope = create(ExecutePlanResponseSchema, { sessionId: "session", responseId: "response" });
const bytesOf = (message: MessageParts): Uint8Array => {
  const bytes = new Uint8Array(message.byteLength);
  message.copy(bytes, 0);
  return bytes;
};
const data = [Uint8Array.of(1, 2), new Uint8Array(300).fill(3), Uint8Array.of(4)];

test("a batch in parts is read as one field beside all else that the answer says", () => {
  const answer = fromBinary(ExecutePlanResponseSchema, bytesOf(arrowAnswer(envelope, { data, rows: 7n, startOffset: 1_000n })));
  expect(answer).toMatchObject({ sessionId: "session", responseId: "response" });
  const { value } = answer.responseType as { value: { data: Uint8Array } };
  expect(answer.responseType).toMatchObject({ case: "arrowBatch", value: { rowCount: 7n, startOffset: 1_000n } });
  expect(Buffer.concat(data).equals(value.data)).toBe(true);
});

test("a chunk says which one of how many it is", () => {
  const chunk = { index: 2n, count: 5n };
  const answer = fromBinary(ExecutePlanResponseSchema, bytesOf(arrowAnswer(envelope, { data, rows: 7n, startOffset: 0n, chunk })));
  expect(answer.responseType).toMatchObject({ case: "arrowBatch", value: { chunkIndex: 2n, numChunksInBatch: 5n } });
});
