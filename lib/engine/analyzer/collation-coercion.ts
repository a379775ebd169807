import { AnalysisError } from "../errors.ts";
import { literal } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import { childrenOf } from "../expressions/traverse.ts";
import { holdsCollation, INDETERMINATE } from "../types/collation.ts";
import * as t from "../types/data-type.ts";

/**
 * Brings the arguments of a function to one collation: an explicit one (COLLATE) wins over an implicit one (of columns and casts), and
 * that over a default one (of literals). Source: Spark's CollationTypeCoercion.
 */
export function coerceCollations(name: string, args: readonly Expression[]): readonly Expression[] {
  if (!args.some((arg) => hasType(arg) && holdsCollation(typeOf(arg)))) return args;
  if (DECIDED.has(name) && args.some((arg) => hasType(arg) && isIndeterminate(typeOf(arg)))) throw indeterminate(name, args);
  if (name === "map") return interleaved(args, (i) => i % 2 === 0);
  if (name === "when") {
    const isValue = (i: number) => i % 2 === 1 || (i === args.length - 1 && args.length % 2 === 1);
    return interleaved(args, isValue, true);
  }
  return ALIKE.has(name) ? toOneCollation(name, args) : args;
}

/** Lambdas have a type only once their parameters have. */
const hasType = (arg: Expression): boolean => arg.kind !== "lambda" && !arg.kind.startsWith("unresolved");

function interleaved(args: readonly Expression[], isFirst: (i: number) => boolean, onlyFirst = false): readonly Expression[] {
  const one = (wanted: boolean) =>
    toOneCollation(
      "",
      args.filter((_, i) => isFirst(i) === wanted),
    );
  const groups = { true: one(true), false: onlyFirst ? args.filter((_, i) => !isFirst(i)) : one(false) };
  let [yes, no] = [0, 0];
  return args.map((_, i) => (isFirst(i) ? groups.true[yes++]! : groups.false[no++]!));
}

/** Functions whose texts are all of one collation. */
const ALIKE: ReadonlySet<string> = new Set(
  (
    "in array array_join concat || greatest least coalesce nvl if nvl2 nullif array_contains array_except concat_ws mask replace translate trim " +
    "ltrim rtrim btrim array_append array_intersect array_position array_remove array_union arrays_overlap contains endswith startswith <=> = < <= " +
    "> >= find_in_set instr to_number try_to_number str_to_map levenshtein split_part lag lead regexp_replace rpad lpad overlay elt substring_index locate"
  ).split(" "),
);

/** Functions that cannot do with a collation that nothing decides. */
const DECIDED: ReadonlySet<string> = new Set(
  "= <=> < <= > >= contains startswith endswith upper lower initcap find_in_set instr replace locate substring_index trim ltrim rtrim btrim translate in".split(
    " ",
  ),
);

const indeterminate = (name: string, args: readonly Expression[]): AnalysisError =>
  new AnalysisError("INDETERMINATE_COLLATION_IN_EXPRESSION", { expr: `"${prettyName({ kind: "unresolvedFunction", name, args })}"` });

const isIndeterminate = (type: t.DataType): boolean => {
  if (type.kind === "string") return type.collation === INDETERMINATE;
  if (type.kind === "array") return isIndeterminate(type.elementType);
  if (type.kind === "map") return isIndeterminate(type.keyType) || isIndeterminate(type.valueType);
  return type.kind === "struct" && type.fields.some((f) => isIndeterminate(f.dataType));
};

function toOneCollation(name: string, args: readonly Expression[]): readonly Expression[] {
  const texts = args.filter((arg) => hasType(arg) && t.holdsKind(typeOf(arg), "string"));
  if (!texts.some((arg) => holdsCollation(typeOf(arg)))) return args;
  let winner = contextOf(texts[0]!);
  for (const text of texts) {
    const context = contextOf(text);
    winner = winner && context && merged(winner, context);
  }
  if (!winner) return args;
  if (DECIDED.has(name) && isUndecided(winner)) throw indeterminate(name, args);
  return args.map((arg) => (texts.includes(arg) ? retyped(arg, winner) : arg));
}

/** How much a collation has to say; the least number wins. */
const EXPLICIT = 0;
const UNDECIDED = 1;
const IMPLICIT = 2;
const DEFAULT = 3;

/** A type whose texts know how strong their collations are. Of a plain type `strength` is absent. */
type Context =
  | { readonly kind: "text"; readonly collation?: string | undefined; readonly strength?: number }
  | { readonly kind: "array"; readonly element: Context }
  | { readonly kind: "map"; readonly key: Context; readonly value: Context }
  | { readonly kind: "struct"; readonly fields: readonly Context[] }
  | { readonly kind: "other"; readonly type: t.DataType };

function contextOfType(type: t.DataType, strength?: number): Context {
  switch (type.kind) {
    case "string":
      return { kind: "text", collation: type.collation, ...(strength === undefined ? {} : { strength }) };
    case "array":
      return { kind: "array", element: contextOfType(type.elementType, strength) };
    case "map":
      return { kind: "map", key: contextOfType(type.keyType, strength), value: contextOfType(type.valueType, strength) };
    case "struct":
      return { kind: "struct", fields: type.fields.map((f) => contextOfType(f.dataType, strength)) };
    default:
      return { kind: "other", type };
  }
}

