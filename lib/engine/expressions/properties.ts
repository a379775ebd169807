import type { Origin } from "../errors/query-context.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { booleanType, type DataType, structType } from "../types/data-type.ts";
import { mayCastToNull } from "./cast-nullability.ts";
import type { Attribute, Call, ExistsSubquery, Expression, InSubquery, ScalarSubquery } from "./expression.ts";
import { childrenOf, someExpression } from "./traverse.ts";

const unresolved = (expression: Expression): never => {
  throw new TypeError(`a ${expression.kind} has no type before analysis`);
};

/** The type of a resolved expression. */
export function typeOf(expression: Expression): DataType {
  switch (expression.kind) {
    case "literal":
    case "attribute":
    case "cast":
    case "call":
    case "aggregate":
    case "lambdaVariable":
    case "userFunction":
      return expression.type;
    case "outerReference":
      return expression.attribute.type;
    case "scalarSubquery":
      return outputOf(expression.plan)[0]!.type;
    case "exists":
    case "inSubquery":
      return booleanType;
    case "alias":
    case "replaced":
    case "sortOrder":
      return typeOf(expression.child);
    case "window":
      return typeOf(expression.function);
    case "lambda":
      return typeOf(expression.body);
    case "generator":
      return structType(expression.fields);
    default:
      return unresolved(expression);
  }
}

/** Whether a resolved expression may be NULL. */
export function isNullable(expression: Expression): boolean {
  switch (expression.kind) {
    case "literal":
      return expression.value === null;
    case "attribute":
    case "call":
    case "aggregate":
    case "lambdaVariable":
    case "userFunction":
      return expression.nullable;
    case "cast":
      return isNullable(expression.child) || mayCastToNull(typeOf(expression.child), expression.type, expression.mode === "try");
    case "outerReference":
      return expression.attribute.nullable;
    case "scalarSubquery":
      return true;
    case "exists":
      return false;
    case "inSubquery":
      return expression.values.some(isNullable) || outputOf(expression.plan).some((a) => a.nullable);
    case "alias":
    case "replaced":
    case "sortOrder":
      return isNullable(expression.child);
    case "window":
      return isNullable(expression.function);
    case "lambda":
      return isNullable(expression.body);
    default:
      return true;
  }
}

export const isResolved = (expression: Expression): boolean =>
  !someExpression(expression, (e) => e.kind.startsWith("unresolved") || (isSubquery(e) && e.outer === undefined));

export const isSubquery = (e: Expression): e is ScalarSubquery | ExistsSubquery | InSubquery =>
  e.kind === "scalarSubquery" || e.kind === "exists" || e.kind === "inSubquery";
export const hasSubquery = (expression: Expression): boolean => someExpression(expression, isSubquery);

/** The attributes an expression reads, each once, in the order of first use. */
export function referencesOf(expression: Expression): Attribute[] {
  const found = new Map<number, Attribute>();
  const visit = (e: Expression): void => {
    if (e.kind === "attribute") found.set(e.id, e);
    else for (const child of childrenOf(e)) visit(child);
  };
  visit(expression);
  return [...found.values()];
}

/** Where an expression comes from, as an error about it tells. */
export function originOf(e: Expression | LogicalPlan): { readonly origin?: Origin } {
  const { origin } = e as { readonly origin?: Origin };
  return origin === undefined ? {} : { origin };
}

/** Same value for the same row, wherever and however often it is evaluated. */
export function isDeterministic(expression: Expression): boolean {
  return !someExpression(
    expression,
    (e) => (e.kind === "userFunction" && !e.function.deterministic) || (e.kind === "call" && e.deterministic === false),
  );
}

/** Constant: no attribute, no aggregate, and the same at every evaluation. */
export function isFoldable(expression: Expression): boolean {
  return (
    isDeterministic(expression) &&
    !someExpression(
      expression,
      (e) =>
        ["attribute", "outerReference", "aggregate", "window", "generator", "userFunction"].includes(e.kind) ||
        e.kind.startsWith("unresolved") ||
        isSubquery(e),
    )
  );
}

