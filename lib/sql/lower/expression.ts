import { AnalysisError } from "../../engine/errors.ts";
import {
  alias,
  booleanLiteral,
  cast,
  fn,
  freshId,
  lambdaVariable,
  literal,
  sortOrder,
  stringLiteral,
} from "../../engine/expressions/build.ts";
import type { Expression, LambdaVariable, SortOrder } from "../../engine/expressions/expression.ts";
import { withoutLengths } from "../../engine/types/char-type.ts";
import type * as s from "../syntax/expression.ts";
import type { Query } from "../syntax/query.ts";
import { lowerColumn } from "./column.ts";
import { type Lowering, type LoweringContext, lowering } from "./context.ts";
import { insideExpression } from "./cte.ts";
import { lowerCall } from "./function-call.ts";
import { intervalLiteral } from "./interval.ts";
import { partsOf } from "./name.ts";
import { behind, expressionAt, within } from "./place.ts";
import { lowerQuery } from "./query.ts";
import { typedLiteral } from "./typed-literal.ts";

type Of<K extends s.Expression["kind"]> = Extract<s.Expression, { kind: K }>;

/** The engine's expression for one as written: unresolved, but with literals and constants under the session's settings. */
export function lowerExpression(expression: s.Expression, context: LoweringContext | Lowering): Expression {
  const scope = lowering(context);
  const rule = rules[expression.kind] as (e: s.Expression, scope: Lowering) => Expression;
  return within(expression, scope, () => expressionAt(rule(expression, scope), expression, scope));
}

const rules: { readonly [K in s.Expression["kind"]]: (e: Of<K>, scope: Lowering) => Expression } = {
  literal: (e) => literal(e.value, e.type),
  typedLiteral: (e, scope) => typedLiteral(e, scope),
  interval: (e, scope) => intervalLiteral(e, scope),
  parameter: (e, scope) => parameter(e, scope),
  column: lowerColumn,
  star: (e, scope) => lowerStar(e, scope),
  operation: lowerOperation,
  comparison: lowerComparison,
  between: (e, scope) => predicate(e, negated(e.negated, lowerBetween(e, scope)), scope),
  inList: (e, scope) =>
    predicate(
      e,
      negated(e.negated, fn("in", lower(e.value, scope), ...e.list.map((item) => lower(namedLike(e.value, item), scope)))),
      scope,
    ),
  inSubquery: (e, scope) =>
    predicate(
      { ...e, value: e.values.at(-1)! },
      negated(e.negated, { kind: "inSubquery", values: e.values.map((value) => lower(value, scope)), plan: subplan(e.query, scope) }),
      scope,
    ),
  like: (e, scope) => predicate(e, lowerLike(e, scope), scope),
  is: (e, scope) => predicate(e, lowerIs(e, scope), scope),
  case: lowerCase,
  cast: (e, scope) => ({ ...cast(lower(e.child, scope), withoutLengths(e.type)), ...(e.mode ? { mode: e.mode } : {}) }),
  call: lowerCall,
  extract: (e, scope) => fn("extract", stringLiteral(e.field.name), lower(e.source, scope)),
  trim: lowerTrim,
  overlay: (e, scope) => fn("overlay", ...[e.source, e.replacement, e.from, ...(e.length ? [e.length] : [])].map((x) => lower(x, scope))),
  position: (e, scope) => fn("locate", lower(e.substring, scope), lower(e.source, scope)),
  subscript: (e, scope) => ({ kind: "unresolvedExtract", child: lower(e.child, scope), key: lower(e.index, scope) }),
  dereference: (e, scope) => ({ kind: "unresolvedExtract", child: lower(e.child, scope), key: stringLiteral(e.field.name) }),
  semiStructured: lowerSemiStructured,
  subquery: (e, scope) => ({ kind: "scalarSubquery", plan: subplan(e.query, scope) }),
  exists: (e, scope) => ({ kind: "exists", plan: subplan(e.query, scope) }),
  row: (e, scope) => fn(e.struct ? "struct" : "row constructor", ...e.fields.map((field) => lower(field, scope))),
  lambda: lowerLambda,
  collate: (e, scope) => fn("collate", lower(e.child, scope), stringLiteral(e.collation.map((part) => part.name).join("."))),
  alias: (e, scope) => alias(lower(e.child, scope), ...e.names.map((name) => name.name)),
  namedArgument: (e, scope) => ({ kind: "namedArgument", name: e.name.name, value: lower(e.value, scope) }),
  tableArgument: () => {
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: "A table as an argument",
      advice: "Only table functions of Python take tables.",
    });
  },
};

