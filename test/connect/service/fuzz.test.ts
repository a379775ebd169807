import { randomUUID } from "node:crypto";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { SparkConnectService } from "../../../lib/connect/protocol/spark/connect/base_pb.js";
import { type MethodName, serviceDefinition } from "../../../lib/connect/service/definition.ts";
import { openClient, rangePlan } from "../support/client.ts";
import { startServer } from "../support/server.ts";

/** `npm run connect:fuzz` sends 20,000. */
const MESSAGES = Number(process.env.FUZZ_MESSAGES ?? 500);
const DEADLINE_MS = 20_000;
/** Messages on their way at a time. */
const AT_ONCE = 8;

const methods = SparkConnectService.methods.map(({ localName }) => localName as MethodName);
const kinds = ["noise", "truncated", "mutated", "nested"] as const;

/** The same numbers in each run, in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
const random = seeded(20_26);
const below = (most: number): number => Math.floor(random() * most);

const sessionId = randomUUID();
const ids = { sessionId, userContext: { userId: "fuzz" } };
const literal = { exprType: { case: "literal" as const, value: { literalType: { case: "integer" as const, value: 3 } } } };
const less = {
  exprType: { case: "unresolvedFunction" as const, value: { functionName: "<", arguments: [literal, literal] } },
};
const plan = (): MessageInitShape<typeof SparkConnectService.method.executePlan.input>["plan"] => ({
  opType: {
    case: "root",
    value: {
      relType: {
        case: "filter",
        value: { input: { relType: { case: "limit", value: { limit: 5, input: rangePlan(10).opType!.value as never } } }, condition: less },
      },
    },
  },
});

/** A message of each call that says something. */
const sound: { readonly [M in MethodName]: () => object } = {
  executePlan: () => ({ ...ids, plan: plan(), operationId: randomUUID(), tags: ["a"] }),
  analyzePlan: () => ({ ...ids, analyze: { case: "schema", value: { plan: plan() } } }),
  config: () => ({ ...ids, operation: { opType: { case: "set", value: { pairs: [{ key: "fuzz.key", value: "value" }] } } } }),
  addArtifacts: () => ({
    ...ids,
    payload: { case: "batch", value: { artifacts: [{ name: "files/a", data: { data: Buffer.from("abc"), crc: 891568578n } }] } },
  }),
  artifactStatus: () => ({ ...ids, names: ["cache/a"] }),
  interrupt: () => ({ ...ids, interruptType: 2, interrupt: { case: "operationTag", value: "b" } }),
  reattachExecute: () => ({ ...ids, operationId: randomUUID(), lastResponseId: randomUUID() }),
  releaseExecute: () => ({ ...ids, operationId: randomUUID(), release: { case: "releaseUntil", value: { responseId: randomUUID() } } }),
  releaseSession: () => ({ ...ids, sessionId: randomUUID() }),
  fetchErrorDetails: () => ({ ...ids, errorId: randomUUID() }),
  cloneSession: () => ({ ...ids, newSessionId: "nothing" }),
  getStatus: () => ({ ...ids, operationStatus: { operationIds: [randomUUID()] } }),
};

function bytesFor(method: MethodName): Buffer {
  const kind = kinds[below(kinds.length)]!;
  if (kind === "noise") return Buffer.from(Array.from({ length: below(300) }, () => below(256)));
  const schema = SparkConnectService.method[method].input;
  const bytes = Buffer.from(toBinary(schema, create(schema, sound[method]() as never)));
  if (kind === "truncated") return bytes.subarray(0, below(bytes.length));
  if (kind === "nested") return Buffer.concat([bytes, nested(below(20_000))]);
  for (let changes = 1 + below(4); changes > 0; changes -= 1) bytes[below(bytes.length)] = below(256);
  return bytes;
}

/** The start of groups in groups, which a reader without a bound would follow. */
const nested = (depth: number): Buffer => Buffer.alloc(depth, 0x0b);

test(`${MESSAGES} messages that mean nothing are answered each, and the server goes on`, { timeout: 60_000 + MESSAGES * 100 }, async () => {
  const server = await startServer({ "spark.connect.execute.manager.detachedTimeout": "1s" });
  const raw = Object.fromEntries(
    Object.entries(serviceDefinition).map(([name, definition]) => [
      name,
      { ...definition, requestSerialize: (bytes: Buffer) => bytes, responseDeserialize: (bytes: Buffer) => bytes },
    ]),
  );
  const Client = grpc.makeGenericClientConstructor(raw as grpc.ServiceDefinition, "SparkConnectService");
  const client = new Client(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
  const codes = new Map<string, number>();
  const send = async () => {
    const method = methods[below(methods.length)]!;
    const code = await outcome(client, method, bytesFor(method));
    codes.set(code, (codes.get(code) ?? 0) + 1);
  };
  for (let sent = 0; sent < MESSAGES; sent += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, send));
  client.close();
  // Nothing hangs, and nothing is answered with silence.
  expect([...codes.keys()].filter((code) => !["OK", "INTERNAL", "CANCELLED"].includes(code))).toEqual([]);
  const healthy = openClient(server.port);
  const kindsOf = (await Array.fromAsync(healthy.execute({ plan: rangePlan(3) }))).map(({ responseType }) => responseType.case);
  expect(kindsOf).toContain("resultComplete");
});

function outcome(client: grpc.Client, method: MethodName, bytes: Buffer): Promise<string> {
  const invoke = ((client as never)[method] as (...given: unknown[]) => unknown).bind(client);
  const options = { deadline: Date.now() + DEADLINE_MS };
  const { methodKind } = SparkConnectService.method[method];
  const { promise, resolve } = Promise.withResolvers<string>();
  const reply = (error: grpc.ServiceError | null) => resolve(error ? grpc.status[error.code]! : "OK");
  if (methodKind === "unary") invoke(bytes, new grpc.Metadata(), options, reply);
  else if (methodKind === "client_streaming") {
    const upload = invoke(new grpc.Metadata(), options, reply) as grpc.ClientWritableStream<Buffer>;
    upload.on("error", () => {});
    upload.write(bytes);
    upload.end();
  } else {
    const stream = invoke(bytes, new grpc.Metadata(), options) as grpc.ClientReadableStream<Buffer>;
    stream.on("error", (error) => reply(error as grpc.ServiceError)).on("end", () => resolve("OK"));
    // One answer is enough: a changed number may ask for many.
    stream.on("data", () => stream.cancel());
  }
  return promise;
}
