import { invalidPlan } from "../logical/json-values.ts";
import { anyPlan } from "../logical/plan-shape.ts";
import * as s from "../logical/shape.ts";
import type { BuiltInType, DataType, SimpleKind, SimpleType, StructField, UserDefined } from "../types/data-type.ts";
import * as v from "../types/values.ts";
import { Variant } from "../types/variant/variant.ts";
import type { CalledFunction, Expression, FrameBound, GroupOrder, PythonFunction, UserFunction, WindowFrame } from "./expression.ts";

/** What data types, values and expressions look like, for plans that come from outside (plan-json.ts). */

const dayTimeField = s.oneOf("day", "hour", "minute", "second");
const yearMonthField = s.oneOf("year", "month");
/** Spark's longest char and varchar. */
const MAX_LENGTH = 2 ** 31 - 1;

const type: s.Check = (value, path) => anyType(value, path);
const structField = s.objectOf<StructField>({
  name: s.anyText,
  dataType: type,
  nullable: s.anyBoolean,
  metadata: s.optional(s.recordOf(s.anyJson)),
});
const simple: s.Kinds<SimpleType & { readonly kind: SimpleKind }>[SimpleKind] = {};
const types: s.Kinds<Exclude<BuiltInType, SimpleType>> & Record<SimpleKind, typeof simple> = {
  void: simple,
  boolean: simple,
  byte: simple,
  short: simple,
  integer: simple,
  long: simple,
  float: simple,
  double: simple,
  binary: simple,
  date: simple,
  timestamp: simple,
  timestamp_ntz: simple,
  interval: simple,
  variant: simple,
  decimal: { precision: s.integerIn(1, 38), scale: s.integerIn(0, 38) },
  string: { collation: s.optional(s.anyText) },
  char: { length: s.integerIn(1, MAX_LENGTH) },
  varchar: { length: s.integerIn(1, MAX_LENGTH) },
  time: { precision: s.integerIn(0, 6) },
  "day-time interval": { start: dayTimeField, end: dayTimeField },
  "year-month interval": { start: yearMonthField, end: yearMonthField },
  array: { elementType: type, containsNull: s.anyBoolean },
  map: { keyType: type, valueType: type, valueContainsNull: s.anyBoolean },
  struct: { fields: s.listOf(structField) },
};
const userDefined = s.objectOf<UserDefined>({
  jvmClass: s.optional(s.anyText),
  pythonClass: s.optional(s.anyText),
  serializedPythonClass: s.optional(s.anyText),
});
const marked = Object.fromEntries(Object.entries(types).map(([kind, fields]) => [kind, { ...fields, udt: s.optional(userDefined) }]));
export const anyType = s.kindOf<DataType>(() => marked as unknown as s.Kinds<DataType>, "data type");
export const structType: s.Check = (value, path) => {
  anyType(value, path);
  if ((value as DataType).kind !== "struct") throw invalidPlan(path, "expected a struct type");
};

const instance = (of: new (...args: never[]) => unknown) => (value: unknown) => value instanceof of;
const isNumber = (value: unknown) => typeof value === "number";
const isText = (value: unknown) => typeof value === "string";
const within = (bits: number) => (value: unknown) =>
  typeof value === "number" && Number.isInteger(value) && value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1);

