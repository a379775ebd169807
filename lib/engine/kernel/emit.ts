import type {
  AggregateCall,
  Call,
  Cast,
  CastMode,
  Expression,
  FrameBound,
  SortOrder,
  UserFunctionCall,
  WindowCall,
  WindowFrame,
} from "../expressions/expression.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import { collatedCall } from "../functions/collated-call.ts";
import type { AggregateSql, Apply, NativeStep, ScalarFunction, SessionSettings } from "../functions/function.ts";
import { orderedSql } from "../functions/nested-order.ts";
import { entryOf } from "../functions/registry.ts";
import { canRaise } from "../optimizer/traits.ts";
import type { CalendarInterval } from "../types/values.ts";
import { castSql } from "./cast.ts";
import type { FailurePlaces } from "./failure-place.ts";
import { literalSql } from "./literal.ts";
import { columnName } from "./names.ts";
import { builtinFunction, type NativeFunction, nativeStep, userDefinedFunction, variantCast } from "./native-function.ts";
import { oneRange } from "./ranges.ts";
import { sqlTypeOf } from "./sql-type.ts";

/** What emission needs to know, and what it finds out: the JavaScript functions that the statement calls. */
export interface EmitContext {
  readonly session: SessionSettings;
  /** By SQL name; connection.ts registers them before the statement runs. */
  readonly functions: Map<string, NativeFunction>;
  /** Where what is written comes from; absent where nobody runs it. */
  readonly places?: FailurePlaces;
}

/** The SQL of a resolved expression: one primary expression, safe as an operand. */
export const emit = (expression: Expression, context: EmitContext): string =>
  placed(expression, context, () => written(expression, context));

const placed = (expression: Expression, { places }: EmitContext, write: () => string): string =>
  places ? places.at(expression, write) : write();

function written(expression: Expression, context: EmitContext): string {
  switch (expression.kind) {
    case "literal":
      return literalSql(expression.value, expression.type);
    case "attribute":
      return columnName(expression);
    case "alias":
      return emit(expression.child, context);
    case "cast":
      return emitCast(expression, context);
    case "call":
      return emitCall(oneRange(expression) ?? expression, context);
    case "userFunction":
      return emitUserFunction(expression, context);
    case "aggregate":
      return emitAggregate(expression, context);
    case "window":
      return emitWindow(expression, context);
    case "lambda":
      return `lambda ${expression.parameters.map((p) => columnName(p)).join(", ")}: ${emit(expression.body, context)}`;
    case "lambdaVariable":
      return columnName(expression);
    case "sortOrder":
      return `${emitKey(expression, context)} ${direction(expression)}`;
    default:
      throw new TypeError(`a ${expression.kind} cannot stand inside an expression after analysis`);
  }
}

/** The settings that an expression means: its own, or the statement's. */
const sessionOf = (e: { readonly session?: SessionSettings }, context: EmitContext): SessionSettings => e.session ?? context.session;

const defaultMode = (session: SessionSettings): CastMode => (session.ansi ? "ansi" : "legacy");

/** What rows are sorted by. */
export const emitKey = ({ child }: SortOrder, context: EmitContext): string => orderedSql(emit(child, context), typeOf(child));

