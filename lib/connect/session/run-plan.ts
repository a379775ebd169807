import { zstdDecompressSync } from "node:zlib";
import { fromBinary } from "@bufbuild/protobuf";
import { AnalysisError } from "../../engine/errors.ts";
import type { ExecutePlanRequest, Plan } from "../protocol/spark/connect/base_pb.js";
import { CompressionCodec, Plan_CompressedOperation_OpType as OpType } from "../protocol/spark/connect/base_pb.js";
import { CommandSchema } from "../protocol/spark/connect/commands_pb.js";
import type { Relation } from "../protocol/spark/connect/relations_pb.js";
import { RelationSchema } from "../protocol/spark/connect/relations_pb.js";
import { planOf } from "../relation/relation.ts";
import { resultBatches } from "../result/batches.ts";
import { ProgressReports, planMetrics } from "../result/progress.ts";
import { protoType } from "../type/data-type.ts";
import type { ConnectSession } from "./connect-session.ts";
import type { Operation } from "./operation.ts";

/** Runs what a client asks for, and answers as it goes: the schema, batches while tasks finish, metrics. */
export async function runPlan(session: ConnectSession, operation: Operation): Promise<void> {
  const plan = uncompressed(operation.request.plan, session.bounds.planBytes);
  if (plan?.opType.case === "root") return runRelation(plan.opType.value, session, operation);
  throw new AnalysisError("FIRECREST_INVALID_PLAN", { path: "plan", problem: "it is neither a relation nor a command" });
}

async function runRelation(relation: Relation, session: ConnectSession, operation: Operation): Promise<void> {
  const t = session.translation();
  const { engine, conf } = session.spark;
  const plan = await session.spark.settled(await planOf(relation, t));
  const progress = new ProgressReports((value) => void operation.answer({ responseType: { case: "executionProgress", value } }), Date.now);
  const { signal } = operation;
  const execution = await engine.execute(plan, conf.forEngine(), { signal, onProgress: progress.onProgress });
  await operation.answer({ schema: protoType(execution.schema) });
  for await (const { data, rows, startOffset, chunk } of resultBatches(execution, t, chunkingOf(operation.request))) {
    const cut = chunk ? { chunkIndex: chunk.index, numChunksInBatch: chunk.count } : {};
    await operation.answer({ responseType: { case: "arrowBatch", value: { data, rowCount: rows, startOffset, ...cut } } });
  }
  await operation.answer({ metrics: planMetrics(execution.metrics(), progress.stages) });
}

function chunkingOf({ requestOptions }: ExecutePlanRequest): { readonly chunking?: { readonly preferredBytes?: number } } {
  for (const { requestOption } of requestOptions) {
    if (requestOption.case !== "resultChunkingOptions" || !requestOption.value.allowArrowBatchChunking) continue;
    const preferred = requestOption.value.preferredArrowChunkSize;
    return { chunking: preferred === undefined ? {} : { preferredBytes: Number(preferred) } };
  }
  return {};
}

/** The plan itself where it came compressed. Throws CONNECT_INVALID_PLAN. */
export function uncompressed(plan: Plan | undefined, most: number): Plan | undefined {
  if (plan?.opType.case !== "compressedOperation") return plan;
  const { data, opType, compressionCodec } = plan.opType.value;
  try {
    if (compressionCodec !== CompressionCodec.ZSTD) throw new TypeError(`the codec ${compressionCodec} is not known`);
    const bytes = zstdDecompressSync(data, { maxOutputLength: most });
    if (opType === OpType.RELATION) return { ...plan, opType: { case: "root", value: fromBinary(RelationSchema, bytes) } };
    if (opType === OpType.COMMAND) return { ...plan, opType: { case: "command", value: fromBinary(CommandSchema, bytes) } };
    throw new TypeError(`the type ${opType} is not known`);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new AnalysisError("CONNECT_INVALID_PLAN.PLAN_SIZE_LARGER_THAN_MAX", { planSize: "unknown", maxPlanSize: String(most) });
    throw new AnalysisError("CONNECT_INVALID_PLAN.CANNOT_PARSE", { errorMsg: thrown instanceof Error ? thrown.message : String(thrown) });
  }
}
