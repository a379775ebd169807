import { create } from "@bufbuild/protobuf";
import {
  type ArtifactStatusesRequest,
  type ArtifactStatusesResponse,
  ArtifactStatusesResponseSchema,
} from "../../protocol/spark/connect/base_pb.js";
import type { Sessions } from "../../session/sessions.ts";

/** Tells which artifacts need not be sent. As in Spark, only rows are asked for: modules and files are sent again. */
export async function artifactStatus(request: ArtifactStatusesRequest, sessions: Sessions): Promise<ArtifactStatusesResponse> {
  const session = sessions.open(request);
  const exists = (name: string): boolean => name.startsWith("cache/") && session.artifacts.has(name);
  return create(ArtifactStatusesResponseSchema, {
    ...session.ids,
    statuses: Object.fromEntries(request.names.map((name) => [name, { exists: exists(name) }])),
  });
}
