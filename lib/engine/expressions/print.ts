import { nullLiteral } from "./build.ts";
import type {
  AggregateCall,
  Attribute,
  Call,
  Expression,
  FrameBound,
  GroupOrder,
  Literal,
  UnresolvedFunction,
  UserFunctionCall,
  WindowCall,
  WindowFrame,
} from "./expression.ts";
import { explainLiteral, prettyLiteral } from "./print-literal.ts";
import { typeName, typeSql } from "./print-type.ts";
import { typeOf } from "./properties.ts";
import { DEFAULTS, INFIX, LED, RANKING, SCALED, SHOWN, SPELLED, TRIMMED } from "./spelling.ts";

type Of<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;
type Print = (e: Expression) => string;
/** One answer for each kind: a new kind does not compile until it is here. */
type Printer = { readonly [K in Expression["kind"]]: (e: Of<K>, print: Print) => string };
type FunctionLike = Call | UnresolvedFunction | AggregateCall;

/**
 * The name of a column that has no alias: Spark's `toPrettySQL`. Resolved and unresolved expressions alike.
 * Example: `sum(amount)`, `(a + 1)`, `CAST(a AS BIGINT)`, `CASE WHEN (a > 1) THEN b END`.
 */
export function prettyName(expression: Expression, timeZone = "UTC"): string {
  const print: Print = (e) =>
    e.kind === "literal" ? prettyLiteral(e, timeZone) : (pretty[e.kind] as (e: Expression, p: Print) => string)(e, print);
  return print(expression);
}

/** An expression in a plan: attributes with their ids, `(amount#12 > 5)`. */
export function explainText(expression: Expression, timeZone = "UTC"): string {
  const print: Print = (e) =>
    e.kind === "literal" ? explainLiteral(e, timeZone) : (explained[e.kind] as (e: Expression, p: Print) => string)(e, print);
  return print(expression);
}

/** `amount#12`, with Spark's `L` behind a bigint's. */
export const attributeText = ({ name, id, type }: Pick<Attribute, "name" | "id" | "type">): string => `${name}#${id}${suffix(type.kind)}`;
const suffix = (kind: string) => (kind === "long" ? "L" : "");

const list = (args: readonly Expression[], print: Print, separator = ", ") => args.map(print).join(separator);
const unreachable = (e: Literal): string => {
  throw new TypeError(`the caller prints a ${e.kind}`);
};

/** `CASE WHEN a THEN b ELSE c END` of when(a, b, c). */
function caseText(args: readonly Expression[], print: Print): string {
  const branches: string[] = [];
  for (let i = 0; i + 1 < args.length; i += 2) branches.push(` WHEN ${print(args[i]!)} THEN ${print(args[i + 1]!)}`);
  const otherwise = args.length % 2 === 1 ? ` ELSE ${print(args.at(-1)!)}` : "";
  return `CASE${branches.join("")}${otherwise} END`;
}

/** What both forms share: infix operators, CASE, LIKE, element access. Undefined for a plain function. */
function operatorText(name: string, args: readonly Expression[], print: Print): string | undefined {
  const [first, second, third] = args;
  const infix = INFIX[name];
  if (infix && second) return `(${print(first!)} ${infix} ${print(second)})`;
  if (name === "when") return caseText(args, print);
  if (name === "~") return `~${print(first!)}`;
  if (name === "like" && second) return `${print(first!)} LIKE ${print(second)}${third ? ` ESCAPE '${print(third)}'` : ""}`;
  if ((name === "get_array_item" || name === "get_map_value") && second) return `${print(first!)}[${print(second)}]`;
  if ((name === "get_struct_field" || name === "get_array_struct_fields") && second)
    return `${print(first!)}.${second.kind === "literal" ? second.value : print(second)}`;
  if (name === "with_field" && third) return `update_fields(${print(first!)}, WithField(${print(third)}))`;
  if (name === "drop_fields") return `update_fields(${[print(first!), ...args.slice(1).map(() => "dropfield()")].join(", ")})`;
  if (MOVES.has(name) && second) return movedText(first!, second, print);
  if (name === "convert_timezone" && second && args.length === 2) return `${name}(current_timezone(), ${print(first!)}, ${print(second)})`;
  if (name.endsWith("make_timestamp_ltz") && args.length <= 3) return `make_timestamp(${args.map(print).join(", ")})`;
  if (name === "try_to_time") return `${name}(to_time(${args.map(print).join(", ")}))`;
  if (name === "subtract_times" && second) return `${print(first!)} - ${print(second)}`;
  if (name === "interval_negate" || (name === "-" && !second && first)) return `(- ${print(first!)})`;
  if ((name === "extract" || name === "datepart") && second) return `${name}(${print(first!)} FROM ${print(second)})`;
  return undefined;
}