/** Whether a value that is not NULL stands for one of a type, as types/values.ts says. */
const holds: { readonly [K in DataType["kind"]]: (value: unknown, type: Extract<DataType, { kind: K }>) => boolean } = {
  void: () => false,
  boolean: (value) => typeof value === "boolean",
  byte: within(8),
  short: within(16),
  integer: within(32),
  long: (value) => typeof value === "bigint" && BigInt.asIntN(64, value) === value,
  float: isNumber,
  double: isNumber,
  binary: instance(Uint8Array),
  date: instance(v.LocalDate),
  timestamp: instance(v.Timestamp),
  timestamp_ntz: instance(v.LocalDateTime),
  interval: instance(v.CalendarInterval),
  variant: instance(Variant),
  decimal: (value, { precision, scale }) =>
    value instanceof v.Decimal && value.scale <= scale && value.precision - value.scale <= precision,
  string: isText,
  char: isText,
  varchar: isText,
  time: instance(v.LocalTime),
  "day-time interval": instance(v.DayTimeInterval),
  "year-month interval": instance(v.YearMonthInterval),
  array: (value, { elementType }) => Array.isArray(value) && value.every((item) => isValueOf(item, elementType)),
  map: (value, { keyType, valueType }) =>
    value instanceof Map && [...value].every(([key, item]) => isValueOf(key, keyType) && isValueOf(item, valueType)),
  struct: (value, { fields }) =>
    typeof value === "object" && value !== null && fields.every((f) => isValueOf((value as Record<string, unknown>)[f.name], f.dataType)),
};

/** Whether a value stands for one of the type, NULL included. The kernel writes literals into SQL on the strength of it. */
function isValueOf(value: unknown, type: DataType): boolean {
  return value === null || (value !== undefined && (holds[type.kind] as (value: unknown, type: DataType) => boolean)(value, type));
}

const expression: s.Check = (value, path) => anyExpression(value, path);
const oneAttribute = s.kindOf<Extract<Expression, { kind: "attribute" }>>(() => ({ attribute: expressions.attribute }), "attribute");
export const attribute: s.Check = (value, path) => oneAttribute(value, path);
export const attributes = s.listOf(attribute);
const lambdaVariable = s.kindOf<Extract<Expression, { kind: "lambdaVariable" }>>(
  () => ({ lambdaVariable: expressions.lambdaVariable }),
  "lambda variable",
);
export const sortOrder = s.kindOf<Extract<Expression, { kind: "sortOrder" }>>(() => ({ sortOrder: expressions.sortOrder }), "sort order");
const bounds: s.Kinds<FrameBound> = {
  unboundedPreceding: {},
  unboundedFollowing: {},
  currentRow: {},
  offset: { offset: expression },
};
const bound = s.kindOf<FrameBound>(() => bounds, "frame bound");
const frame = s.objectOf<WindowFrame>({
  unit: s.oneOf("rows", "range"),
  lower: bound,
  upper: bound,
  origin: s.optional(s.anyOrigin),
});
export const userFunction = s.objectOf<UserFunction>({
  name: s.anyText,
  source: s.anyText,
  using: s.recordOf(s.anyJson),
  evaluation: s.oneOf("scalar", "vectorised", "batches", "python"),
  deterministic: s.anyBoolean,
  python: s.optional(
    s.objectOf<PythonFunction>({
      command: s.anyText,
      evalType: s.count,
      version: s.anyText,
      filesDir: s.anyText,
      includes: s.listOf(s.anyText),
      conf: s.recordOf(s.anyText),
      argumentNames: s.optional(s.listOf(s.nullOr(s.anyText))),
    }),
  ),
});

const session = s.optional(s.recordOf(s.anyJson));
const origin = s.optional(s.anyOrigin);
const calledAs = s.optional(s.anyText);
const planId = s.optional(s.count);
const args = s.listOf(expression);
const metadata = s.optional(s.recordOf(s.anyJson));

const subquery = {
  plan: ((value, path) => anyPlan(value, path)) satisfies s.Check,
  outer: s.optional(args),
  parameters: s.optional(attributes),
  origin,
};

const calledFunction = s.objectOf<CalledFunction>({
  nameParts: s.listOf(s.anyText),
  inputs: s.optional(
    s.listOf(
      s.objectOf<NonNullable<CalledFunction["inputs"]>[number]>({
        name: s.anyText,
        type: anyType,
        given: s.optional(s.count),
        value: expression,
      }),
    ),
  ),
  below: s.listOf((value, path) => alias(value, path)),
});

