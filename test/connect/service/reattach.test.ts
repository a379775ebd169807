import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import type { ExecutePlanResponse } from "../../../lib/connect/protocol/spark/connect/base_pb.js";
import type { Operation } from "../../../lib/connect/session/operation.ts";
import { conditionOf, openClient, rangePlan } from "../support/client.ts";
import { startServer } from "../support/server.ts";

/** Enough batches that the server has to wait for a slow reader. */
const ROWS = 4_000_000;
const manyBatches = rangePlan(ROWS, 8);

const all = async (stream: AsyncIterable<ExecutePlanResponse>): Promise<ExecutePlanResponse[]> => Array.fromAsync(stream);
const rowsOf = (responses: readonly ExecutePlanResponse[]): number =>
  responses.reduce((sum, { responseType: r }) => sum + (r.case === "arrowBatch" ? Number(r.value.rowCount) : 0), 0);
const kindsOf = (responses: readonly ExecutePlanResponse[]): string[] =>
  responses.map(({ responseType: r, schema }) => r.case ?? (schema ? "schema" : "metrics"));

/** An operation as it is once its answers have not changed for a second. */
async function standingStill(operationOf: () => Operation): Promise<Operation> {
  for (let before = -1; before !== operationOf().bytes || before < 1_000; await sleep(1_000)) before = operationOf().bytes;
  return operationOf();
}

describe("an operation that can be reattached", async () => {
  const server = await startServer({
    "spark.firecrest.connect.waitingBytes": "3m",
    "spark.connect.execute.reattachable.observerRetryBufferSize": "64k",
    "spark.connect.execute.manager.detachedTimeout": "1500ms",
  });
  const operationOf = (client: { readonly sessionId: string }, id: string) =>
    server.sessions.find({ sessionId: client.sessionId, userContext: { userId: "me" } })!.operations.find(id);

  test("begins with the schema and ends with result_complete, each answer under an id of its own", async () => {
    const client = openClient(server.port);
    const responses = await all(client.execute({ plan: rangePlan(10) }));
    expect(kindsOf(responses).filter((kind) => kind !== "executionProgress")).toEqual([
      "schema",
      "arrowBatch",
      "metrics",
      "resultComplete",
    ]);
    expect(new Set(responses.map(({ responseId }) => responseId)).size).toBe(responses.length);
    expect(new Set(responses.map((r) => `${r.sessionId} ${r.operationId} ${r.serverSideSessionId}`)).size).toBe(1);
  });

  test("goes on behind the last answer that the client has seen", async () => {
    const client = openClient(server.port);
    const operationId = randomUUID();
    const seen: ExecutePlanResponse[] = [];
    const first = client.execute({ operationId, plan: manyBatches });
    for await (const response of first) {
      seen.push(response);
      if (rowsOf(seen) > 0) break;
    }
    first.cancel();
    const rest = await all(client.reattach({ operationId, lastResponseId: seen.at(-1)!.responseId }));
    expect(rowsOf([...seen, ...rest])).toBe(ROWS);
    expect(rest.at(-1)!.responseType.case).toBe("resultComplete");
  });

  test("waits for a reader that takes nothing, and goes on with it", { timeout: 90_000 }, async () => {
    const client = openClient(server.port);
    const operationId = randomUUID();
    const reading = client.execute({ operationId, plan: rangePlan(3 * ROWS, 8) })[Symbol.asyncIterator]();
    // From the first answer on, the client's transport holds some of them, and then no more.
    const { value } = (await reading.next()) as { value: ExecutePlanResponse };
    const { state, bytes } = await standingStill(() => operationOf(client, operationId)!);
    expect(state).toBe("running");
    expect(bytes).toBeGreaterThan(3_000_000);
    // One answer more than the bound, whatever is still to come.
    expect(bytes).toBeLessThan(6_000_000);
    const rest = await all({ [Symbol.asyncIterator]: () => reading });
    expect(rowsOf([value, ...rest])).toBe(3 * ROWS);
  });

  test("forgets what the client has released, and all of it in the end", async () => {
    const client = openClient(server.port);
    const operationId = randomUUID();
    const responses = await all(client.execute({ operationId, plan: rangePlan(10) }));
    const [schema] = responses;
    await client.call("releaseExecute", { operationId, release: { case: "releaseUntil", value: { responseId: schema!.responseId } } });
    expect(kindsOf(await all(client.reattach({ operationId, lastResponseId: schema!.responseId })))).toContain("resultComplete");
    expect(await conditionOf(client.reattach({ operationId }))).toBe("INVALID_CURSOR.POSITION_NOT_AVAILABLE");
    expect(await conditionOf(client.reattach({ operationId, lastResponseId: randomUUID() }))).toBe("INVALID_CURSOR.POSITION_NOT_FOUND");
    await client.call("releaseExecute", { operationId, release: { case: "releaseAll", value: {} } });
    expect(operationOf(client, operationId)).toBeUndefined();
    expect(await conditionOf(client.reattach({ operationId }))).toBe("INVALID_HANDLE.OPERATION_NOT_FOUND");
    expect(await conditionOf(client.execute({ operationId, plan: rangePlan(10) }))).toBe("INVALID_HANDLE.OPERATION_ALREADY_EXISTS");
    // Once more is no error: the client may not have heard of the first time.
    await client.call("releaseExecute", { operationId, release: { case: "releaseAll", value: {} } });
  });

  test("is given up where nobody comes back for it, and its job ends", async () => {
    const client = openClient(server.port);
    const operationId = randomUUID();
    const stream = client.execute({ operationId, plan: rangePlan(2_000_000_000, 8) });
    for await (const _ of stream) break;
    stream.cancel();
    await vi.waitFor(() => expect(operationOf(client, operationId)).toBeUndefined(), { timeout: 10_000 });
    expect(await conditionOf(client.reattach({ operationId }))).toBe("INVALID_HANDLE.OPERATION_ABANDONED");
  });

  test("tells the reader before that another has come", async () => {
    const client = openClient(server.port);
    const operationId = randomUUID();
    const first = client.execute({ operationId, plan: manyBatches });
    const reading = first[Symbol.asyncIterator]();
    const { value } = (await reading.next()) as { value: ExecutePlanResponse };
    const second = all(client.reattach({ operationId, lastResponseId: value.responseId }));
    const restOfFirst = (async () => {
      while (!(await reading.next()).done);
    })();
    expect(await conditionOf(restOfFirst)).toBe("INVALID_CURSOR.DISCONNECTED");
    expect((await second).at(-1)!.responseType.case).toBe("resultComplete");
  });

  test("is the same operation where the request comes twice, and refuses another plan under its id", async () => {
    const client = openClient(server.port);
    const operationId = randomUUID();
    const [once] = await all(client.execute({ operationId, plan: rangePlan(10) }));
    const [twice] = await all(client.execute({ operationId, plan: rangePlan(10) }));
    expect(twice!.responseId).toBe(once!.responseId);
    expect(await conditionOf(client.execute({ operationId, plan: rangePlan(11) }))).toBe("INVALID_HANDLE.OPERATION_ALREADY_EXISTS");
  });
});

