import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { expect, test, vi } from "vitest";
import { GetStatusResponse_OperationStatus_OperationState as State } from "../../../lib/connect/protocol/spark/connect/base_pb.js";
import type { RelationSchema } from "../../../lib/connect/protocol/spark/connect/relations_pb.js";
import { conditionOf, openClient, rangePlan } from "../support/client.ts";
import { startServer } from "../support/server.ts";

const server = await startServer();
const endless = rangePlan(2_000_000_000, 8);
const set = (key: string, value: string) => ({ operation: { opType: { case: "set" as const, value: { pairs: [{ key, value }] } } } });
const get = (key: string) => ({ operation: { opType: { case: "get" as const, value: { keys: [key] } } } });
const valueIn = async (client: ReturnType<typeof openClient>, key: string) => (await client.call("config", get(key))).pairs[0]!.value;

test("an id that is no UUID is refused", async () => {
  const client = openClient(server.port, { sessionId: "mine" });
  expect(await conditionOf(client.call("config", get("spark.sql.ansi.enabled")))).toBe("INVALID_HANDLE.FORMAT");
  const other = openClient(server.port);
  expect(await conditionOf(other.execute({ operationId: "mine", plan: rangePlan(1) }))).toBe("INVALID_HANDLE.FORMAT");
});

test("two users with the same session id have nothing in common", async () => {
  const sessionId = randomUUID();
  const [mine, yours] = [openClient(server.port, { sessionId, userId: "me" }), openClient(server.port, { sessionId, userId: "you" })];
  await mine.call("config", set("spark.sql.shuffle.partitions", "7"));
  expect(await valueIn(yours, "spark.sql.shuffle.partitions")).toBe("200");
  expect(await valueIn(mine, "spark.sql.shuffle.partitions")).toBe("7");
  const operationId = randomUUID();
  for await (const _ of mine.execute({ operationId, plan: rangePlan(1) }));
  expect(await conditionOf(yours.reattach({ operationId }))).toBe("INVALID_HANDLE.OPERATION_NOT_FOUND");
  expect((await yours.call("interrupt", { interruptType: 1 })).interruptedIds).toEqual([]);
});

test("a session that was released stays so, unless its client said that it may come back", async () => {
  const client = openClient(server.port);
  await client.call("config", set("spark.sql.shuffle.partitions", "7"));
  await client.call("releaseSession", { allowReconnect: true });
  expect(await valueIn(client, "spark.sql.shuffle.partitions")).toBe("200");
  await client.call("releaseSession", {});
  expect(await conditionOf(client.call("config", get("spark.sql.ansi.enabled")))).toBe("INVALID_HANDLE.SESSION_CLOSED");
  expect(await conditionOf(client.call("getStatus", {}))).toBe("INVALID_HANDLE.SESSION_CLOSED");
  // As Spark: releasing what is not there is none of an error.
  await client.call("releaseSession", {});
});

test("what needs a session tells where there is none, and where it is another than the client knew", async () => {
  const client = openClient(server.port);
  expect(await conditionOf(client.reattach({ operationId: randomUUID() }))).toBe("INVALID_HANDLE.SESSION_NOT_FOUND");
  const changed = { ...get("spark.sql.ansi.enabled"), clientObservedServerSideSessionId: randomUUID() };
  expect(await conditionOf(client.call("config", changed))).toBe("INVALID_HANDLE.SESSION_CHANGED");
});

