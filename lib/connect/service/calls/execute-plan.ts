import type { ExecutePlanRequest } from "../../protocol/spark/connect/base_pb.js";
import { runPlan } from "../../session/run-plan.ts";
import type { Sessions } from "../../session/sessions.ts";
import { type Answer, streamed } from "../answers.ts";

/** Begins a job, or comes back to the one that an earlier copy of this request has begun, and streams its answers. */
export function executePlan(request: ExecutePlanRequest, sessions: Sessions, stop: AbortSignal): AsyncIterable<Answer> {
  const session = sessions.open(request);
  const operation = session.operations.begin(request, (begun) => runPlan(session, begun));
  return streamed(operation, undefined, session, stop);
}
