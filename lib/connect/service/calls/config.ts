import { create } from "@bufbuild/protobuf";
import { type ConfigRequest, type ConfigResponse, ConfigResponseSchema } from "../../protocol/spark/connect/base_pb.js";
import { configure } from "../../session/client-settings.ts";
import type { Sessions } from "../../session/sessions.ts";

/** Reads and writes settings. */
export async function config(request: ConfigRequest, sessions: Sessions): Promise<ConfigResponse> {
  const session = sessions.open(request);
  return create(ConfigResponseSchema, { ...session.ids, ...configure(request.operation, session.spark.conf) });
}