test("an operation that cannot be reattached ends with its call", async () => {
  const server = await startServer();
  const client = openClient(server.port);
  const operationId = randomUUID();
  const responses = await all(client.execute({ operationId, plan: rangePlan(10), requestOptions: [] }));
  expect(responses.map(({ responseType: r }) => r.case)).not.toContain("resultComplete");
  expect(await conditionOf(client.reattach({ operationId }))).toBe("INVALID_HANDLE.OPERATION_NOT_FOUND");
  const running = randomUUID();
  const stream = client.execute({ operationId: running, plan: rangePlan(2_000_000_000, 8), requestOptions: [] });
  for await (const _ of stream) break;
  stream.cancel();
  await vi.waitFor(() => expect(server.sessions.all.flatMap(({ operations }) => operations.all)).toEqual([]), { timeout: 5_000 });
});

test("a stream of answers ends after its time, for the client to come back", async () => {
  const server = await startServer({
    "spark.connect.execute.reattachable.senderMaxStreamSize": "1k",
    "spark.firecrest.connect.waitingBytes": "100k",
  });
  const client = openClient(server.port);
  const operationId = randomUUID();
  const responses = await all(client.execute({ operationId, plan: manyBatches }));
  let streams = 1;
  for (; responses.at(-1)!.responseType.case !== "resultComplete"; streams += 1)
    responses.push(...(await all(client.reattach({ operationId, lastResponseId: responses.at(-1)!.responseId }))));
  expect(streams).toBeGreaterThan(3);
  expect(rowsOf(responses)).toBe(ROWS);
});
