import * as t from "../types/data-type.ts";
import type { Value } from "../types/values.ts";
import type {
  Alias,
  Attribute,
  Call,
  Cast,
  Expression,
  Lambda,
  LambdaVariable,
  Literal,
  SortOrder,
  UnresolvedAlias,
  UnresolvedAttribute,
  UnresolvedFunction,
} from "./expression.ts";
import { isNullable } from "./properties.ts";

/** Short constructors of expressions, for front ends, rules and tests. */

export const attribute = (name: string, planId?: number, origin?: string): UnresolvedAttribute => ({
  kind: "unresolvedAttribute",
  nameParts: parseAttributeName(name),
  ...(planId === undefined ? {} : { planId }),
  ...(origin === undefined ? {} : { origin }),
});

/** Splits `a.b.c` at dots outside backticks; a doubled backtick inside backticks is one. */
export function parseAttributeName(name: string): string[] {
  const parts: string[] = [];
  const pattern = /(?:`((?:[^`]|``)*)`|([^.`]+))(\.|$)/gy;
  let end = 0;
  for (let match = pattern.exec(name); match; match = pattern.exec(name)) {
    parts.push(match[1] === undefined ? match[2]! : match[1].replaceAll("``", "`"));
    end = pattern.lastIndex;
    if (match[3] === "") break;
  }
  return end === name.length && parts.length > 0 && !name.endsWith(".") ? parts : [name];
}

export const fn = (name: string, ...args: Expression[]): UnresolvedFunction => ({ kind: "unresolvedFunction", name, args });
export const alias = (child: Expression, ...names: string[]): UnresolvedAlias => ({ kind: "unresolvedAlias", child, names });
export const literal = (value: Value, type: t.DataType): Literal => ({ kind: "literal", value, type });
/** A declaration, so that registry entries can have it while modules that import each other still load. */
export function nullLiteral(type: t.DataType = t.voidType): Literal {
  return { kind: "literal", value: null, type };
}
export const booleanLiteral = (value: boolean): Literal => literal(value, t.booleanType);
export const integerLiteral = (value: number): Literal => literal(value, t.integerType);
export const longLiteral = (value: bigint | number): Literal => literal(BigInt(value), t.longType);
export const doubleLiteral = (value: number): Literal => literal(value, t.doubleType);
export const stringLiteral = (value: string): Literal => literal(value, t.stringType);
export const cast = (child: Expression, type: t.DataType): Cast => ({ kind: "cast", child, type, explicit: true });
export const call = (name: string, args: readonly Expression[], type: t.DataType, nullable: boolean): Call => ({
  kind: "call",
  name,
  args,
  type,
  nullable,
});
export const sortOrder = (child: Expression, ascending = true, nullsFirst = ascending): SortOrder => ({
  kind: "sortOrder",
  child,
  ascending,
  nullsFirst,
});
export const lambda = (parameters: readonly LambdaVariable[], body: Expression): Lambda => ({ kind: "lambda", parameters, body });
export const namedAs = (child: Expression, id: number, name: string): Alias => ({ kind: "alias", child, id, name });

let nextId = 1;
/** A number no other attribute, alias, lambda variable or plan of this process has. The analyzer renumbers, so plans compare equal. */
export const freshId = (): number => nextId++;

export const newAttribute = (name: string, type: t.DataType, nullable = true, id = freshId()): Attribute => ({
  kind: "attribute",
  id,
  name,
  type,
  nullable,
});
export const lambdaVariable = (name: string, id = freshId()): LambdaVariable => ({
  kind: "lambdaVariable",
  id,
  name,
  type: t.voidType,
  nullable: true,
});

/** Conjuncts of a predicate: `a and (b and c)` gives [a, b, c]. Works on resolved and unresolved trees. */
export function splitConjuncts(condition: Expression): Expression[] {
  if ((condition.kind === "call" || condition.kind === "unresolvedFunction") && condition.name === "and")
    return condition.args.flatMap(splitConjuncts);
  return [condition];
}

/** The branches of an OR; of anything else, itself. */
export const splitDisjuncts = (e: Expression): Expression[] =>
  e.kind === "call" && e.name === "or" ? e.args.flatMap(splitDisjuncts) : [e];

/** The conjunction of resolved predicates, left to right; `true` of none. */
export function conjunction(predicates: readonly Expression[]): Expression {
  const [first, ...rest] = predicates;
  if (!first) return booleanLiteral(true);
  return rest.reduce((left, right) => call("and", [left, right], t.booleanType, isNullable(left) || isNullable(right)), first);
}
