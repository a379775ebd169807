import { create } from "@bufbuild/protobuf";
import {
  type GetStatusRequest,
  type GetStatusResponse,
  GetStatusResponseSchema,
  GetStatusResponse_OperationStatus_OperationState as ProtocolState,
} from "../../protocol/spark/connect/base_pb.js";
import type { OperationState } from "../../session/operation.ts";
import type { Sessions } from "../../session/sessions.ts";

const states: Readonly<Record<OperationState, ProtocolState>> = {
  running: ProtocolState.RUNNING,
  terminating: ProtocolState.TERMINATING,
  succeeded: ProtocolState.SUCCEEDED,
  failed: ProtocolState.FAILED,
  cancelled: ProtocolState.CANCELLED,
};

/** How the operations of a session stand: those that are asked for, or all. */
export async function getStatus(request: GetStatusRequest, sessions: Sessions): Promise<GetStatusResponse> {
  const session = sessions.existing(request);
  const { operationStatus } = request;
  if (!operationStatus) return create(GetStatusResponseSchema, session.ids);
  const { operations } = session;
  const asked = operationStatus.operationIds;
  const found = asked.length === 0 ? operations.states() : asked.map((id) => [id, operations.stateOf(id)] as const);
  return create(GetStatusResponseSchema, {
    ...session.ids,
    operationStatuses: found.map(([operationId, state]) => ({ operationId, state: state ? states[state] : ProtocolState.UNKNOWN })),
  });
}
