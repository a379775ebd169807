import { AnalysisError } from "../../engine/errors.ts";
import { integerLiteral } from "../../engine/expressions/build.ts";
import type { SortOrder } from "../../engine/expressions/expression.ts";
import { sqlExpr } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { expressionOf, sortOrderOf } from "../expression/expression.ts";
import {
  type Deduplicate,
  type Filter,
  type Hint,
  type Limit,
  type Offset,
  type SetOperation,
  SetOperation_SetOpType,
  type Sort,
  type SubqueryAlias,
  type Tail,
} from "../protocol/spark/connect/relations_pb.js";
import { expressionsOf } from "./frame.ts";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";
import { malformed, unsupported } from "./unsupported.ts";

export async function filterOf({ input, condition }: Filter, t: Scope): Promise<LogicalPlan> {
  return { kind: "filter", child: await planOf(input, t), condition: await expressionOf(condition, t) };
}

export async function sortOf({ input, order, isGlobal = false }: Sort, t: Scope): Promise<LogicalPlan> {
  const child = await planOf(input, t);
  const keys: SortOrder[] = [];
  for (const key of order) keys.push(await sortOrderOf(key, t));
  return { kind: "sort", order: keys, global: isGlobal, child };
}

export const limitOf = async ({ input, limit }: Limit, t: Scope): Promise<LogicalPlan> => ({
  kind: "limit",
  count: notNegative("limit", limit),
  child: await planOf(input, t),
});
export const offsetOf = async ({ input, offset }: Offset, t: Scope): Promise<LogicalPlan> => ({
  kind: "offset",
  count: notNegative("offset", offset),
  child: await planOf(input, t),
});
export const tailOf = async ({ input, limit }: Tail, t: Scope): Promise<LogicalPlan> => ({
  kind: "tail",
  count: notNegative("tail", limit),
  child: await planOf(input, t),
});

function notNegative(name: string, count: number): number {
  if (count >= 0) return count;
  throw new AnalysisError("INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", { name, expr: sqlExpr(integerLiteral(count)), v: String(count) });
}

export async function deduplicateOf({ input, columnNames, withinWatermark }: Deduplicate, t: Scope): Promise<LogicalPlan> {
  if (withinWatermark) throw unsupported("DataFrame.dropDuplicatesWithinWatermark", "Streams come later.");
  const child = await planOf(input, t);
  return columnNames.length > 0 ? { kind: "deduplicate", columns: columnNames, child } : { kind: "deduplicate", child };
}

export async function aliasOf({ input, alias, qualifier }: SubqueryAlias, t: Scope): Promise<LogicalPlan> {
  return { kind: "subqueryAlias", alias, ...(qualifier.length > 0 ? { qualifier } : {}), child: await planOf(input, t) };
}

export async function hintOf({ input, name, parameters }: Hint, t: Scope): Promise<LogicalPlan> {
  return { kind: "hint", name, child: await planOf(input, t), parameters: await expressionsOf(parameters, t) };
}

export async function setOperationOf(message: SetOperation, t: Scope): Promise<LogicalPlan> {
  const { setOpType, isAll: all = false, byName = false, allowMissingColumns = false } = message;
  if (allowMissingColumns && !byName) throw malformed("A union that allows missing columns is by name.");
  const left = await planOf(message.leftInput, t);
  const right = await planOf(message.rightInput, t);
  switch (setOpType) {
    case SetOperation_SetOpType.INTERSECT:
      return { kind: "setOperation", operation: "intersect", all, left, right };
    case SetOperation_SetOpType.EXCEPT:
      return { kind: "setOperation", operation: "except", all, left, right };
    case SetOperation_SetOpType.UNION: {
      const union = { kind: "union", children: [left, right], ...(byName ? { byName, allowMissingColumns } : {}) } as const;
      return all ? union : { kind: "deduplicate", child: union };
    }
    default:
      throw malformed(`A set operation has the type ${setOpType}.`);
  }
}
