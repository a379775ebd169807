import type { MessageInitShape } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import type { PlanSchema } from "../../../lib/connect/protocol/spark/connect/base_pb.js";
import type { ExpressionSchema } from "../../../lib/connect/protocol/spark/connect/expressions_pb.js";
import { SubqueryExpression_SubqueryType as SubqueryType } from "../../../lib/connect/protocol/spark/connect/expressions_pb.js";
import type { RelationSchema } from "../../../lib/connect/protocol/spark/connect/relations_pb.js";
import { conditionOf, openClient } from "../support/client.ts";
import { startServer } from "../support/server.ts";

type Relation = MessageInitShape<typeof RelationSchema>;
type Expression = MessageInitShape<typeof ExpressionSchema>;

const server = await startServer();
const client = openClient(server.port);
const planned = (value: Relation): MessageInitShape<typeof PlanSchema> => ({ opType: { case: "root", value } });
const range: Relation = { relType: { case: "range", value: { start: 0n, end: 1n, step: 1n, numPartitions: 1 } } };
const queried = (planId: number): Expression => ({
  exprType: { case: "subqueryExpression", value: { planId: BigInt(planId), subqueryType: SubqueryType.SCALAR } },
});
const projection = (planId: number, expressions: Expression[]): Relation => ({
  common: { planId: BigInt(planId) },
  relType: { case: "project", value: { input: range, expressions } },
});
const beside = (root: Relation, references: Relation[]): Relation => ({ relType: { case: "withRelations", value: { root, references } } });

test("relations that name each other twice, again and again, are refused before they fill the memory", { timeout: 60_000 }, async () => {
  const named = Array.from({ length: 60 }, (_, i) => projection(i + 1, i === 0 ? [] : [queried(i), queried(i)]));
  const call = client.execute({ plan: planned(beside(projection(100, [queried(60)]), named)) });
  expect(await conditionOf(call)).toBe("FIRECREST_UNSUPPORTED");
});

test("a relation that is beside itself is refused", async () => {
  const call = client.execute({ plan: planned(beside(projection(100, [queried(1)]), [projection(1, [queried(1)])])) });
  expect(await conditionOf(call)).toBe("FIRECREST_UNSUPPORTED");
});

test.each(["toString", "constructor", "__proto__"])(
  "no function, no setting and no metadata is what every object has: %s",
  async (name) => {
    const called: Expression = { exprType: { case: "unresolvedFunction", value: { functionName: name, arguments: [] } } };
    expect(await conditionOf(client.execute({ plan: planned(projection(1, [called])) }))).toBe("UNRESOLVED_ROUTINE");
    const get = (keys: string[]) => ({ operation: { opType: { case: "getOption" as const, value: { keys } } } });
    expect((await client.call("config", get([name]))).pairs.map(({ value }) => value)).toEqual([undefined]);
    const set = { operation: { opType: { case: "set" as const, value: { pairs: [{ key: name, value: "1" }] } } } };
    expect((await client.call("config", set)).warnings).toEqual([]);
    expect((await client.call("config", get([name]))).pairs.map(({ value }) => value)).toEqual(["1"]);
  },
);

test("metadata of a column that is no JSON object is the client's error", async () => {
  const id: Expression = { exprType: { case: "unresolvedAttribute", value: { unparsedIdentifier: "id" } } };
  const withMetadata = (metadata: string): Relation => ({
    relType: { case: "withColumns", value: { input: range, aliases: [{ expr: id, name: ["a"], metadata }] } },
  });
  for (const metadata of ["{", "[1]", "null"])
    expect(await conditionOf(client.execute({ plan: planned(withMetadata(metadata)) })), metadata).toBe("FIRECREST_INVALID_PLAN");
});
