import { AnalysisError } from "../../engine/errors.ts";
import { alias, booleanLiteral, fn, freshId } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { expressionOf } from "../expression/expression.ts";
import type { AsOfJoin } from "../protocol/spark/connect/relations_pb.js";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";

/** Each left row with the nearest right one: a lateral join of the least distance. Source: Spark's AsOfJoin, RewriteAsOfJoin. */
export async function asOfJoinOf(join: AsOfJoin, t: Scope): Promise<LogicalPlan> {
  const left = numbered(await planOf(join.left, t));
  const right = numbered(await planOf(join.right, t));
  const type = typeOf(join.joinType);
  const [leftAsOf, rightAsOf] = [await expressionOf(join.leftAsOf, t), await expressionOf(join.rightAsOf, t)];
  const tolerance = join.tolerance && (await expressionOf(join.tolerance, t));
  const direction = directionOf(join.direction);
  const { within, distance } = ORDERS[direction](leftAsOf, rightAsOf, join.allowExactMatches, tolerance);
  const equal = join.usingColumns.map((name) => fn("=", columnOf(left, name), columnOf(right, name)));
  const given = join.joinExpr ? [await expressionOf(join.joinExpr, t)] : [];
  const condition = [...equal, ...given, ...within].reduce((all, next) => fn("and", all, next), booleanLiteral(true) as Expression);
  return { kind: "join", type, lateral: "nearest", left, right: nearestOf(right, condition, distance) };
}

const NEAREST = "__nearest_right__";
const RIGHT = "__right__";
const DISTANCE = "__distance__";
const named = (name: string): Expression => ({ kind: "unresolvedAttribute", nameParts: [name] });

/** The columns of the row of the least distance; no row where none meets the condition. */
function nearestOf(right: LogicalPlan, condition: Expression, distance: Expression): LogicalPlan {
  const row = alias(fn("struct", { kind: "unresolvedStar" }), RIGHT);
  const met: LogicalPlan = { kind: "filter", condition, child: right };
  const rows: LogicalPlan = { kind: "project", expressions: [row, alias(distance, DISTANCE)], child: met };
  const least = alias(fn("min_by", named(RIGHT), named(DISTANCE)), NEAREST);
  const nearest: LogicalPlan = { kind: "aggregate", grouping: [], aggregates: [least], child: rows };
  const found: LogicalPlan = { kind: "filter", condition: fn("isnotnull", named(NEAREST)), child: nearest };
  return { kind: "project", expressions: [{ kind: "unresolvedStar", target: [NEAREST] }], child: found };
}

const numbered = (plan: LogicalPlan): LogicalPlan & { readonly planId: number } => ({ ...plan, planId: plan.planId ?? freshId() });
const columnOf = ({ planId }: { readonly planId: number }, name: string): Expression => ({
  kind: "unresolvedAttribute",
  nameParts: [name],
  planId,
});

interface Order {
  /** What a row must meet, beside the join's own condition. */
  readonly within: readonly Expression[];
  readonly distance: Expression;
}
type OrderOf = (left: Expression, right: Expression, exact: boolean, tolerance: Expression | undefined) => Order;
type Direction = "backward" | "forward" | "nearest";

const ORDERS: { readonly [D in Direction]: OrderOf } = {
  backward: (left, right, exact, tolerance) => ({
    within: [fn(exact ? ">=" : ">", left, right), ...(tolerance ? [fn(exact ? ">=" : ">", right, fn("-", left, tolerance))] : [])],
    distance: fn("-", left, right),
  }),
  forward: (left, right, exact, tolerance) => ({
    within: [fn(exact ? "<=" : "<", left, right), ...(tolerance ? [fn(exact ? "<=" : "<", right, fn("+", left, tolerance))] : [])],
    distance: fn("-", right, left),
  }),
  nearest: (left, right, exact, tolerance) => ({
    within: [
      ...(exact ? [] : [fn("not", fn("=", left, right))]),
      ...(tolerance
        ? [fn(exact ? ">=" : ">", right, fn("-", left, tolerance)), fn(exact ? "<=" : "<", right, fn("+", left, tolerance))]
        : []),
    ],
    distance: fn("if", fn(">", left, right), fn("-", left, right), fn("-", right, left)),
  }),
};

function directionOf(direction: string): Direction {
  const name = direction.toLowerCase();
  if (name === "backward" || name === "forward" || name === "nearest") return name;
  throw new AnalysisError("AS_OF_JOIN.UNSUPPORTED_DIRECTION", { direction, supported: "'forward', 'backward', 'nearest'" });
}

function typeOf(how: string): "inner" | "left" {
  const name = how.toLowerCase().replaceAll("_", "");
  if (name === "inner") return "inner";
  if (name === "left" || name === "leftouter") return "left";
  throw new AnalysisError("UNSUPPORTED_JOIN_TYPE", { typ: how, supported: "'inner', 'leftouter', 'left', 'left_outer'" });
}