const MOVES: ReadonlySet<string> = new Set(["date_add_interval", "timestamp_add_interval", "time_add_interval"]);

/** A moment and the interval that it is moved by; subtraction is the addition of a negated interval. */
function movedText(moment: Expression, interval: Expression, print: Print): string {
  const negated =
    interval.kind === "call" && interval.name === "interval_negate" && interval.calledAs === "-" ? interval.args[0] : undefined;
  return negated ? `${print(moment)} - ${print(negated)}` : `${print(moment)} + ${print(interval)}`;
}

const TRYING = /^try_(?:add|subtract|multiply|divide)$/;

/** `try_add(1, date)` is resolved as `try_add(date_add(date, 1))`, with a test for 0 behind it in `try_divide`. */
function writtenArguments(args: readonly Expression[], name: string): readonly Expression[] {
  const [tried] = args;
  return TRYING.test(name) && tried?.kind === "replaced" ? tried.args : args;
}

const writtenName = (e: FunctionLike): string => (("calledAs" in e ? e.calledAs : undefined) ?? e.name).toLowerCase();

function prettyFunction(e: FunctionLike, print: Print): string {
  const name = writtenName(e);
  const [first, ...rest] = e.args;
  const operator = operatorText(name, e.args, print);
  if (operator !== undefined) return operator;
  if (first && name === "-" && rest.length === 0) return `(- ${print(first)})`;
  if (first && (name === "positive" || name === "+") && rest.length === 0) return `(+ ${print(first)})`;
  if (first && (name === "not" || name === "!")) return `(NOT ${print(first)})`;
  if (first && name === "isnull") return `(${print(first)} IS NULL)`;
  if (first && name === "isnotnull") return `(${print(first)} IS NOT NULL)`;
  if (first && name === "in") return `(${print(first)} IN (${list(rest, print)}))`;
  if ((name === "to_char" || name === "to_varchar") && e.kind === "call" && rest[0]) return charText(first!, rest[0], print);
  if (name === "from_json" && e.kind === "call" && e.type.kind === "map") return "entries";
  const side = TRIMMED[name];
  if (side && rest.length === 1) return `TRIM(${side} ${print(first!)} FROM ${print(rest[0]!)})`;
  if (name === "window") return name;
  if (name === "mode" && rest[0]?.kind === "literal" && rest[0].value === true)
    return `mode() WITHIN GROUP (ORDER BY ${print(first!)} DESC)`;
  if (name === "if") return `(IF(${list(e.args, print)}))`;
  const distinct = (e.kind !== "call" && e.distinct) || name === "count_distinct" || name === "sum_distinct" ? "DISTINCT " : "";
  // With two arguments instr is a class of its own.
  const defaults = name === "instr" && e.args.length === 2 ? [] : (DEFAULTS[name] ?? []);
  const added = defaults.slice(e.args.length).filter((text) => text !== undefined);
  const args = [
    ...(e.args.length === 1 && LED[name] ? [LED[name]] : []),
    ...writtenArguments(e.args, name)
      .slice(0, SHOWN[name])
      .map((arg) => (name === "count" && arg.kind === "unresolvedStar" ? "1" : print(arg))),
    ...added,
  ];
  const filter = e.kind !== "call" && e.filter ? ` FILTER (WHERE ${print(e.filter)})` : "";
  const ordered = withinGroupText(e, print);
  if (ordered !== undefined) return `${name}(${distinct}${ordered}${filter}`;
  const spelled = SCALED.has(name) && e.args.length > 1 ? name : (SPELLED[name] ?? name);
  return `${spelled}(${distinct}${args.join(", ")})${filter}`;
}