test("operations are interrupted by tag, by id, or all", async () => {
  const client = openClient(server.port);
  const start = (tags: string[]) => {
    const operationId = randomUUID();
    return { operationId, end: conditionOf(client.execute({ operationId, tags, plan: endless })) };
  };
  const [a, b, c] = [start(["x"]), start(["x", "y"]), start([])];
  await vi.waitFor(async () => expect((await client.call("getStatus", { operationStatus: {} })).operationStatuses).toHaveLength(3));
  const byTag = await client.call("interrupt", { interruptType: 2, interrupt: { case: "operationTag", value: "y" } });
  expect(byTag.interruptedIds).toEqual([b.operationId]);
  expect(await b.end).toBe("OPERATION_CANCELED");
  const byId = await client.call("interrupt", { interruptType: 3, interrupt: { case: "operationId", value: c.operationId } });
  expect(byId.interruptedIds).toEqual([c.operationId]);
  expect((await client.call("interrupt", { interruptType: 1 })).interruptedIds).toEqual([a.operationId]);
  expect(await a.end).toBe("OPERATION_CANCELED");
  expect(await conditionOf(client.call("interrupt", {}))).toBe("FIRECREST_INVALID_PLAN");
  await vi.waitFor(async () => {
    const { operationStatuses } = await client.call("getStatus", { operationStatus: { operationIds: [a.operationId, randomUUID()] } });
    expect(operationStatuses.map(({ state }) => state)).toEqual([State.CANCELLED, State.UNKNOWN]);
  }, 10_000);
});

test("a clone begins where its session stands, and then goes its own way", async () => {
  const client = openClient(server.port);
  await client.call("config", set("spark.sql.shuffle.partitions", "7"));
  const { newSessionId } = await client.call("cloneSession", {});
  const clone = openClient(server.port, { sessionId: newSessionId });
  expect(await valueIn(clone, "spark.sql.shuffle.partitions")).toBe("7");
  await clone.call("config", set("spark.sql.shuffle.partitions", "8"));
  expect(await valueIn(client, "spark.sql.shuffle.partitions")).toBe("7");
  const clones = "INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID";
  expect(await conditionOf(client.call("cloneSession", { newSessionId: "x" }))).toBe(`${clones}_FORMAT`);
  expect(await conditionOf(client.call("cloneSession", { newSessionId }))).toBe(`${clones}_ALREADY_EXISTS`);
  await clone.call("releaseSession", {});
  expect(await conditionOf(client.call("cloneSession", { newSessionId }))).toBe(`${clones}_ALREADY_CLOSED`);
});

test("a clone has what its session was sent, also when that has ended", { timeout: 60_000 }, async () => {
  const client = openClient(server.port);
  const text = Buffer.from("x = 1");
  const module = { name: "pyfiles/a.py", data: { data: text, crc: BigInt(crc32(text)) } };
  await client.upload([{ payload: { case: "batch", value: { artifacts: [module] } } }]);
  // Rows that are too many to stand in a plan.
  const ids = Int32Array.from({ length: 700_000 }, (_, i) => i);
  const data = tableToIPC(tableFromArrays({ id: ids }), "stream");
  const rows = { relType: { case: "localRelation" as const, value: { data, schema: "id int" } } };
  const view = { case: "createDataframeView" as const, value: { input: rows, name: "rows", isGlobal: false, replace: false } };
  for await (const _ of client.execute({ plan: { opType: { case: "command", value: { commandType: view } } } }));
  const { newSessionId } = await client.call("cloneSession", {});
  await client.call("releaseSession", {});
  const clone = openClient(server.port, { sessionId: newSessionId });
  const query = { relType: { case: "sql" as const, value: { query: "SELECT count(*), sum(id) FROM rows" } } };
  expect(await conditionOf(clone.execute({ plan: { opType: { case: "root", value: query } } }))).toBe("none");
  const { artifacts } = server.sessions.all.find(({ key }) => key.sessionId === newSessionId)!;
  expect(Buffer.from(artifacts.read("pyfiles/a.py")!).toString()).toBe("x = 1");
  await clone.call("releaseSession", {});
});