export const direction = ({ ascending, nullsFirst }: SortOrder): string =>
  `${ascending ? "ASC" : "DESC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;

function emitCast(cast: Cast, context: EmitContext): string {
  const session = sessionOf(cast, context);
  const { child, type, mode = defaultMode(session) } = cast;
  const variants = variantCast(typeOf(child), type, mode, session);
  if (variants) return callNative(variants, [emit(child, context)], context);
  return castSql(emit(child, context), typeOf(child), type, mode, session);
}

function emitCall(call: Call, context: EmitContext): string {
  const entry = entryOf(call.name) as ScalarFunction;
  const args = call.args.map((arg) => emit(arg, context));
  const { implementation } = entry;
  const session = sessionOf(call, context);
  const chosen = collatedCall(args, call) ?? (typeof implementation === "function" ? implementation(args, call, session) : implementation);
  return typeof chosen === "string" ? chosen : callNative(builtinFunction(entry, chosen, call, session), args, context);
}

const emitUserFunction = (call: UserFunctionCall, context: EmitContext): string =>
  callNative(
    userDefinedFunction(call),
    call.args.map((arg) => emit(arg, context)),
    context,
  );

function callNative(native: NativeFunction, args: readonly string[], context: EmitContext): string {
  context.functions.set(native.name, native);
  context.places?.calls(native.name);
  // The call of a constant NULL is a NULL without a type to DuckDB; a cast to the type that there is costs nothing.
  return `CAST(${native.name}(${args.join(", ")}) AS ${sqlTypeOf(native.returns)})`;
}

/** An aggregate over raw rows (complete mode). */
export function emitAggregate(call: AggregateCall, context: EmitContext): string {
  const entry = entryOf(call.name);
  if (entry.kind !== "aggregate") throw new TypeError(`${call.name} is not an aggregate`);
  return emitAggregateSql(entry.complete, call, emitArguments(call, context), context);
}

/** DuckDB computes arguments for the rows that FILTER leaves out, too: what may raise there is guarded by the condition. */
export function emitArguments({ args, filter }: AggregateCall, context: EmitContext): readonly string[] {
  return args.map((arg) => {
    const text = emit(arg, context);
    return filter && !isFoldable(arg) && canRaise(arg, context.session) ? `(CASE WHEN ${emit(filter, context)} THEN ${text} END)` : text;
  });
}

/** A partial state or a merge of an aggregate, over given argument texts. A merge has no DISTINCT and no FILTER: its rows are states. */
export function emitAggregateSql(
  sql: AggregateSql,
  call: AggregateCall,
  args: readonly string[],
  context: EmitContext,
  merge = false,
): string {
  return placed(call, context, () => sql(merge ? applying(plain, context) : applyOf(call, context), args, call, sessionOf(call, context)));
}

/** As `name(args)` are written, with steps in TypeScript. */
const applying = (write: (name: string, ...args: readonly string[]) => string, context: EmitContext): Apply =>
  Object.assign(write, {
    native: (step: NativeStep, ...args: readonly string[]) => callNative(nativeStep(step), args, context),
  });
const plain = (name: string, ...args: readonly string[]): string => `${name}(${args.join(", ")})`;

/** Without an argument list DuckDB's count(*) takes no DISTINCT; IGNORE NULLS it has in windows only. */
function applyOf(call: AggregateCall, context: EmitContext, over = ""): Apply {
  const distinct = call.distinct ? "DISTINCT " : "";
  const filters = call.filter ? [emit(call.filter, context)] : [];
  const inWindow = over !== "";
  const nulls = call.ignoreNulls && inWindow ? " IGNORE NULLS" : "";
  return applying((name, ...args) => {
    const conditions = call.ignoreNulls && !inWindow ? [...filters, `${args[0]} IS NOT NULL`] : filters;
    const filter = conditions.length > 0 ? ` FILTER (WHERE ${conditions.join(" AND ")})` : "";
    return `${name}(${args.length > 0 ? distinct : ""}${args.join(", ")}${nulls})${filter}${over}`;
  }, context);
}

function emitWindow(window: WindowCall, context: EmitContext): string {
  const { function: call, partitionBy, orderBy } = window;
  if (call.kind !== "call" && call.kind !== "aggregate") throw new TypeError(`a ${call.kind} cannot stand before OVER`);
  const entry = entryOf(call.name);
  const args = call.kind === "aggregate" ? emitArguments(call, context) : call.args.map((arg) => emit(arg, context));
  const clauses = [
    partitionBy.length > 0 ? `PARTITION BY ${partitionBy.map((e) => emit(e, context)).join(", ")}` : "",
    orderBy.length > 0 ? `ORDER BY ${orderBy.map((e) => emit(e, context)).join(", ")}` : "",
    window.frame && !(entry.kind === "window" && entry.frame === "fixed") ? frameSql(window.frame, context) : "",
  ];
  const over = ` OVER (${clauses.filter((clause) => clause !== "").join(" ")})`;
  if (entry.kind === "aggregate")
    return `(${entry.complete(applyOf(call as AggregateCall, context, over), args, call as AggregateCall, sessionOf(call as AggregateCall, context))})`;
  if (entry.kind === "window")
    return `(${entry.sql(
      applying((name, ...a) => `${name}(${a.join(", ")}${(call as Call).ignoreNulls ? " IGNORE NULLS" : ""})${over}`, context),
      args,
      call as Call,
      sessionOf(call, context),
    )})`;
  throw new TypeError(`${call.name} is not a window function`);
}

/** DuckDB takes no frame that ends before it starts at the current row by these words; by a distance of 0 it has no rows, as in Spark. */
function frameSql({ unit, lower, upper }: WindowFrame, context: EmitContext): string {
  const start = bound(lower, context);
  const end = bound(upper, context);
  const from = unit === "rows" && lower.kind === "currentRow" && end.endsWith(" PRECEDING") ? "0 PRECEDING" : start;
  const to = unit === "rows" && upper.kind === "currentRow" && start.endsWith(" FOLLOWING") ? "0 FOLLOWING" : end;
  return `${unit.toUpperCase()} BETWEEN ${from} AND ${to}`;
}

function bound(frameBound: FrameBound, context: EmitContext): string {
  switch (frameBound.kind) {
    case "unboundedPreceding":
      return "UNBOUNDED PRECEDING";
    case "unboundedFollowing":
      return "UNBOUNDED FOLLOWING";
    case "currentRow":
      return "CURRENT ROW";
    case "offset": {
      const { offset } = frameBound;
      if (offset.kind === "call" && (offset.name === "negative" || offset.name === "interval_negate"))
        return `${distance(offset.args[0]!, context)} PRECEDING`;
      if (isNegative(offset)) return `${distance(offset, context, "-")} PRECEDING`;
      return `${distance(offset, context)} FOLLOWING`;
    }
  }
}

/** DuckDB adds no numbers to dates and timestamps. */
function distance(offset: Expression, context: EmitContext, sign = ""): string {
  const text = `${sign}${emit(offset, context)}`;
  const { kind } = typeOf(offset);
  if (kind === "day-time interval") return `to_microseconds(${text})`;
  return kind === "year-month interval" ? `to_months(${text})` : text;
}

/** Whether a constant goes back; of an interval of several units the greatest that it has decides. */
function isNegative(offset: Expression): boolean {
  if (offset.kind !== "literal" || offset.value === null) return false;
  const { value } = offset;
  if (typeof value !== "object") return Number(value) < 0;
  const { months = 0, days = 0, micros = 0n } = value as Partial<CalendarInterval>;
  const amount = [months, days, micros].find((part) => Number(part) !== 0) ?? String(value);
  return Number(amount) < 0;
}

/** `name AS "column#id"` of a projection's expressions. */
export function emitNamed(expression: Expression, context: EmitContext): string {
  if (expression.kind === "attribute") return columnName(expression);
  if (expression.kind !== "alias") throw new TypeError(`a ${expression.kind} has no name`);
  return `${emit(expression.child, context)} AS ${columnName(expression)}`;
}