/** `(a, b) IN ((1, 2))`: rows of a list have fields of the names that the row before IN has. */
function namedLike(value: s.Expression, item: s.Expression): s.Expression {
  if (value.kind !== "row" || item.kind !== "row" || value.fields.length !== item.fields.length) return item;
  const fields = item.fields.map((field, i): s.Expression => {
    const named = value.fields[i]!;
    const name = named.kind === "column" && named.name.kind === "name" ? named.name.parts.at(-1)! : undefined;
    return name && field.kind !== "alias" ? { kind: "alias", child: field, names: [name], start: field.start, end: field.end } : field;
  });
  return { ...item, fields };
}

const lower = (expression: s.Expression, scope: Lowering): Expression => lowerExpression(expression, scope);
const negated = (not: boolean, expression: Expression): Expression => (not ? fn("not", expression) : expression);
/** A query inside an expression starts with no windows and no lambdas of its own. */
const subplan = (query: Query, scope: Lowering) => lowerQuery(query, insideExpression(scope));

function parameter({ name }: s.Parameter, scope: Lowering): Expression {
  const value = scope.parameters.get(name);
  if (value) return value;
  throw new AnalysisError("UNBOUND_SQL_PARAMETER", { name: typeof name === "number" ? `_${name}` : name });
}

export function lowerStar(star: s.Star, scope: Lowering): Expression {
  const except = star.except?.map((parts) => parts.map((part) => part.name)) ?? [];
  const replace = star.replace?.map(({ child, names }) => ({ name: names[0]!.name, expression: lower(child, scope) })) ?? [];
  return {
    kind: "unresolvedStar",
    ...(star.target ? { target: partsOf(star.target, scope) } : {}),
    ...(star.except || star.replace ? { except: [...except, ...replace.map(({ name }) => [name])] } : {}),
    ...(star.replace ? { replace } : {}),
  };
}

const SPELLED: Readonly<Record<string, string>> = { "||": "concat", "!": "not", mod: "%" };

/** Chains of AND, of OR and of `||` are as long as a program makes them: no recursion along them. */
function lowerOperation(e: s.Operation, scope: Lowering): Expression {
  const name = SPELLED[e.operator] ?? e.operator;
  if (name === "and" || name === "or")
    return balanced(
      name,
      chain(e, e.operator).map((operand) => lower(operand, scope)),
    );
  const [first, ...rest] = leftChain(e);
  return rest.reduce(
    (left, { operator, right, written }) =>
      expressionAt(fn(SPELLED[operator] ?? operator, left, ...right.map((operand) => lower(operand, scope))), written, scope),
    lower(first, scope),
  );
}

/** The operands of a chain of one operator, from left to right. */
function chain(e: s.Operation, operator: string): s.Expression[] {
  const operands: s.Expression[] = [];
  let rest: s.Expression = e;
  while (rest.kind === "operation" && rest.operator === operator && rest.operands.length >= 2) {
    operands.push(...rest.operands.slice(1).reverse());
    rest = rest.operands[0]!;
  }
  return [...operands, rest].reverse();
}

interface Step {
  readonly operator: string;
  readonly right: readonly s.Expression[];
  readonly written: s.Operation;
}

/** `((a + b) - c)` as a, [+ b], [- c]; a sign is an operation without a right side. */
function leftChain(e: s.Operation): [s.Expression, ...Step[]] {
  const steps: Step[] = [];
  let rest: s.Expression = e;
  while (rest.kind === "operation" && rest.operator !== "and" && rest.operator !== "or") {
    const [left, ...right]: readonly s.Expression[] = rest.operands;
    steps.push({ operator: rest.operator, right, written: rest });
    rest = left!;
  }
  return [rest, ...steps.reverse()];
}

/** A tree as flat as can be, as Spark's AstBuilder makes it. */
function balanced(name: string, operands: readonly Expression[]): Expression {
  const reduce = (low: number, high: number): Expression => {
    if (low === high) return operands[low]!;
    if (high - low === 1) return fn(name, operands[low]!, operands[high]!);
    const middle = low + Math.trunc((high - low) / 2);
    return fn(name, reduce(low, middle), reduce(middle + 1, high));
  };
  return reduce(0, operands.length - 1);
}