test("sessions without calls end, and so many at a time are enough", async () => {
  const small = await startServer(
    { "spark.connect.session.manager.defaultSessionTimeout": "300ms", "spark.firecrest.connect.maxSessions": "2" },
    { spark: server.spark.newSession() },
  );
  const [a, b, c] = [openClient(small.port), openClient(small.port), openClient(small.port)];
  await a.call("config", get("spark.sql.ansi.enabled"));
  const running = conditionOf(b.execute({ plan: endless }));
  expect(await conditionOf(c.call("config", get("spark.sql.ansi.enabled")))).toBe("FIRECREST_CONNECT_BOUND");
  await sleep(400);
  // The first was idle; the second works.
  await c.call("config", get("spark.sql.ansi.enabled"));
  expect(small.sessions.all.map(({ key }) => key.sessionId)).toEqual([b.sessionId, c.sessionId]);
  await b.call("interrupt", { interruptType: 1 });
  expect(await running).toBe("OPERATION_CANCELED");
});

test("operations of a session have a bound", async () => {
  const small = await startServer({ "spark.firecrest.connect.maxOperations": "1" }, { spark: server.spark.newSession() });
  const client = openClient(small.port);
  const running = conditionOf(client.execute({ plan: endless }));
  expect(await conditionOf(client.execute({ plan: endless }))).toBe("FIRECREST_CONNECT_BOUND");
  await client.call("releaseSession", {});
  expect(await running).toBe("OPERATION_CANCELED");
});

test("no operation begins while clients leave too many answers", { timeout: 90_000 }, async () => {
  const small = await startServer({ "spark.firecrest.connect.maxAnswerBytes": "100k" }, { spark: server.spark.newSession() });
  const [slow, other] = [openClient(small.port), openClient(small.port)];
  await slow
    .execute({ plan: rangePlan(12_000_000, 8) })
    [Symbol.asyncIterator]()
    .next();
  await vi.waitFor(async () => expect(await conditionOf(other.execute({ plan: rangePlan(1) }))).toBe("FIRECREST_CONNECT_BOUND"), 10_000);
  await slow.call("releaseSession", {});
  expect(await conditionOf(other.execute({ plan: rangePlan(1) }))).toBe("none");
});

test("what a session has kept goes with it, also what it still keeps while it ends", { timeout: 60_000 }, async () => {
  const forgotten = vi.spyOn(server.spark.engine, "uncache");
  const client = openClient(server.port);
  const { opType } = rangePlan(10);
  const relation = (opType as { readonly value: MessageInitShape<typeof RelationSchema> }).value;
  await client.call("analyzePlan", { analyze: { case: "persist", value: { relation } } });
  for await (const _ of client.execute({ plan: rangePlan(10) }));
  // Rows that nobody would wait for: the session ends while they are computed.
  const rows = { relType: { case: "range" as const, value: { start: 0n, end: 4_000_000_000n, step: 1n, numPartitions: 8 } } };
  const checkpoint = { case: "checkpointCommand" as const, value: { relation: rows, eager: true, local: true } };
  const running = conditionOf(client.execute({ plan: { opType: { case: "command", value: { commandType: checkpoint } } } }));
  await vi.waitFor(() => expect(server.sessions.all.flatMap(({ operations }) => operations.all)).not.toEqual([]));
  await client.call("releaseSession", {});
  expect(await running).toBe("OPERATION_CANCELED");
  await vi.waitFor(() => expect(forgotten.mock.calls.length).toBeGreaterThanOrEqual(2), 20_000);
  forgotten.mockRestore();
});

test("a session ends, and its server too, where what it kept cannot be given up", async () => {
  const failing = await startServer(
    { "spark.connect.session.manager.defaultSessionTimeout": "50ms" },
    { spark: server.spark.newSession() },
  );
  const client = openClient(failing.port);
  await client.call("config", get("spark.sql.ansi.enabled"));
  const [session] = failing.sessions.all;
  const artifacts = vi.spyOn(session!.artifacts, "close").mockRejectedValue(new Error("the disk is gone"));
  await vi.waitFor(() => expect(failing.sessions.all).toEqual([]));
  expect(artifacts).toHaveBeenCalled();
  await expect(session!.close()).rejects.toThrow("the disk is gone");
});
