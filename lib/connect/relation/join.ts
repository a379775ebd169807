import { joinTypeOf, lateralTypeOf } from "../../dataframe/join-how.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { expressionOf } from "../expression/expression.ts";
import { type Join, Join_JoinType, type LateralJoin } from "../protocol/spark/connect/relations_pb.js";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";
import { malformed, unsupported } from "./unsupported.ts";

/** Spark's names of the protocol's types. */
const HOW: { readonly [K in Join_JoinType]?: string } = {
  [Join_JoinType.INNER]: "inner",
  [Join_JoinType.FULL_OUTER]: "full_outer",
  [Join_JoinType.LEFT_OUTER]: "left_outer",
  [Join_JoinType.RIGHT_OUTER]: "right_outer",
  [Join_JoinType.LEFT_ANTI]: "left_anti",
  [Join_JoinType.LEFT_SEMI]: "left_semi",
  [Join_JoinType.CROSS]: "cross",
};

function howOf(type: Join_JoinType): string {
  const how = HOW[type];
  if (how === undefined) throw malformed(`A join has the type ${type}.`);
  return how;
}

export async function joinOf(join: Join, t: Scope): Promise<LogicalPlan> {
  if (join.joinDataType) throw unsupported("Dataset.joinWith", "Use join.");
  if (join.joinCondition && join.usingColumns.length > 0) throw malformed("A join is on columns or on a condition, not on both.");
  const type = joinTypeOf(howOf(join.joinType));
  const left = await planOf(join.left, t);
  const right = await planOf(join.right, t);
  if (join.usingColumns.length > 0) return { kind: "join", type, left, right, using: join.usingColumns };
  return { kind: "join", type, left, right, ...(await conditionOf(join, t)) };
}

export async function lateralJoinOf(join: LateralJoin, t: Scope): Promise<LogicalPlan> {
  const type = lateralTypeOf(howOf(join.joinType));
  const left = await planOf(join.left, t);
  const right = await planOf(join.right, t);
  return { kind: "join", type, lateral: true, left, right, ...(await conditionOf(join, t)) };
}

const conditionOf = async ({ joinCondition }: Pick<Join, "joinCondition">, t: Scope) =>
  joinCondition ? { condition: await expressionOf(joinCondition, t) } : {};
