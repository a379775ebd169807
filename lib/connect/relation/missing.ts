import type { LiteralInput } from "../../dataframe/literal.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Expression_Literal } from "../protocol/spark/connect/expressions_pb.js";
import type { NADrop, NAFill, NAReplace } from "../protocol/spark/connect/relations_pb.js";
import { builtBy, frameOf, literalExpression } from "./frame.ts";
import type { Scope } from "./scope.ts";
import { malformed } from "./unsupported.ts";

/** One value for all columns or some, or a value for each of some. */
export async function naFillOf({ input, cols, values }: NAFill, t: Scope): Promise<LogicalPlan> {
  const rows = await frameOf(input, t);
  const fills: LiteralInput[] = [];
  for (const value of values) fills.push(await literalValue(value, t));
  if (fills.length === 1) return builtBy(rows.na.fill(fills[0] as string, namedOnly(cols)));
  if (fills.length !== cols.length) throw malformed(`na.fill has ${fills.length} values for ${cols.length} columns.`);
  return builtBy(rows.na.fill(Object.fromEntries(cols.map((name, i) => [name, fills[i]!]))));
}

export async function naDropOf({ input, cols, minNonNulls }: NADrop, t: Scope): Promise<LogicalPlan> {
  return builtBy((await frameOf(input, t)).na.drop("any", minNonNulls, namedOnly(cols)));
}

export async function naReplaceOf({ input, cols, replacements }: NAReplace, t: Scope): Promise<LogicalPlan> {
  const rows = await frameOf(input, t);
  const pairs = new Map<LiteralInput, LiteralInput>();
  for (const { oldValue, newValue } of replacements) pairs.set(await literalValue(oldValue, t), await literalValue(newValue, t));
  return builtBy(rows.na.replace(pairs, namedOnly(cols)));
}

const namedOnly = (names: readonly string[]): readonly string[] | undefined => (names.length > 0 ? names : undefined);

async function literalValue(literal: Expression_Literal | undefined, t: Scope): Promise<LiteralInput> {
  const expression = literal && (await literalExpression(literal, t));
  if (expression?.kind !== "literal") throw malformed("A value for missing ones is no literal.");
  return expression.value as LiteralInput;
}
