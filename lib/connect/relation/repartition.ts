import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Expression as ExpressionMessage } from "../protocol/spark/connect/expressions_pb.js";
import type { Repartition, RepartitionByExpression } from "../protocol/spark/connect/relations_pb.js";
import { expressionsOf } from "./frame.ts";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";
import { malformed, unsupported } from "./unsupported.ts";

export async function repartitionOf({ input, numPartitions, shuffle = false }: Repartition, t: Scope): Promise<LogicalPlan> {
  const child = await planOf(input, t);
  return {
    kind: "repartition",
    scheme: shuffle ? "roundRobin" : "coalesce",
    expressions: [],
    partitions: atLeastOne(numPartitions),
    child,
  };
}

/** By ranges where the expressions are sort keys, by their hash otherwise, evenly without any. */
export async function repartitionByExpressionOf(message: RepartitionByExpression, t: Scope): Promise<LogicalPlan> {
  if (message.partitionExprs.some(isPartitionNumber)) throw unsupported("DataFrame.repartitionById", "Use repartition.");
  const child = await planOf(message.input, t);
  const expressions = await expressionsOf(message.partitionExprs, t);
  const keys = expressions.filter((expression) => expression.kind === "sortOrder").length;
  if (keys > 0 && keys < expressions.length) throw malformed("Some expressions of a repartition are sort keys, and some are not.");
  const scheme = keys > 0 ? "range" : expressions.length > 0 ? "hash" : "roundRobin";
  const partitions = message.numPartitions === undefined ? {} : { partitions: atLeastOne(message.numPartitions) };
  return { kind: "repartition", scheme, expressions, ...partitions, child };
}

const isPartitionNumber = ({ exprType }: ExpressionMessage): boolean => exprType.case === "directShufflePartitionId";

function atLeastOne(partitions: number): number {
  if (partitions > 0) return partitions;
  throw malformed(`The number of partitions must be positive, not ${partitions}.`);
}
