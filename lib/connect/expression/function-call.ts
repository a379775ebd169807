import { fn, longLiteral, sortOrder } from "../../engine/expressions/build.ts";
import type { Expression as EngineExpression } from "../../engine/expressions/expression.ts";
import { callableNamed, functionNamed } from "../../engine/functions/registry.ts";
import { longType } from "../../engine/types/data-type.ts";
import { parserOptions } from "../../sql/parser/options.ts";
import { parseTableName } from "../../sql/parser/parse.ts";
import { callByName } from "../../sql/session/call-by-name.ts";
import type { CallFunction, Expression, Expression_UnresolvedFunction } from "../protocol/spark/connect/expressions_pb.js";
import { expressionIn } from "./expression.ts";
import type { Scope } from "./scope.ts";

/** A function by name. Clients know more of them than SQL does: those that only the functions of a DataFrame call. */
export async function calledFunction(message: Expression_UnresolvedFunction, scope: Scope): Promise<EngineExpression> {
  const { functionName, isUserDefinedFunction, isDistinct, isInternal } = message;
  const args = await argumentsOf(message.arguments, scope);
  if (isUserDefinedFunction) return calledByName(partsOf(functionName, scope), args, isDistinct, scope);
  const meaning = Object.hasOwn(MEANINGS, functionName) ? MEANINGS[functionName] : undefined;
  const meant = isInternal === false || isDistinct ? undefined : meaning?.(args);
  if (meant) return meant;
  if (functionNamed(functionName)) return withDistinct(functionName, args, isDistinct);
  return calledByName([functionName], args, isDistinct, scope);
}

/** Functions that only clients name, or call with arguments of their own, by what they mean. */
const MEANINGS: Readonly<Record<string, (args: EngineExpression[]) => EngineExpression | undefined>> = {
  "!=": (args) => fn("not", fn("=", ...args)),
  // Of all columns of anything: rows. SQL text is not so generous.
  count: ([counted, ...others]) => (counted?.kind === "unresolvedStar" && others.length === 0 ? fn("count", longLiteral(1)) : undefined),
  distributed_id: () => fn("monotonically_increasing_id"),
  distributed_sequence_id: () => rowPosition,
  max_by: (args) => (args.length === 3 ? fn("max_values_by", ...args) : undefined),
  min_by: (args) => (args.length === 3 ? fn("min_values_by", ...args) : undefined),
};

/** The position of a row among all, from 0, in the order that rows stand in. Source: Spark's DistributedSequenceID. */
const rowPosition: EngineExpression = fn(
  "-",
  {
    kind: "cast",
    child: {
      kind: "window",
      function: fn("row_number"),
      partitionBy: [],
      orderBy: [sortOrder(fn("monotonically_increasing_id"))],
    },
    type: longType,
  },
  longLiteral(1),
);

/** `call_function`: any function that SQL could call, by a name that may have a catalog's and a schema's before it. */
export async function calledSqlFunction(message: CallFunction, scope: Scope): Promise<EngineExpression> {
  return calledByName(partsOf(message.functionName, scope), await argumentsOf(message.arguments, scope), false, scope);
}

const partsOf = (name: string, { t }: Scope): readonly string[] => {
  const parsed = parseTableName(name, parserOptions(t.spark.conf.getAll()));
  return parsed.kind === "name" ? parsed.parts.map((part) => part.name) : [name];
};

async function calledByName(
  parts: readonly string[],
  args: EngineExpression[],
  distinct: boolean,
  { t }: Scope,
): Promise<EngineExpression> {
  const [name] = parts;
  if (parts.length === 1 && callableNamed(name!)) return withDistinct(name!, args, distinct);
  const own = await callByName(parts, args, t.spark.statements);
  // What the session's program registered is put in when the plan is settled; other names are the analyzer's to refuse.
  return own ?? withDistinct(parts.length === 1 ? name! : parts.join("."), args, distinct);
}

const withDistinct = (name: string, args: EngineExpression[], distinct: boolean): EngineExpression =>
  distinct ? { ...fn(name, ...args), distinct } : fn(name, ...args);

async function argumentsOf(messages: readonly Expression[], scope: Scope): Promise<EngineExpression[]> {
  const args: EngineExpression[] = [];
  for (const message of messages) args.push(await expressionIn(message, scope));
  return args;
}