/** to_char of a moment is date_format, of bytes what their format says. Source: Spark's ToCharacterBuilder. */
function charText(value: Expression, format: Expression, print: Print): string {
  const { kind } = typeOf(value);
  if (kind === "date" || kind === "timestamp" || kind === "timestamp_ntz") return `date_format(${print(value)}, ${print(format)})`;
  if (kind !== "binary" || format.kind !== "literal") return `to_char(${print(value)}, ${print(format)})`;
  const name = String(format.value).toLowerCase();
  return name === "utf-8" ? `decode(${print(value)}, ${print(format)})` : `${name}(${print(value)})`;
}

/** Percentiles and the mode take their key first and show it last, Spark's mode with its direction turned round; `listagg` has keys behind two arguments. */
function withinGroupText(e: FunctionLike, print: Print): string | undefined {
  if (e.kind === "call" || !e.withinGroup) return undefined;
  const [orders, args] = [e.withinGroup, e.args];
  if (e.kind === "unresolvedFunction")
    return `${list([...args, ...(LISTED.has(e.name.toLowerCase()) && args.length === 1 ? [nullLiteral()] : [])], print)}) WITHIN GROUP (ORDER BY ${list(e.withinGroup, print)})`;
  if (!LISTED.has(e.name)) {
    const [key, ...rest] = args;
    return `${list(rest, print)}) WITHIN GROUP (ORDER BY ${print(key!)}${orders[0]!.ascending === (e.name === "mode") ? " DESC" : ""})`;
  }
  const first = args.length - orders.length;
  const keys = orders.map((order, i) => `${print(args[first + i]!)} ${direction(order)}`);
  return `${list(args.slice(0, first), print)}) WITHIN GROUP (ORDER BY ${keys.join(", ")})`;
}
const LISTED: ReadonlySet<string> = new Set(["listagg", "string_agg"]);

const NESTED: ReadonlySet<string> = new Set(["array", "map", "struct"]);

/** Arguments of Python's functions may have been given by name. */
function userCall({ function: called, args }: Pick<UserFunctionCall, "function" | "args">, print: Print): string {
  const names = called.python?.argumentNames;
  return `${called.name}(${args.map((arg, i) => `${names?.[i] ? `${names[i]} => ` : ""}${print(arg)}`).join(", ")})`;
}

/** Spark names calls of Python's functions by their arguments' `toString`, in which a cast is written otherwise. */
function prettyUserCall(e: UserFunctionCall, print: Print): string {
  const asText: Print = (arg) =>
    arg.kind === "cast" && arg.explicit && !NESTED.has(arg.type.kind)
      ? `${arg.mode === "try" ? "try_cast" : "cast"}(${asText(arg.child)} as ${typeName(arg.type)})`
      : print(arg);
  return userCall(e, e.function.python ? asText : print);
}

