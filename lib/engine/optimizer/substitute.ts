import type { Attribute, Expression } from "../expressions/expression.ts";
import { referencesOf } from "../expressions/properties.ts";
import { transformDown } from "../expressions/traverse.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";

/** What each column of a projection is made of, by its id; aliases only. */
export const aliasesOf = (expressions: readonly Expression[]): ReadonlyMap<number, Expression> =>
  new Map(expressions.flatMap((e) => (e.kind === "alias" ? [[e.id, e.child] as const] : [])));

/** The expression over the input of a projection instead of its output. */
export const substitute = (expression: Expression, by: ReadonlyMap<number, Expression>): Expression =>
  by.size === 0 ? expression : transformDown(expression, (e) => (e.kind === "attribute" ? (by.get(e.id) ?? e) : undefined));

/** The expression over other attributes, position by position. */
export function overOther(expression: Expression, from: readonly Attribute[], to: readonly Attribute[]): Expression {
  return substitute(expression, new Map(from.map((attribute, i) => [attribute.id, to[i]!])));
}

export const idsOf = (attributes: readonly Attribute[]): ReadonlySet<number> => new Set(attributes.map((a) => a.id));
export const outputIds = (plan: LogicalPlan): ReadonlySet<number> => idsOf(outputOf(plan));
export const readsOnly = (expression: Expression, ids: ReadonlySet<number>): boolean =>
  referencesOf(expression).every((a) => ids.has(a.id));
