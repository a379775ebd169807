import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { AnalysisError } from "../../../engine/errors.ts";
import { type CloneSessionRequest, type CloneSessionResponse, CloneSessionResponseSchema } from "../../protocol/spark/connect/base_pb.js";
import { dataSourcesOf } from "../../python/data-source.ts";
import type { Sessions } from "../../session/sessions.ts";
import { isUuid } from "../../session/uuid.ts";

/** A session with another id that begins as this one stands: settings, views, functions, variables, the current schema and artifacts. */
export async function cloneSession(request: CloneSessionRequest, sessions: Sessions): Promise<CloneSessionResponse> {
  const session = sessions.existing(request);
  const targetSessionId = request.newSessionId ? request.newSessionId : randomUUID();
  if (!isUuid(targetSessionId)) throw refused("TARGET_SESSION_ID_FORMAT", targetSessionId);
  const key = { ...session.key, sessionId: targetSessionId };
  if (sessions.isClosed(key)) throw refused("TARGET_SESSION_ID_ALREADY_CLOSED", targetSessionId);
  if (sessions.isOpen(key)) throw refused("TARGET_SESSION_ID_ALREADY_EXISTS", targetSessionId);
  // Under its id from now on: another request for it comes too late.
  const clone = sessions.add(sessions.make(key, session.spark.cloneSession()));
  await clone.beginAs(session);
  for (const [name, source] of dataSourcesOf(session.spark)) dataSourcesOf(clone.spark).set(name, source);
  return create(CloneSessionResponseSchema, {
    ...session.ids,
    newSessionId: targetSessionId,
    newServerSideSessionId: clone.serverSideId,
  });
}

const refused = (sub: string, targetSessionId: string): AnalysisError =>
  new AnalysisError(`INVALID_CLONE_SESSION_REQUEST.${sub}`, { targetSessionId });
