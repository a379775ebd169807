import { alias, attribute, booleanLiteral, cast, fn, parseAttributeName, sortOrder, stringLiteral } from "../engine/expressions/build.ts";
import type { CastMode, Expression } from "../engine/expressions/expression.ts";
import { prettyName } from "../engine/expressions/print.ts";
import { transformUp } from "../engine/expressions/traverse.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import type { DataType } from "../engine/types/data-type.ts";
import type { ValueOfDdl } from "./ddl-type.ts";
import { type LiteralInput, type LiteralValue, literalOf } from "./literal.ts";
import { originField } from "./origin.ts";
import { asDataType } from "./schema.ts";
import { unsupported } from "./unsupported.ts";
import { dropFields, withField } from "./update-fields.ts";
import type { WindowSpec } from "./window.ts";

/** A column, or the name of one. */
export type ColumnOrName = Column<unknown, string> | string;
/** A DataFrame, as far as a column needs it. */
interface Rows {
  readonly plan: LogicalPlan;
  readonly sparkSession: object;
}
const isRows = (value: unknown): value is Rows => typeof value === "object" && value !== null && "sparkSession" in value;

/** A column, or a value that becomes a literal. */
export type ColumnOrValue = Column<unknown, string> | LiteralInput;

type Truth = boolean | null;

/**
 * An expression over the columns of a DataFrame, as `pyspark.sql.Column`. V is the type of its values and N its name,
 * where TypeScript knows them. Operators take columns or values: a string given to one is text, never a column's name.
 */
export class Column<V = unknown, N extends string = string> {
  /** @internal */
  readonly expression: Expression;
  declare readonly valueType?: V;
  declare readonly nameType?: N;

  /** @internal */
  constructor(expression: Expression) {
    this.expression = expression;
  }

  // Comparison and logic.