const expressions: s.Kinds<Expression> = {
  unresolvedAttribute: {
    nameParts: s.listOf(s.anyText),
    planId,
    outer: s.optional(s.oneOf(true)),
    computed: s.optional(s.oneOf(true)),
    variable: s.optional(expression),
    origin,
  },
  unresolvedStar: {
    target: s.optional(s.listOf(s.anyText)),
    except: s.optional(s.listOf(s.listOf(s.anyText))),
    replace: s.optional(s.listOf(s.objectOf<{ readonly name: string; readonly expression: Expression }>({ name: s.anyText, expression }))),
    planId,
    origin,
  },
  unresolvedRegex: { pattern: s.anyText, target: s.optional(s.listOf(s.anyText)), planId, origin },
  unresolvedFunction: {
    name: s.anyText,
    args,
    distinct: s.optional(s.anyBoolean),
    filter: s.optional(expression),
    ignoreNulls: s.optional(s.anyBoolean),
    withinGroup: s.optional(s.listOf(sortOrder)),
    origin,
  },
  unresolvedExtract: { child: expression, key: expression, origin },
  unresolvedAlias: { child: expression, names: s.listOf(s.anyText), metadata },
  unresolvedOrdinal: { position: s.anyNumber, origin },
  namedArgument: { name: s.anyText, value: expression },
  literal: { value: s.anyJson, type: anyType },
  attribute: { id: s.count, name: s.anyText, type: anyType, nullable: s.anyBoolean, qualifier: s.optional(s.listOf(s.anyText)), metadata },
  alias: { child: expression, id: s.count, name: s.anyText, metadata },
  cast: {
    child: expression,
    type: anyType,
    mode: s.optional(s.oneOf("ansi", "try", "legacy")),
    explicit: s.optional(s.anyBoolean),
    session,
    origin,
  },
  call: {
    name: s.anyText,
    calledAs,
    args,
    type: anyType,
    nullable: s.anyBoolean,
    deterministic: s.optional(s.oneOf(false)),
    ignoreNulls: s.optional(s.anyBoolean),
    session,
    origin,
  },
  aggregate: {
    name: s.anyText,
    calledAs,
    args,
    distinct: s.anyBoolean,
    filter: s.optional(expression),
    ignoreNulls: s.optional(s.anyBoolean),
    withinGroup: s.optional(s.listOf(s.objectOf<GroupOrder>({ ascending: s.anyBoolean, nullsFirst: s.anyBoolean }))),
    type: anyType,
    nullable: s.anyBoolean,
    python: s.optional(userFunction),
    session,
    origin,
  },
  window: { function: expression, partitionBy: args, orderBy: s.listOf(sortOrder), frame: s.optional(frame), origin },
  generator: { name: s.anyText, args, fields: s.listOf(structField), outer: s.anyBoolean, session, origin },
  lambda: { parameters: s.listOf(lambdaVariable), body: expression },
  lambdaVariable: { id: s.count, name: s.anyText, type: anyType, nullable: s.anyBoolean },
  userFunction: { function: userFunction, args, type: anyType, nullable: s.anyBoolean, origin },
  scalarSubquery: subquery,
  exists: subquery,
  inSubquery: { values: args, ...subquery },
  outerReference: { attribute },
  replaced: {
    form: s.oneOf("call", "variable"),
    name: s.anyText,
    args,
    session,
    function: s.optional(calledFunction),
    child: expression,
    origin,
  },
  sortOrder: { child: expression, ascending: s.anyBoolean, nullsFirst: s.anyBoolean },
};

const anyKind = s.kindOf<Expression>(() => expressions, "expression");

/** Any expression; a literal's value must be one of its type. */
export const anyExpression: s.Check = (value, path) => {
  anyKind(value, path);
  const e = value as Expression;
  if (e.kind === "literal" && !isValueOf(e.value, e.type)) throw invalidPlan(`${path}/value`, `expected a value of type ${e.type.kind}`);
};
export const alias = s.kindOf<Extract<Expression, { kind: "alias" }>>(() => ({ alias: expressions.alias }), "alias");
export const namedExpression = s.kindOf<Extract<Expression, { kind: "alias" | "attribute" }>>(
  () => ({ alias: expressions.alias, attribute: expressions.attribute }),
  "named expression",
);