const pretty: Printer = {
  unresolvedAttribute: (e) => e.nameParts.join("."),
  unresolvedStar: (e) => [...(e.target ?? []), "*"].join("."),
  unresolvedRegex: (e) => e.pattern,
  unresolvedFunction: prettyFunction,
  unresolvedExtract: (e, print) =>
    e.key.kind === "literal" && typeof e.key.value === "string" ? `${print(e.child)}.${e.key.value}` : `${print(e.child)}[${print(e.key)}]`,
  unresolvedAlias: (e, print) => `${print(e.child)} AS ${e.names.join(", ")}`,
  unresolvedOrdinal: (e) => String(e.position),
  namedArgument: (e, print) => `${e.name} => ${print(e.value)}`,
  literal: unreachable,
  attribute: (e) => e.name,
  alias: (e, print) => `${print(e.child)} AS ${e.name}`,
  // Spark leaves casts to nested types out of names.
  cast: (e, print) =>
    e.explicit && !NESTED.has(e.type.kind)
      ? `${e.mode === "try" ? "TRY_CAST" : "CAST"}(${print(e.child)} AS ${typeSql(e.type)})`
      : print(e.child),
  call: prettyFunction,
  aggregate: (e, print) =>
    e.python?.python?.argumentNames ? userCall({ function: e.python, args: e.args }, print) : prettyFunction(e, print),
  window: prettyWindow,
  generator: (e, print) => `${e.name}(${list(e.args, print)})`,
  lambda: (e, print) => `lambdafunction(${list([e.body, ...e.parameters], print)})`,
  lambdaVariable: () => "namedlambdavariable()",
  userFunction: prettyUserCall,
  scalarSubquery: (e, print) => `scalarsubquery(${list(e.outer ?? [], print)})`,
  exists: (e, print) => `exists(${list(e.outer ?? [], print)})`,
  inSubquery: (e, print) =>
    `(${e.values.length > 1 ? `named_struct(${list(e.values, print)})` : print(e.values[0]!)} IN (listquery(${list(e.outer ?? [], print)})))`,
  outerReference: (e) => `outer(${[...(e.attribute.qualifier ?? []), e.attribute.name].join(".")})`,
  replaced: replacedText,
  sortOrder: (e, print) => `${print(e.child)} ${direction(e)}`,
};

const direction = (e: GroupOrder) => `${e.ascending ? "ASC" : "DESC"} NULLS ${e.nullsFirst ? "FIRST" : "LAST"}`;

function replacedText(e: Of<"replaced">, print: Print): string {
  return e.form === "call" ? `${e.name}(${list(e.args, print)})` : `variablereference(${e.name})`;
}

/** Ranking functions show no arguments. */
export const windowFunctionText = (e: Expression, print: Print = prettyName): string =>
  "name" in e && RANKING[e.name.toLowerCase()] ? `${RANKING[e.name.toLowerCase()]}()` : print(e);

function prettyWindow(e: WindowCall, print: Print): string {
  const fn = windowFunctionText(e.function, print);
  const partition = e.partitionBy.length > 0 ? `PARTITION BY ${list(e.partitionBy, print)} ` : "";
  const order = e.orderBy.length > 0 ? `ORDER BY ${list(e.orderBy, print)} ` : "";
  return `${fn} OVER (${partition}${order}${e.frame ? frameText(e.frame, print) : defaultFrame(e, print)})`;
}

const functionName = (e: WindowCall): string => ("name" in e.function ? e.function.name.toLowerCase() : "");
/** A frame as Spark shows it, whatever it was written as. */
export const frameText = (frame: WindowFrame, print: Print): string =>
  `${frame.unit.toUpperCase()} BETWEEN ${boundText(frame.lower, print)} AND ${boundText(frame.upper, print)}`;

function boundText(bound: FrameBound, print: Print): string {
  if (bound.kind === "unboundedPreceding") return "UNBOUNDED PRECEDING";
  if (bound.kind === "unboundedFollowing") return "UNBOUNDED FOLLOWING";
  if (bound.kind === "currentRow") return "CURRENT ROW";
  const { offset } = bound;
  const before = offset.kind === "call" && (offset.name === "negative" || offset.name === "interval_negate");
  return before ? `${print(offset.args[0]!)} PRECEDING` : `${print(offset)} FOLLOWING`;
}

/** The frame that Spark gives a window function without one. */
function defaultFrame(e: WindowCall, print: Print): string {
  const name = functionName(e);
  if ((name === "lag" || name === "lead") && "args" in e.function) {
    const offset = e.function.args[1];
    const text = offset ? print(offset) : "1";
    const at = name === "lead" ? text : text.startsWith("-") ? text.slice(1) : `-${text}`;
    return `ROWS BETWEEN ${at} FOLLOWING AND ${at} FOLLOWING`;
  }
  if (name === "row_number" || name === "ntile" || RANKING[name]) return "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
  return e.orderBy.length > 0 || name === "cume_dist"
    ? "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    : "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING";
}

