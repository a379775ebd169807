import { randomUUID } from "node:crypto";
import { create, fromBinary, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { afterAll } from "vitest";
import { ErrorInfoSchema } from "../../../lib/connect/protocol/google/rpc/error_details_pb.js";
import { StatusSchema } from "../../../lib/connect/protocol/google/rpc/status_pb.js";
import {
  type ExecutePlanRequestSchema,
  type ExecutePlanResponse,
  type PlanSchema,
  type ReattachExecuteRequestSchema,
  SparkConnectService,
} from "../../../lib/connect/protocol/spark/connect/base_pb.js";
import { type MethodName, serviceDefinition } from "../../../lib/connect/service/definition.ts";

type Methods = (typeof SparkConnectService)["method"];
type Init<M extends MethodName> = MessageInitShape<Methods[M]["input"]>;
type Output<M extends MethodName> = MessageShape<Methods[M]["output"]>;
type Stream = grpc.ClientReadableStream<ExecutePlanResponse>;

export interface TestClient {
  readonly sessionId: string;
  /** One request, one answer; rejects with the grpc.ServiceError. */
  call<M extends Exclude<MethodName, "executePlan" | "reattachExecute" | "addArtifacts">>(method: M, request: Init<M>): Promise<Output<M>>;
  /** Many requests, one answer. */
  upload(requests: readonly Init<"addArtifacts">[]): Promise<Output<"addArtifacts">>;
  /** Of a relation, reattachable unless said otherwise. */
  execute(request: MessageInitShape<typeof ExecutePlanRequestSchema>): Stream;
  reattach(request: MessageInitShape<typeof ReattachExecuteRequestSchema>): Stream;
  close(): void;
}

/** A client that sends what no client of PySpark's would. Each has a session and a user of its own unless they are given. */
export function openClient(
  port: number,
  { sessionId = randomUUID() as string, userId = "me", metadata = new grpc.Metadata() } = {},
): TestClient {
  const Client = grpc.makeGenericClientConstructor(serviceDefinition, "SparkConnectService");
  const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
  afterAll(() => client.close());
  const ids = { sessionId, userContext: { userId } };
  const message = (method: MethodName, request: object) =>
    create(SparkConnectService.method[method].input, { ...ids, ...request } as never);
  const invoke = (method: MethodName) => (client[method] as (...given: unknown[]) => unknown).bind(client);
  return {
    sessionId,
    call: (method, request) =>
      new Promise((resolve, reject) =>
        invoke(method)(message(method, request), metadata, (error: Error | null, value: never) => (error ? reject(error) : resolve(value))),
      ),
    upload: (requests) =>
      new Promise((resolve, reject) => {
        const call = invoke("addArtifacts")(metadata, (error: Error | null, value: never) =>
          error ? reject(error) : resolve(value),
        ) as grpc.ClientWritableStream<unknown>;
        // A server that has seen enough ends the call.
        call.on("error", () => {});
        for (const request of requests) call.write(message("addArtifacts", request));
        call.end();
      }),
    execute: (request) => {
      const requestOptions = request.requestOptions ?? [
        { requestOption: { case: "reattachOptions" as const, value: { reattachable: true } } },
      ];
      return quiet(invoke("executePlan")(message("executePlan", { ...request, requestOptions }), metadata) as Stream);
    },
    reattach: (request) => quiet(invoke("reattachExecute")(message("reattachExecute", request), metadata) as Stream),
    close: () => client.close(),
  };
}

/** Who reads a stream hears of its errors; one that is left alone when a test ends has none that count. */
const quiet = (stream: Stream): Stream => stream.on("error", () => {});

/** `SELECT id FROM range(rows)`, a batch for so many partitions. */
export const rangePlan = (rows: number, numPartitions = 1): MessageInitShape<typeof PlanSchema> => ({
  opType: { case: "root", value: { relType: { case: "range", value: { start: 0n, end: BigInt(rows), step: 1n, numPartitions } } } },
});

/** The condition that a call failed with, or its gRPC code where it has none. */
export async function conditionOf(call: Promise<unknown> | AsyncIterable<unknown>): Promise<string> {
  try {
    if (call instanceof Promise) await call;
    else for await (const _ of call);
    return "none";
  } catch (thrown) {
    const { metadata, code } = thrown as grpc.ServiceError;
    const [details] = metadata?.get("grpc-status-details-bin") ?? [];
    if (!(details instanceof Uint8Array)) return grpc.status[code] ?? String(thrown);
    const [detail] = fromBinary(StatusSchema, details).details;
    return fromBinary(ErrorInfoSchema, detail!.value).metadata.errorClass ?? "no condition";
  }
}