/** Equal but for the names an alias gives: Spark's `semanticEquals` without commutation. */
export function sameExpression(a: Expression, b: Expression): boolean {
  return a === b || fingerprint(a) === fingerprint(b);
}

/** What does not change a value: names, and what is known of the rows in files (of a subquery's scans), most of their text. */
const NOT_MEANING: ReadonlySet<string> = new Set(["origin", "explicit", "calledAs", "qualifier", "metadata", "rowGroups"]);

/** A subquery whose columns are numbered in the order in which they stand in it: two of one text are equal. */
function canonical(subquery: ScalarSubquery | ExistsSubquery | InSubquery): unknown {
  const numbers = new Map<number, number>();
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return value;
    const entries = Object.entries(value).map(([key, item]) => {
      if (NOT_MEANING.has(key)) return [key, undefined];
      if (key !== "id" || typeof item !== "number") return [key, copy(item)];
      const number = numbers.get(item) ?? numbers.size;
      numbers.set(item, number);
      return [key, number];
    });
    const { kind, ...fields } = Object.fromEntries(entries);
    return { node: kind, ...fields };
  };
  const { outer, plan, parameters } = subquery;
  const values = subquery.kind === "inSubquery" ? subquery.values : [];
  return { subquery: subquery.kind, outer, values, inner: copy({ parameters, plan }) };
}

/** Operators whose operands may change places: Spark's CommutativeExpression, in pairs. */
const COMMUTATIVE: ReadonlySet<string> = new Set(["+", "*", "and", "or", "=", "<=>", "&", "|", "^"]);

const isCommutative = (value: { readonly kind?: unknown; readonly name?: unknown }): value is Call =>
  value.kind === "call" && COMMUTATIVE.has(value.name as string);

/** Each call once: its operands' texts are needed for its order, and would be made anew at every level above it. */
const ordered = new WeakMap<Call, Call>();

/** The operands in one order, whatever order they were written in. */
function inOrder(call: Call): Call {
  const known = ordered.get(call);
  if (known) return known;
  const args = call.args.map((arg) => ({ arg, key: fingerprint(arg) }));
  const sorted = { ...call, args: args.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ arg }) => arg) };
  ordered.set(call, sorted);
  return sorted;
}

/** Rules ask for the same expressions in each of their passes. */
const fingerprints = new WeakMap<Expression, string>();

/** A text equal for semantically equal expressions, for use as a map key. Attributes count by id only. */
export function fingerprint(expression: Expression): string {
  let text = fingerprints.get(expression);
  if (text === undefined) {
    text = fingerprintOf(expression);
    fingerprints.set(expression, text);
  }
  return text;
}

/** As JSON would be; texts of parts stand in it as they are, so that what is rebuilt around them costs little. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case "bigint":
      return `${value}n`;
    case "number":
      // JSON would make NULL of NaN, and 0 of -0.
      return Object.is(value, -0) ? "-0" : String(value);
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
      if (value instanceof Map) return textOf([...value]);
      if ("toJSON" in value) return JSON.stringify(value);
      return "kind" in value ? fingerprint(value as Expression) : fieldsText(value);
    default:
      return String(JSON.stringify(value));
  }
}

function fingerprintOf(e: Expression): string {
  if (e.kind === "attribute") return `#${e.id}`;
  if (e.kind === "alias" || e.kind === "replaced") return fingerprint(e.child);
  if (isSubquery(e) && e.outer) return textOf(canonical(e));
  return fieldsText(isCommutative(e) ? inOrder(e) : e);
}

function fieldsText(value: object): string {
  let text = "";
  for (const [key, field] of Object.entries(value))
    if (field !== undefined && !NOT_MEANING.has(key)) text += `${text && ","}${JSON.stringify(key)}:${textOf(field)}`;
  return `{${text}}`;
}