function explainFunction(e: Call | UnresolvedFunction, print: Print): string {
  const name = e.name.toLowerCase();
  const [first, second, third] = e.args;
  const operator = operatorText(name, e.args, print);
  if (operator !== undefined) return operator;
  if (first && name === "negative") return `-${print(first)}`;
  if (first && name === "positive") return `+${print(first)}`;
  if (first && (name === "not" || name === "!")) return `NOT ${print(first)}`;
  if (first && name === "in") return `${print(first)} IN (${list(e.args.slice(1), print, ",")})`;
  if (name === "if" && third) return `if (${print(first!)}) ${print(second!)} else ${print(third)}`;
  return `${e.kind === "unresolvedFunction" ? "'" : ""}${SPELLED[name] ?? e.name}(${list(e.args, print)})`;
}

function explainAggregate(e: AggregateCall, print: Print): string {
  const args = list(e.args, print);
  const nulls = /^(first|last)(_value)?$/.test(e.name) ? `, ${e.ignoreNulls === true}` : "";
  return `${SPELLED[e.name] ?? e.name}(${e.distinct ? "distinct " : ""}${args}${nulls})${e.filter ? ` FILTER (WHERE ${print(e.filter)})` : ""}`;
}

const explained: Printer = {
  unresolvedAttribute: (e) => `'${e.nameParts.join(".")}`,
  unresolvedStar: (e) => [...(e.target ?? []), "*"].join("."),
  unresolvedRegex: (e) => `unresolvedregex(${e.pattern})`,
  unresolvedFunction: explainFunction,
  unresolvedExtract: (e, print) => `${print(e.child)}[${print(e.key)}]`,
  unresolvedAlias: (e, print) => `${print(e.child)} AS ${e.names.length === 1 ? e.names[0] : `(${e.names.join(", ")})`}`,
  unresolvedOrdinal: (e) => String(e.position),
  namedArgument: (e, print) => `${e.name} => ${print(e.value)}`,
  literal: unreachable,
  attribute: attributeText,
  alias: (e, print) => `${print(e.child)} AS ${e.name}#${e.id}${suffix(resolvedKind(e.child))}`,
  cast: (e, print) => `${e.mode === "try" ? "try_cast" : "cast"}(${print(e.child)} as ${typeName(e.type)})`,
  call: explainFunction,
  aggregate: explainAggregate,
  window: (e, print) => {
    const frame = e.frame ? `, ${explainFrame(e.frame, print)}` : "";
    return `${print(e.function)} windowspecdefinition(${list([...e.partitionBy, ...e.orderBy], print)}${frame})`;
  },
  generator: (e, print) => `${e.name}(${list(e.args, print)})`,
  lambda: (e, print) => `lambdafunction(${list([e.body, ...e.parameters], print)}, false)`,
  lambdaVariable: (e) => `lambda ${attributeText(e)}`,
  userFunction: userCall,
  scalarSubquery: (e, print) => `scalar-subquery#${subqueryArguments(e, print)}`,
  exists: (e, print) => `exists#${subqueryArguments(e, print)}`,
  inSubquery: (e, print) =>
    `${e.values.length > 1 ? `(${list(e.values, print)})` : print(e.values[0]!)} IN (list#${subqueryArguments(e, print)})`,
  outerReference: (e) => `outer(${attributeText(e.attribute)})`,
  replaced: (e, print) => print(e.child),
  sortOrder: (e, print) => `${print(e.child)} ${direction(e)}`,
};

const subqueryArguments = ({ outer = [] }: { readonly outer?: readonly Expression[] }, print: Print) => ` [${list(outer, print, " && ")}]`;

/** The kind of a type, or nothing before analysis. */
const resolvedKind = (e: Expression): string => (e.kind.startsWith("unresolved") ? "" : typeOf(e).kind);

function explainFrame(frame: WindowFrame, print: Print): string {
  const bound = (b: FrameBound) => (b.kind === "offset" ? print(b.offset) : `${b.kind.toLowerCase()}$()`);
  return `specifiedwindowframe(${frame.unit === "rows" ? "RowFrame" : "RangeFrame"}, ${bound(frame.lower)}, ${bound(frame.upper)})`;
}