function lowerComparison(e: s.Comparison, scope: Lowering): Expression {
  const [left, right] = [lower(e.left, scope), lower(e.right, scope)];
  if (e.operator === "!=" || e.operator === "<>") return fn("not", fn("=", left, right));
  return fn(e.operator === "==" ? "=" : e.operator, left, right);
}

/** Spark's predicates come from what stands behind the value. */
const predicate = (e: s.Expression & { readonly value: s.Expression }, lowered: Expression, scope: Lowering): Expression =>
  expressionAt(lowered, behind(e.value, e, scope), scope);

function lowerBetween(e: s.Between, scope: Lowering): Expression {
  const [value, low, high] = [lower(e.value, scope), lower(e.lower, scope), lower(e.upper, scope)];
  return fn("between", value, low, high);
}

function lowerLike(e: s.Like, scope: Lowering): Expression {
  const value = lower(e.value, scope);
  const patterns = e.patterns.map((pattern) => lower(pattern, scope));
  if (e.quantifier) {
    const tests = patterns.map((pattern) => negated(e.negated, fn(e.operator, value, pattern)));
    return balanced(e.quantifier === "all" ? "and" : "or", tests);
  }
  if (e.escape !== undefined && [...e.escape].length !== 1) {
    throw new AnalysisError("INVALID_ESC", { invalidEscape: `'${e.escape}'` });
  }
  const escaping = e.escape === undefined || e.escape === "\\" ? [] : [stringLiteral(e.escape)];
  return negated(e.negated, fn(e.operator, value, ...patterns, ...escaping));
}

function lowerIs(e: s.IsTest, scope: Lowering): Expression {
  const value = lower(e.value, scope);
  switch (e.test) {
    case "null":
      return fn(e.negated ? "isnotnull" : "isnull", value);
    case "unknown":
      return fn(e.negated ? "isnotnull" : "isnull", value);
    case "distinctFrom":
      return negated(!e.negated, fn("<=>", value, lower(e.other!, scope)));
    default:
      return negated(e.negated, fn("<=>", value, booleanLiteral(e.test === "true")));
  }
}

function lowerCase(e: s.Case, scope: Lowering): Expression {
  const value = e.value && lower(e.value, scope);
  const branches = e.branches.flatMap(({ when, then }) => {
    const condition = lower(when, scope);
    return [value ? fn("=", value, condition) : condition, lower(then, scope)];
  });
  return fn("when", ...branches, ...(e.otherwise ? [lower(e.otherwise, scope)] : []));
}

const TRIMS = { both: "trim", leading: "ltrim", trailing: "rtrim" } as const;

function lowerTrim(e: s.Trim, scope: Lowering): Expression {
  const characters = e.characters ? [lower(e.characters, scope)] : [];
  return fn(TRIMS[e.side ?? "both"], ...characters, lower(e.source, scope));
}

/** `v:a.b` is called `b`. Source: Spark's AstBuilder.visitSemiStructuredExtract. */
function lowerSemiStructured(e: s.SemiStructured, scope: Lowering): Expression {
  const path = e.path.startsWith("[") ? `$${e.path}` : `$.${e.path}`;
  const names = [...path.matchAll(/\.([^.[\]]+)|\[['"]([^'"]*)['"]\]/g)];
  const last = names.at(-1);
  const value = fn("variant_get", lower(e.child, scope), stringLiteral(path), stringLiteral("variant"));
  return last ? alias(value, last[1] ?? last[2]!) : value;
}

function lowerLambda(e: s.Lambda, scope: Lowering): Expression {
  const parameters: LambdaVariable[] = e.parameters.map(({ name }) => lambdaVariable(name, freshId()));
  const names = e.parameters.map(({ name }) => name.toLowerCase());
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new AnalysisError("INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES", {
      args: e.parameters.map(({ name }) => `\`${name}\``).join(", "),
      caseSensitiveConfig: '"spark.sql.caseSensitive"',
    });
  }
  return { kind: "lambda", parameters, body: lower(e.body, scope) };
}

/** A key of ORDER BY, and of all that sorts. */
export function lowerSortItem(item: s.SortItem, scope: Lowering): SortOrder {
  const ascending = item.direction !== "desc";
  return sortOrder(lower(item.expression, scope), ascending, item.nulls === undefined ? ascending : item.nulls === "first");
}
