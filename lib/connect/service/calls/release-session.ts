import { create } from "@bufbuild/protobuf";
import {
  type ReleaseSessionRequest,
  type ReleaseSessionResponse,
  ReleaseSessionResponseSchema,
} from "../../protocol/spark/connect/base_pb.js";
import { keyOf, type Sessions } from "../../session/sessions.ts";

/** Ends a session with all that belongs to it. One that is not there is no error. */
export async function releaseSession(request: ReleaseSessionRequest, sessions: Sessions): Promise<ReleaseSessionResponse> {
  const session = sessions.find(request);
  await sessions.close(keyOf(request), request.allowReconnect);
  return create(ReleaseSessionResponseSchema, {
    sessionId: request.sessionId,
    ...(session ? { serverSideSessionId: session.serverSideId } : {}),
  });
}
