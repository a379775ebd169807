import { alias, fn } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { expressionOf } from "../expression/expression.ts";
import type { NearestByJoin } from "../protocol/spark/connect/relations_pb.js";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";
import { malformed } from "./unsupported.ts";

const RANKING = "__ranking__";
const ranking: Expression = { kind: "unresolvedAttribute", nameParts: [RANKING] };

/** Each left row with the right rows of the best ranks, as a lateral join; rows without a rank are none's nearest. */
export async function nearestByJoinOf(join: NearestByJoin, t: Scope): Promise<LogicalPlan> {
  const ascending = isDistance(join.direction);
  const type = typeOf(join.joinType);
  if (join.numResults < 1) throw malformed(`A join has ${join.numResults} nearest rows.`);
  const left = await planOf(join.left, t);
  const right = await planOf(join.right, t);
  const rank = alias(await expressionOf(join.rankingExpression, t), RANKING);
  const ranked: LogicalPlan = { kind: "project", expressions: [{ kind: "unresolvedStar" }, rank], child: right };
  const known: LogicalPlan = { kind: "filter", condition: fn("isnotnull", ranking), child: ranked };
  const order = [{ kind: "sortOrder", child: ranking, ascending, nullsFirst: ascending }] as const;
  const sorted: LogicalPlan = { kind: "sort", order, global: true, child: known };
  const nearest: LogicalPlan = { kind: "limit", count: join.numResults, child: sorted };
  return { kind: "join", type, lateral: true, left, right: { kind: "drop", columns: [], names: [RANKING], child: nearest } };
}

function isDistance(direction: string): boolean {
  if (direction !== "distance" && direction !== "similarity") throw malformed(`There is no direction ${direction} of nearest rows.`);
  return direction === "distance";
}

function typeOf(how: string): "inner" | "left" {
  const name = how.toLowerCase().replaceAll("_", "");
  if (name === "inner" || name === "") return "inner";
  if (name === "left" || name === "leftouter") return "left";
  throw malformed(`A join with the nearest rows has no type ${how}.`);
}
