import { create } from "@bufbuild/protobuf";
import { AnalysisError } from "../../../engine/errors.ts";
import {
  type InterruptRequest,
  type InterruptResponse,
  InterruptResponseSchema,
  InterruptRequest_InterruptType as InterruptType,
} from "../../protocol/spark/connect/base_pb.js";
import type { ConnectSession } from "../../session/connect-session.ts";
import type { Sessions } from "../../session/sessions.ts";

/** Ends the running operations of a session: all, those of a tag, or one. */
export async function interrupt(request: InterruptRequest, sessions: Sessions): Promise<InterruptResponse> {
  const session = sessions.open(request);
  return create(InterruptResponseSchema, { ...session.ids, interruptedIds: [...interrupted(request, session)] });
}

function interrupted({ interruptType, interrupt: which }: InterruptRequest, { operations }: ConnectSession): readonly string[] {
  if (interruptType === InterruptType.ALL) return operations.interrupt();
  if (interruptType === InterruptType.TAG && which.case === "operationTag")
    return operations.interrupt(({ tags }) => tags.has(which.value));
  if (interruptType === InterruptType.OPERATION_ID && which.case === "operationId")
    return operations.interrupt(({ id }) => id === which.value);
  throw new AnalysisError("FIRECREST_INVALID_PLAN", {
    path: "interrupt",
    problem: "it names neither all operations, nor a tag, nor an operation",
  });
}
