import type { UserFunction } from "../engine/expressions/expression.ts";
import type { DataType } from "../engine/types/data-type.ts";
import { Column, type ColumnOrName, columnExpression } from "./column.ts";
import type { ValueOfDdl } from "./ddl-type.ts";
import { originField } from "./origin.ts";
import { asDataType } from "./schema.ts";
import { unsupported } from "./unsupported.ts";

export interface UdfOptions {
  /**
   * Values that the function reads from around it, by name; JSON. A function travels as its source text, so that whatever
   * it uses beyond its parameters and JavaScript's own globals must be named here.
   */
  readonly using?: Readonly<Record<string, unknown>>;
  /** For messages and column names; without it the function's own name. */
  readonly name?: string;
  /** False: the value may differ from call to call for the same arguments. */
  readonly deterministic?: boolean;
}

type AnyFunction = (...args: never[]) => unknown;

/** A function of the user's over columns. */
export interface UserDefinedFunction<V = unknown> {
  (...columns: readonly ColumnOrName[]): Column<V>;
  /** The same function, never computed ahead or merged with another call. */
  asNondeterministic(): UserDefinedFunction<V>;
  /** @internal */
  readonly userFunction: UserFunction;
  readonly returnType: DataType;
}

/**
 * A scalar function of the user's, called once a row with values as engine/types/values.ts says, NULL as null:
 * `const shout = F.udf((s: string | null) => s && s.toUpperCase() + mark, "string", { using: { mark: "!" } })`.
 */
export function udf<D extends string>(f: AnyFunction, returnType: D, options?: UdfOptions): UserDefinedFunction<ValueOfDdl<D>>;
export function udf(f: AnyFunction, returnType?: DataType | string, options?: UdfOptions): UserDefinedFunction;
export function udf(f: AnyFunction, returnType: DataType | string = "string", options: UdfOptions = {}): UserDefinedFunction {
  return userDefined(userFunctionOf(f, "scalar", options), asDataType(returnType));
}

/** A vectorised function: one array (typed where the numbers have no NULL) a column, gives one array of the same length. */
export function arrow_udf<D extends string>(f: AnyFunction, returnType: D, options?: UdfOptions): UserDefinedFunction<ValueOfDdl<D>>;
export function arrow_udf(f: AnyFunction, returnType: DataType | string, options?: UdfOptions): UserDefinedFunction;
export function arrow_udf(f: AnyFunction, returnType: DataType | string, options: UdfOptions = {}): UserDefinedFunction {
  return userDefined(userFunctionOf(f, "vectorised", options), asDataType(returnType));
}
/** `arrow_udf`. */
export const pandas_udf = arrow_udf;

/** @internal */
export function userDefined(userFunction: UserFunction, returnType: DataType): UserDefinedFunction {
  const over = (...columns: readonly ColumnOrName[]): Column =>
    new Column({
      kind: "userFunction",
      function: userFunction,
      args: columns.map(columnExpression),
      type: returnType,
      nullable: true,
      ...originField(),
    });
  return Object.assign(over, {
    asNondeterministic: () => userDefined({ ...userFunction, deterministic: false }, returnType),
    userFunction,
    returnType,
  });
}

/** A function as it travels. Refuses what its source text does not make again elsewhere. */
export function userFunctionOf(f: AnyFunction, evaluation: UserFunction["evaluation"], options: UdfOptions = {}): UserFunction {
  const name = options.name ?? (f.name || "<lambda>");
  const source = f.toString();
  const reason = whyNotPortable(f, source, evaluation === "batches");
  if (reason) throw unsupported(`${name} as a user-defined function: ${reason}`, "Give an arrow function or a function expression.");
  const using = options.using ?? {};
  for (const [key, value] of Object.entries(using)) assertJson(name, key, value);
  return { name, source, using, evaluation, deterministic: options.deterministic ?? true };
}

function whyNotPortable(f: AnyFunction, source: string, mayYield: boolean): string | undefined {
  const kind = Object.prototype.toString.call(f);
  if (/\{\s*\[native code\]\s*\}$/.test(source))
    return f.name.startsWith("bound ") ? "a bound function has no source" : "a native function has no source";
  if (/^class\b/.test(source)) return "a class is not a function of a row";
  if (kind !== "[object Function]" && !mayYield) return "async and generator functions cannot run inside a row";
  try {
    new Function(`return (${source});`);
    return undefined;
  } catch {
    return "a method's source is not an expression";
  }
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function assertJson(udfName: string, key: string, value: unknown): void {
  if (!IDENTIFIER.test(key)) throw new TypeError(`"${key}" in \`using\` of ${udfName} is not a variable's name`);
  if (!isJson(value))
    throw unsupported(
      `A value that is not JSON, ${key} in \`using\` of ${udfName},`,
      "Pass numbers, strings, booleans, null, arrays and plain objects.",
    );
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson);
}
