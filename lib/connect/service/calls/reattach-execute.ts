import { AnalysisError } from "../../../engine/errors.ts";
import type { ReattachExecuteRequest } from "../../protocol/spark/connect/base_pb.js";
import type { Sessions } from "../../session/sessions.ts";
import { type Answer, streamed } from "../answers.ts";

/** The answers of a running or finished operation behind the last one that the client has seen. */
export function reattachExecute(request: ReattachExecuteRequest, sessions: Sessions, stop: AbortSignal): AsyncIterable<Answer> {
  const session = sessions.existing(request);
  const operation = session.operations.get(request.operationId);
  if (!operation.isReattachable) throw new AnalysisError("INVALID_CURSOR.NOT_REATTACHABLE");
  return streamed(operation, request.lastResponseId, session, stop);
}
