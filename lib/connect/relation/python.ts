import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { PythonEvaluation } from "../../engine/logical/python.ts";
import type { StructType } from "../../engine/types/data-type.ts";
import type { CommonInlineUserDefinedFunction } from "../protocol/spark/connect/expressions_pb.js";
import type { CoGroupMap, CommonInlineUserDefinedTableFunction, GroupMap, MapPartitions } from "../protocol/spark/connect/relations_pb.js";
import { clientFunction } from "../python/function.ts";
import { tableFunctionCall } from "../python/table-function.ts";
import { expressionsOf } from "./frame.ts";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";
import { malformed, unsupported } from "./unsupported.ts";

/** `mapInPandas`, `mapInArrow`. */
export async function mapPartitionsOf(message: MapPartitions, t: Scope): Promise<LogicalPlan> {
  // A function that asks for its barrier is told that there is none; all others cannot tell.
  if (message.profileId) throw unsupported("A resource profile", "What tasks have is set where the engine starts.");
  const child = await planOf(message.input, t);
  return evaluation("map", message.func, [{ child, keys: [] }], t);
}

/** `groupBy(...).applyInPandas`, `applyInArrow`. */
export async function groupMapOf(message: GroupMap, t: Scope): Promise<LogicalPlan> {
  if (message.initialInput || message.stateSchema || message.outputMode || message.transformWithStateInfo)
    throw unsupported("A grouped function with state", "Streams come later.");
  const child = await planOf(message.input, t);
  return evaluation("groups", message.func, [{ child, keys: await expressionsOf(message.groupingExpressions, t) }], t);
}

/** `a.groupBy(...).cogroup(b.groupBy(...)).applyInPandas`, `applyInArrow`. */
export async function coGroupMapOf(message: CoGroupMap, t: Scope): Promise<LogicalPlan> {
  const left = { child: await planOf(message.input, t), keys: await expressionsOf(message.inputGroupingExpressions, t) };
  const right = { child: await planOf(message.other, t), keys: await expressionsOf(message.otherGroupingExpressions, t) };
  return evaluation("cogroups", message.func, [left, right], t);
}

interface Side {
  readonly child: LogicalPlan;
  readonly keys: PythonEvaluation["sides"][number]["inputs"];
}

function evaluation(
  form: PythonEvaluation["form"],
  func: CommonInlineUserDefinedFunction | undefined,
  sides: readonly Side[],
  t: Scope,
): PythonEvaluation {
  const { function: called, type } = clientFunction(func, t);
  return {
    kind: "python",
    form,
    calls: [{ functions: [called], args: [] }],
    sides: sides.map(({ keys }) => ({ inputs: keys, keys: keys.length, order: [] })),
    schema: structOf(type, called.name),
    children: sides.map(({ child }) => child),
  };
}

function structOf(type: ReturnType<typeof clientFunction>["type"], name: string): StructType {
  if (type.kind === "struct") return type;
  throw malformed(`The function ${name} gives no rows.`);
}

/** `udtf(...)` called; a table among its arguments stands beside the plan. */
export const tableFunctionOfUser = (message: CommonInlineUserDefinedTableFunction, t: Scope): Promise<LogicalPlan> =>
  tableFunctionCall(message, t, (id) => {
    const relation = t.references.get(id);
    if (!relation) throw malformed(`A table function takes the plan ${id}, which did not come with it.`);
    return planOf(relation, t);
  });
