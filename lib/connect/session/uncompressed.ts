import { zstdDecompressSync } from "node:zlib";
import { fromBinary } from "@bufbuild/protobuf";
import { AnalysisError } from "../../engine/errors.ts";
import { DECODING } from "../decoding.ts";
import { CompressionCodec, Plan_CompressedOperation_OpType as OpType, type Plan } from "../protocol/spark/connect/base_pb.js";
import { CommandSchema } from "../protocol/spark/connect/commands_pb.js";
import { RelationSchema } from "../protocol/spark/connect/relations_pb.js";

/** The plan itself where it came compressed, of at most so many bytes. Throws CONNECT_INVALID_PLAN. */
export function uncompressed(plan: Plan, most: number): Plan {
  if (plan.opType.case !== "compressedOperation") return plan;
  const { data, opType, compressionCodec } = plan.opType.value;
  try {
    if (compressionCodec !== CompressionCodec.ZSTD) throw new TypeError(`the codec ${compressionCodec} is not known`);
    const bytes = zstdDecompressSync(data, { maxOutputLength: most });
    if (opType === OpType.RELATION) return { ...plan, opType: { case: "root", value: fromBinary(RelationSchema, bytes, DECODING) } };
    if (opType === OpType.COMMAND) return { ...plan, opType: { case: "command", value: fromBinary(CommandSchema, bytes, DECODING) } };
    throw new TypeError(`the type ${opType} is not known`);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new AnalysisError("CONNECT_INVALID_PLAN.PLAN_SIZE_LARGER_THAN_MAX", { planSize: `over ${most}`, maxPlanSize: String(most) });
    throw new AnalysisError("CONNECT_INVALID_PLAN.CANNOT_PARSE", { errorMsg: thrown instanceof Error ? thrown.message : String(thrown) });
  }
}
