import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { MessageParts } from "../message-parts.ts";
import {
  type ExecutePlanResponse,
  ExecutePlanResponse_ArrowBatchSchema,
  ExecutePlanResponseSchema,
} from "../protocol/spark/connect/base_pb.js";
import type { ResultBatch } from "../result/batches.ts";

/** An answer's message with a batch in it. Its rows are most of what a server sends: they stay where they were read. */
export function arrowAnswer(envelope: ExecutePlanResponse, { data, rows, startOffset, chunk, own }: ResultBatch): MessageParts {
  const cut = chunk ? { chunkIndex: chunk.index, numChunksInBatch: chunk.count } : {};
  const about = toBinary(
    ExecutePlanResponse_ArrowBatchSchema,
    create(ExecutePlanResponse_ArrowBatchSchema, { rowCount: rows, startOffset, ...cut }),
  );
  const batch = field(ExecutePlanResponse_ArrowBatchSchema.field.data.number, data);
  const answer = field(ExecutePlanResponseSchema.field.arrowBatch.number, [about, ...batch]);
  return new MessageParts([toBinary(ExecutePlanResponseSchema, envelope), ...answer], own);
}

/** A field of bytes, or of a message, as it stands in a message. */
function field(number: number, parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  return [new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).finish(), ...parts];
}