function contextOf(expression: Expression): Context | undefined {
  if (!hasType(expression)) return undefined;
  const type = typeOf(expression);
  if (!t.holdsKind(type, "string")) return undefined;
  switch (expression.kind) {
    case "call":
      if (expression.name === "collate") return contextOfType(type, EXPLICIT);
      break;
    case "cast":
      return contextOfType(type, t.holdsKind(typeOf(expression.child), "string") ? IMPLICIT : DEFAULT);
    case "attribute":
    case "alias":
    case "lambdaVariable":
    case "scalarSubquery":
    case "outerReference":
      return contextOfType(type, IMPLICIT);
    case "literal":
      return contextOfType(type, DEFAULT);
    default:
  }
  const children = childrenOf(expression).filter(hasType);
  if (!children.some((child) => t.holdsKind(typeOf(child), "string"))) return contextOfType(type, DEFAULT);
  if (expression.kind === "call") {
    const nested = nestedContext(expression.name, children, type);
    if (nested !== false) return nested;
  }
  return children
    .map(contextOf)
    .filter((context) => context !== undefined)
    .reduce<Context | undefined>((all, context) => all && merged(all, context), contextOfType(type));
}

/** Of calls that take values apart or put them together; false of others. */
function nestedContext(name: string, children: readonly Expression[], type: t.DataType): Context | undefined | false {
  if (name === "get_struct_field") {
    const base = contextOf(children[0]!);
    const struct = typeOf(children[0]!) as t.StructType;
    const field = children[1]!;
    return base?.kind === "struct" && field.kind === "literal"
      ? base.fields[struct.fields.findIndex((f) => f.name === field.value)]
      : undefined;
  }
  if (name === "get_map_value") {
    const base = contextOf(children[0]!);
    return base?.kind === "map" ? merged(contextOfType(type), base.value) : undefined;
  }
  if (name === "named_struct") {
    const values = children.filter((_, i) => i % 2 === 1);
    return { kind: "struct", fields: values.map((value) => contextOf(value) ?? contextOfType(typeOf(value))) };
  }
  return false;
}

/** Undefined where the types are of different shapes. */
function merged(left: Context, right: Context): Context | undefined {
  if (left.kind === "text" && right.kind === "text" && right.strength !== undefined)
    return left.strength === undefined ? right : stronger(left, right);
  if (left.kind === "array" && right.kind === "array") {
    const element = merged(left.element, right.element);
    return element && { kind: "array", element };
  }
  if (left.kind === "map" && right.kind === "map") {
    const [key, value] = [merged(left.key, right.key), merged(left.value, right.value)];
    return key && value && { kind: "map", key, value };
  }
  if (left.kind === "array") {
    const element = merged(left.element, right);
    return element && { kind: "array", element };
  }
  if (right.kind === "array") return merged(left, right.element);
  if (left.kind === "struct" && right.kind === "struct" && left.fields.length === right.fields.length) {
    const fields = left.fields.map((field, i) => merged(field, right.fields[i]!));
    return fields.includes(undefined) ? undefined : { kind: "struct", fields: fields as Context[] };
  }
  return left.kind === "other" && right.kind === "other" && t.sameTypeIgnoringNullability(left.type, right.type) ? left : undefined;
}

type Text = Extract<Context, { kind: "text" }>;

function stronger(left: Text, right: Text): Text {
  if (left.strength !== right.strength) return left.strength! < right.strength! ? left : right;
  if (left.collation === right.collation) return left;
  if (left.strength === EXPLICIT) {
    const explicitTypes = [left, right].map((side) => `"${typeSql(textType(side.collation))}"`).join(", ");
    throw new AnalysisError("COLLATION_MISMATCH.EXPLICIT", { explicitTypes });
  }
  return { kind: "text", collation: INDETERMINATE, strength: UNDECIDED };
}

const textType = (collation: string | undefined): t.StringType => (collation === undefined ? t.stringType : { kind: "string", collation });

function isUndecided(context: Context): boolean {
  switch (context.kind) {
    case "text":
      return context.collation === INDETERMINATE;
    case "array":
      return isUndecided(context.element);
    case "map":
      return isUndecided(context.key) || isUndecided(context.value);
    default:
      return context.kind === "struct" && context.fields.some(isUndecided);
  }
}

/** The type with the context's collations; undefined where they do not fit. */
function applied(type: t.DataType, context: Context): t.DataType | undefined {
  if (type.kind === "string" && context.kind === "text") return textType(context.collation);
  if (type.kind === "array") {
    const element = applied(type.elementType, context.kind === "array" ? context.element : context);
    return element && t.arrayType(element, type.containsNull);
  }
  if (context.kind === "array") return applied(type, context.element);
  if (type.kind === "map" && context.kind === "map") {
    const [key, value] = [applied(type.keyType, context.key), applied(type.valueType, context.value)];
    return key && value && t.mapType(key, value, type.valueContainsNull);
  }
  if (type.kind === "struct" && context.kind === "struct" && type.fields.length === context.fields.length) {
    const types = type.fields.map((f, i) => applied(f.dataType, context.fields[i]!));
    if (types.includes(undefined)) return undefined;
    return t.structType(type.fields.map((f, i) => t.structField(f.name, types[i]!, f.nullable, f.metadata)));
  }
  return context.kind === "other" ? type : undefined;
}

function retyped(expression: Expression, context: Context): Expression {
  const from = typeOf(expression);
  const type = applied(from, context);
  if (!type || t.sameTypeIgnoringNullability(from, type)) return expression;
  if (expression.kind === "literal") return literal(expression.value, type);
  if (expression.kind === "cast") return { ...expression, type };
  return { kind: "cast", child: expression, type };
}
