import { create } from "@bufbuild/protobuf";
import {
  type ReleaseExecuteRequest,
  type ReleaseExecuteResponse,
  ReleaseExecuteResponseSchema,
} from "../../protocol/spark/connect/base_pb.js";
import type { Sessions } from "../../session/sessions.ts";

/** Forgets answers, up to one or all of them; what is released already is none of it. */
export async function releaseExecute(request: ReleaseExecuteRequest, sessions: Sessions): Promise<ReleaseExecuteResponse> {
  const session = sessions.existing(request);
  const operation = session.operations.find(request.operationId);
  if (operation && request.release.case === "releaseUntil") operation.releaseUntil(request.release.value.responseId);
  else operation?.release();
  // Spark leaves the id out where there was nothing to release.
  return create(ReleaseExecuteResponseSchema, { ...session.ids, ...(operation ? { operationId: operation.id } : {}) });
}
