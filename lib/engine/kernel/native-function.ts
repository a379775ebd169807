import { ExecutionError } from "../errors.ts";
import type { Call, CastMode, UserFunctionCall } from "../expressions/expression.ts";
import { typeName } from "../expressions/print-type.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import {
  type JavaScriptImplementation,
  NATIVE_PREFIX,
  type NativeStep,
  type ScalarFunction,
  type SessionSettings,
} from "../functions/function.ts";
import { reading, variantConversion } from "../functions/variant-cast.ts";
import { isTotalCall } from "../optimizer/traits.ts";
import { type DataType, holdsKind, sameTypeIgnoringNullability } from "../types/data-type.ts";
import type { Value } from "../types/values.ts";
import { sqlTypeOf } from "./sql-type.ts";

/**
 * A function in TypeScript that a statement calls, described: register-function.ts gives it to a connection, once by name.
 * Descriptions are made wherever SQL is, also where the kernel is not loaded.
 */
export interface NativeFunction {
  /** Unique by what it does and its types. */
  readonly name: string;
  readonly types: readonly DataType[];
  readonly returns: DataType;
  /**
   * Called for the values that rows have, and for no others, each time that a row needs it. Whatever may give another value for the
   * same arguments, or fail, has to be: DuckDB takes other functions of an extension for total, and calls them for whole Parquet
   * dictionaries (with the NULL at their end, and values of rows that a filter removed) and for NULLs in the place of an outer join's
   * columns.
   */
  readonly volatile: boolean;
  /** Made when the function is registered, in the task. */
  readonly evaluation: () => Evaluation;
}
export type Evaluation =
  /** Called once a row with converted values; not at all for a NULL unless `nulls`. */
  | { readonly kind: "rows"; readonly evaluate: (args: readonly unknown[]) => unknown; readonly nulls: boolean }
  /** Called once a chunk with a column each; gives as many values as there are rows. */
  | { readonly kind: "columns"; readonly evaluate: (columns: readonly ArrayLike<unknown>[], rows: number) => ArrayLike<unknown> };

/** A registry entry that DuckDB cannot say. */
export function builtinFunction(
  entry: ScalarFunction,
  implementation: JavaScriptImplementation,
  call: Call,
  session: SessionSettings,
): NativeFunction {
  const types = call.args.map(typeOf);
  // Of constants alone it is computed ahead; if that fails, again for a row.
  const varying = implementation.totalInFirst ? call.args.slice(1) : call.args;
  const mayFail = !isTotalCall(entry.names[0], call.args, call.type, session) && !varying.every(isFoldable);
  const volatile = entry.deterministic === false || mayFail;
  const name = sqlFunctionName(entry.names[0], [...types, call.type], `${JSON.stringify(session)} ${volatile}`);
  return {
    name,
    types,
    returns: call.type,
    volatile,
    evaluation: () => ({ kind: "rows", evaluate: (args) => implementation.evaluate(args, session), nulls: implementation.nulls === true }),
  };
}

/** A step of an aggregate. */
export const nativeStep = (step: NativeStep): NativeFunction => ({
  name: sqlFunctionName(step.name, [...step.types, step.returns], ""),
  types: step.types,
  returns: step.returns,
  volatile: step.total !== true,
  evaluation: () => ({ kind: "rows", evaluate: step.evaluate, nulls: step.nulls === true }),
});

/** A cast to or from a variant, at any depth of nested types; undefined where no variant changes. */
export function variantCast(from: DataType, to: DataType, mode: CastMode, session: SessionSettings): NativeFunction | undefined {
  const nested = from.kind === to.kind && (from.kind === "array" || from.kind === "map" || from.kind === "struct");
  const whole = from.kind === "variant" || to.kind === "variant";
  if (from.kind === "void" || sameTypeIgnoringNullability(from, to)) return undefined;
  if (!whole && !(nested && (holdsKind(from, "variant") || holdsKind(to, "variant")))) return undefined;
  const convert = variantConversion(from, to, { failing: mode === "ansi", timeZone: session.timeZone });
  return {
    name: sqlFunctionName("variant_cast", [from, to], `${session.timeZone} ${mode}`),
    types: [from],
    returns: to,
    volatile: true,
    evaluation: () => ({ kind: "rows", evaluate: ([value]) => reading(() => convert(value as Value)), nulls: false }),
  };
}

/** A function of the user's, made from its source text here, in the task. */
export function userDefinedFunction(call: UserFunctionCall): NativeFunction {
  const types = call.args.map(typeOf);
  const { source, using, evaluation } = call.function;
  const name = sqlFunctionName(`udf_${call.function.name}`, [...types, call.type], `${source} ${JSON.stringify(using)} ${evaluation}`);
  return {
    name,
    types,
    returns: call.type,
    volatile: true,
    evaluation: () => {
      const compiled = compile(call.function.name, source, using);
      return evaluation === "vectorised"
        ? { kind: "columns", evaluate: (columns, rows) => guarded(call, () => ofLength(compiled(...columns) as ArrayLike<unknown>, rows)) }
        : { kind: "rows", evaluate: (args) => guarded(call, () => compiled(...args)), nulls: true };
    },
  };
}

function ofLength(values: ArrayLike<unknown> | undefined, rows: number): ArrayLike<unknown> {
  if (values?.length === rows) return values;
  throw new RangeError(`a vectorised function gave ${values?.length ?? "no"} values for ${rows} rows`);
}

type Compiled = (...args: readonly unknown[]) => unknown;

/** The source is a JavaScript function expression; `using` are its free variables. Runs only in tasks (ARCHITECTURE.md, decisions). */
export function compile(name: string, source: string, using: Readonly<Record<string, unknown>>): Compiled {
  try {
    const made = new Function(...Object.keys(using), `"use strict"; return (${source});`)(...Object.values(using));
    if (typeof made === "function") return made as Compiled;
  } catch (cause) {
    throw new ExecutionError("FAILED_EXECUTE_UDF", udfParameters(name, [], "its source", String(cause)), { cause });
  }
  throw new ExecutionError("FAILED_EXECUTE_UDF", udfParameters(name, [], "its source", "not a function"));
}

const udfParameters = (name: string, types: readonly DataType[], result: string, reason: string) => ({
  functionName: `\`${name}\``,
  signature: types.map(sqlTypeOf).join(", "),
  result,
  reason,
});

function guarded<T>(call: UserFunctionCall, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    const origin = call.origin ? { origin: call.origin } : {};
    throw new ExecutionError("FAILED_EXECUTE_UDF", udfParameters(call.function.name, call.args.map(typeOf), sqlTypeOf(call.type), reason), {
      cause,
      ...origin,
    });
  }
}

/** FNV-1a over the parts that make the function what it is (operators have no letters to tell them apart): names stay short and equal across tasks. */
function sqlFunctionName(base: string, types: readonly DataType[], rest: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(`${base}|${types.map(typeName).join()}|${rest}`))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return `${NATIVE_PREFIX}${base.replace(/\W/g, "_")}_${hash.toString(16)}`;
}