  /** `=` */
  eq(other: ColumnOrValue): Column<Truth> {
    return this.#call("=", other);
  }
  /** `!=` */
  neq(other: ColumnOrValue): Column<Truth> {
    return call("not", fn("=", this.expression, expressionOf(other)));
  }
  /** `<=>`: equality that takes NULL as equal to NULL. */
  eqNullSafe(other: ColumnOrValue): Column<boolean> {
    return this.#call("<=>", other);
  }
  /** `>` */
  gt(other: ColumnOrValue): Column<Truth> {
    return this.#call(">", other);
  }
  /** `>=` */
  ge(other: ColumnOrValue): Column<Truth> {
    return this.#call(">=", other);
  }
  /** `<` */
  lt(other: ColumnOrValue): Column<Truth> {
    return this.#call("<", other);
  }
  /** `<=` */
  le(other: ColumnOrValue): Column<Truth> {
    return this.#call("<=", other);
  }
  and(other: ColumnOrValue): Column<Truth> {
    return this.#call("and", other);
  }
  or(other: ColumnOrValue): Column<Truth> {
    return this.#call("or", other);
  }
  /** The opposite of a boolean column. */
  not(): Column<Truth> {
    return this.#call("not");
  }
  /** Both bounds are included. */
  between(lower: ColumnOrValue, upper: ColumnOrValue): Column<Truth> {
    return this.ge(lower).and(this.le(upper));
  }
  /**
   * Whether the value is one of these; a single array counts as its elements. No value is one of none. Of a DataFrame: whether it is
   * in one of its rows; a struct's fields are then compared with as many columns.
   */
  isin(...values: readonly ColumnOrValue[] | readonly [Rows]): Column<Truth> {
    const [rows] = values;
    if (isRows(rows)) return new Column({ kind: "inSubquery", values: [this.expression], plan: rows.plan, ...originField() });
    return this.#isOneOf(values as readonly ColumnOrValue[]);
  }
  #isOneOf(values: readonly ColumnOrValue[]): Column<Truth> {
    const list = values.length === 1 && Array.isArray(values[0]) ? (values[0] as readonly ColumnOrValue[]) : values;
    return list.length === 0 ? new Column(booleanLiteral(false)) : this.#call("in", ...list);
  }
  isNull(): Column<boolean> {
    return this.#call("isnull");
  }
  isNotNull(): Column<boolean> {
    return this.#call("isnotnull");
  }
  isNaN(): Column<boolean> {
    return this.#call("isnan");
  }

  // Arithmetic.

  plus(other: ColumnOrValue): Column {
    return this.#call("+", other);
  }
  minus(other: ColumnOrValue): Column {
    return this.#call("-", other);
  }
  multiply(other: ColumnOrValue): Column {
    return this.#call("*", other);
  }
  divide(other: ColumnOrValue): Column {
    return this.#call("/", other);
  }
  /** The remainder, with the sign of this column. */
  mod(other: ColumnOrValue): Column {
    return this.#call("%", other);
  }
  pow(other: ColumnOrValue): Column<number | null> {
    return this.#call("power", other);
  }
  negate(): Column {
    return this.#call("negative");
  }
  bitwiseAND(other: ColumnOrValue): Column {
    return this.#call("&", other);
  }
  bitwiseOR(other: ColumnOrValue): Column {
    return this.#call("|", other);
  }
  bitwiseXOR(other: ColumnOrValue): Column {
    return this.#call("^", other);
  }

  // Text.

  /** SQL LIKE: `_` is one character, `%` any number, `\` escapes. */
  like(pattern: ColumnOrValue): Column<Truth> {
    return this.#call("like", pattern);
  }
  /** LIKE without regard to case. */
  ilike(pattern: ColumnOrValue): Column<Truth> {
    return this.#call("ilike", pattern);
  }
  /** Whether a Java regular expression is found in the value. */
  rlike(pattern: ColumnOrValue): Column<Truth> {
    return this.#call("rlike", pattern);
  }
  startswith(prefix: ColumnOrValue): Column<Truth> {
    return this.#call("startswith", prefix);
  }
  endswith(suffix: ColumnOrValue): Column<Truth> {
    return this.#call("endswith", suffix);
  }
  contains(part: ColumnOrValue): Column<Truth> {
    return this.#call("contains", part);
  }
  /** `length` characters from `start`, which counts from 1. */
  substr(start: Column | number, length: Column | number): Column<string | null> {
    return this.#call("substr", start, length);
  }

  // Parts of arrays, maps and structs.

  /** An array's element by its index from 0, a map's value by its key, or a struct's field by its name. */
  getItem(key: ColumnOrValue): Column {
    return new Column({ kind: "unresolvedExtract", child: this.expression, key: expressionOf(key), ...originField() });
  }
  /** A struct's field. */
  getField(name: string): Column {
    return new Column({ kind: "unresolvedExtract", child: this.expression, key: stringLiteral(name), ...originField() });
  }
  /** The struct with a field added or replaced; `a.b` is field b of the struct's field a. */
  withField(name: string, value: Column<unknown, string>): Column {
    return new Column({ ...withField(this.expression, name, value.expression), ...originField() });
  }
  /** The struct without some fields. */
  dropFields(...names: readonly string[]): Column {
    return new Column({ ...dropFields(this.expression, names), ...originField() });
  }

  // Names, types, order.

  /** Names the column; generators of several columns take several names. */
  alias<M extends string>(name: M, options?: AliasOptions): Column<V, M>;
  alias(...names: readonly [string, string, ...string[]]): Column<V>;
  alias(...names: readonly (string | AliasOptions | undefined)[]): Column<V> {
    const texts = names.filter((name) => typeof name === "string");
    const options = names.find((name) => typeof name === "object");
    const named = alias(this.expression, ...texts);
    return new Column(options ? { ...named, metadata: options.metadata } : named);
  }
  /** `alias`. */
  as<M extends string>(name: M, options?: AliasOptions): Column<V, M> {
    return this.alias(name, options);
  }
  /** `alias`. */
  name<M extends string>(name: M): Column<V, M> {
    return this.alias(name);
  }
  /** The value as another type, by name (`"int"`) or as a DataType; bad input raises where the session is ANSI. */
  cast<D extends string>(type: D): Column<ValueOfDdl<D>, N>;
  cast(type: DataType): Column<unknown, N>;
  cast(type: DataType | string): Column<unknown, N> {
    return this.#cast(type);
  }
  /** `cast`. */
  astype<D extends string>(type: D): Column<ValueOfDdl<D>, N>;
  astype(type: DataType): Column<unknown, N>;
  astype(type: DataType | string): Column<unknown, N> {
    return this.#cast(type);
  }
  /** `cast` that gives NULL for bad input. */
  try_cast<D extends string>(type: D): Column<ValueOfDdl<D>, N>;
  try_cast(type: DataType): Column<unknown, N>;
  try_cast(type: DataType | string): Column<unknown, N> {
    return this.#cast(type, "try");
  }
  /** Ascending, NULLs first. */
  /** Inside a subquery, or on the right of a lateral join: the columns named here are of the DataFrame around it. */
  outer(): Column<V, N> {
    return new Column(transformUp(this.expression, (e) => (e.kind === "unresolvedAttribute" ? { ...e, outer: true } : e)));
  }
  asc(): Column<V, N> {
    return this.#sort(true, true);
  }
  asc_nulls_first(): Column<V, N> {
    return this.#sort(true, true);
  }
  asc_nulls_last(): Column<V, N> {
    return this.#sort(true, false);
  }
  /** Descending, NULLs last. */
  desc(): Column<V, N> {
    return this.#sort(false, false);
  }
  desc_nulls_first(): Column<V, N> {
    return this.#sort(false, true);
  }
  desc_nulls_last(): Column<V, N> {
    return this.#sort(false, false);
  }

  // Conditions and windows.

  /** One more branch of `when(...)`. */
  when(condition: Column<unknown, string>, value: ColumnOrValue): Column {
    return new Column({
      ...openCase(this.expression),
      args: [...openCase(this.expression).args, condition.expression, expressionOf(value)],
    });
  }
  /** The value of `when(...)` where no condition is true; NULL without it. */
  otherwise(value: ColumnOrValue): Column {
    return new Column({ ...openCase(this.expression), args: [...openCase(this.expression).args, expressionOf(value)] });
  }
  /** Evaluates a window or aggregate function over a window. */
  over(window: WindowSpec): Column<V> {
    return new Column({ kind: "window", function: this.expression, ...window.parts });
  }
  /** Calls a function with this column: `col("a").transform(trimmed)`. */
  transform<C extends Column<unknown, string>>(f: (column: this) => C): C {
    return f(this);
  }

  /** `Column<'(a + 1)'>`. */
  toString(): string {
    return `Column<'${prettyName(this.expression)}'>`;
  }
  /** `col("a") > 1` would compare objects: it is refused where TypeScript has not refused it. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw unsupported("An operator of JavaScript on a column", "Use its methods: eq, gt, and, or, not, plus, ...");
  }

  #call<R>(name: string, ...others: readonly ColumnOrValue[]): Column<R> {
    return call(name, this.expression, ...others.map(expressionOf));
  }
  #cast<D>(type: DataType | string, mode?: CastMode): Column<D, N> {
    const made = cast(this.expression, asDataType(type));
    return new Column({ ...made, ...(mode ? { mode } : {}), ...originField() });
  }
  #sort(ascending: boolean, nullsFirst: boolean): Column<V, N> {
    return new Column(sortOrder(this.expression, ascending, nullsFirst));
  }
}

/** What `alias` can add to a column. */
export interface AliasOptions {
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A column of a function's result; remembers where the user called it. */
function call<V>(name: string, ...args: readonly Expression[]): Column<V> {
  return new Column({ ...fn(name, ...args), ...originField() });
}

function openCase(expression: Expression): Extract<Expression, { kind: "unresolvedFunction" }> {
  if (expression.kind !== "unresolvedFunction" || expression.name !== "when")
    throw unsupported("when() and otherwise() after anything but when()", "Begin with functions.when(condition, value).");
  if (expression.args.length % 2 === 1) throw unsupported("when() or otherwise() after otherwise()", "otherwise() ends the chain.");
  return expression;
}

/** A column by name: `a`, `a.b` (a field, or a column of an alias), with backticks around a name that has dots; `*` for all. */
export function col<N extends string>(name: N, planId?: number): Column<unknown, N> {
  if (typeof name !== "string") throw new TypeError(`a column is named by a text, not by ${String(name)}`);
  if (name === "*") return new Column({ kind: "unresolvedStar", ...planIdField(planId), ...originField() });
  if (name.endsWith(".*"))
    return new Column({ kind: "unresolvedStar", target: parseAttributeName(name.slice(0, -2)), ...planIdField(planId), ...originField() });
  return new Column({ ...attribute(name, planId), ...originField() });
}

const planIdField = (planId: number | undefined) => (planId === undefined ? {} : { planId });

/** `col`. */
export const column = col;

/** A literal; a column stays as it is. */
export function lit<const V extends LiteralInput>(value: V): Column<LiteralValue<V>>;
export function lit<V, N extends string>(value: Column<V, N>): Column<V, N>;
export function lit(value: ColumnOrValue): Column;
export function lit(value: ColumnOrValue): Column {
  return value instanceof Column ? value : new Column(literalOf(value as LiteralInput));
}

/** The expression of a column or of a value. */
export const expressionOf = (value: ColumnOrValue): Expression => lit(value).expression;
/** The expression of a column, or of the column of that name. */
export const columnExpression = (value: ColumnOrName): Expression => (value instanceof Column ? value : col(value)).expression;

/** The column of exactly this name, dots and all. */
export const fieldExpression = (name: string): Expression => ({ kind: "unresolvedAttribute", nameParts: [name], ...originField() });
