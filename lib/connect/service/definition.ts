import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { DECODING } from "../decoding.ts";
import { Outgoing } from "../message-parts.ts";
import { SparkConnectService } from "../protocol/spark/connect/base_pb.js";

type Methods = (typeof SparkConnectService)["method"];
export type MethodName = keyof Methods;
type NamesOf<K extends string> = { [M in MethodName]: Methods[M]["methodKind"] extends K ? M : never }[MethodName];
/** One request, one answer. */
export type UnaryName = NamesOf<"unary">;
/** One request, a stream of answers. */
export type StreamName = NamesOf<"server_streaming">;
/** A stream of requests, one answer. */
export type UploadName = NamesOf<"client_streaming">;
export type RequestOf<M extends MethodName> = MessageShape<Methods[M]["input"]>;
export type ResponseOf<M extends MethodName> = MessageShape<Methods[M]["output"]>;

/** The service as grpc-js takes it. Answers that are bytes already go out as they are. */
export const serviceDefinition: ServiceDefinition = Object.fromEntries(
  SparkConnectService.methods.map((method) => [
    method.localName,
    definitionOf(`/${method.parent.typeName}/${method.name}`, method.input, method.output, method.methodKind),
  ]),
);

function definitionOf(path: string, input: DescMessage, output: DescMessage, kind: string): MethodDefinition<unknown, unknown> {
  return {
    path,
    requestStream: kind === "client_streaming" || kind === "bidi_streaming",
    responseStream: kind === "server_streaming" || kind === "bidi_streaming",
    requestSerialize: (message) => Buffer.from(toBinary(input, message as MessageShape<DescMessage>)),
    requestDeserialize: (bytes) => fromBinary(input, bytes, DECODING),
    responseSerialize: (message) => {
      if (message instanceof Outgoing) return message as never;
      return asBuffer(message instanceof Uint8Array ? message : toBinary(output, message as never));
    },
    responseDeserialize: (bytes) => fromBinary(output, bytes),
  };
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);
