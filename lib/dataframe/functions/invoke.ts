import { fn } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { originField } from "../origin.ts";

/**
 * The call of a function by name. Arguments left out at the end are undefined; one left out before another that is
 * given is a mistake, since it would shift those after it.
 */
export function invoke<V>(name: string, ...args: readonly (Expression | undefined)[]): Column<V> {
  const given = args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1);
  const missing = given.indexOf(undefined);
  if (missing >= 0) throw new TypeError(`argument ${missing + 1} of ${name} is undefined, but a later one is given`);
  return new Column({ ...fn(name, ...(given as Expression[])), ...originField() });
}

/** The same for an aggregate or window function that can pass over NULLs. */
export function invokeIgnoringNulls<V>(ignoreNulls: boolean, name: string, ...args: readonly Expression[]): Column<V> {
  return new Column({ ...fn(name, ...args), ...(ignoreNulls ? { ignoreNulls } : {}), ...originField() });
}

/** The same over distinct values. */
export function invokeDistinct<V>(name: string, ...args: readonly Expression[]): Column<V> {
  return new Column({ ...fn(name, ...args), distinct: true, ...originField() });
}

/** An argument that may be left out. */
export const optional = <A>(value: A | undefined, convert: (value: A) => Expression): Expression | undefined =>
  value === undefined ? undefined : convert(value);

/** Where PySpark takes a column, a column's name or a number. */
export const numberOrColumn = (value: ColumnOrName | number): Expression =>
  typeof value === "number" ? expressionOf(value) : columnExpression(value);

/** A seed for functions that were given none: not negative, below 2^53. */
export const randomSeed = (): bigint => BigInt(Math.floor(Math.random() * Number.MAX_SAFE_INTEGER));

/** Options of a reader in an expression, as Spark passes them: a map of texts. */
export function optionMap(options: Readonly<Record<string, string | number | boolean>> | undefined): Expression | undefined {
  if (options === undefined || Object.keys(options).length === 0) return undefined;
  return fn("map", ...Object.entries(options).flatMap(([key, value]) => [expressionOf(key), expressionOf(String(value))]));
}
