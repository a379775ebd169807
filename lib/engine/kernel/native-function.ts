import { type DuckDBDataChunk, DuckDBScalarFunction, type DuckDBVector } from "@duckdb/node-api";
import { asFirecrestError, ExecutionError } from "../errors.ts";
import type { Call, UserFunctionCall } from "../expressions/expression.ts";
import { typeName } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import type { JavaScriptImplementation, ScalarFunction, SessionSettings } from "../functions/function.ts";
import type { DataType } from "../types/data-type.ts";
import { duckdbTypeOf, sqlTypeOf, valueFromDuckDB, valueToDuckDB } from "./duckdb-type.ts";

/** A function in TypeScript that a statement calls: one registration a connection, by name. */
export interface NativeFunction {
  /** Unique by what it does and its types. */
  readonly name: string;
  readonly create: () => DuckDBScalarFunction;
}

/** A registry entry that DuckDB cannot say. */
export function builtinFunction(
  entry: ScalarFunction,
  implementation: JavaScriptImplementation,
  call: Call,
  session: SessionSettings,
): NativeFunction {
  const types = call.args.map(typeOf);
  const name = sqlFunctionName(entry.names[0], [...types, call.type], `${session.timeZone} ${session.ansi}`);
  const evaluate = (args: readonly unknown[]) => implementation.evaluate(args, session);
  return {
    name,
    create: () =>
      rowFunction(name, types, call.type, { evaluate, nulls: implementation.nulls === true, volatile: entry.deterministic === false }),
  };
}

/** A function of the user's, made from its source text here, in the task. */
export function userDefinedFunction(call: UserFunctionCall): NativeFunction {
  const types = call.args.map(typeOf);
  const { source, using, evaluation, deterministic } = call.function;
  const name = sqlFunctionName(`udf_${call.function.name}`, [...types, call.type], `${source} ${JSON.stringify(using)} ${evaluation}`);
  return {
    name,
    create: () => {
      const compiled = compile(call.function.name, source, using);
      return evaluation === "vectorised"
        ? vectorFunction(name, call, types, compiled)
        : rowFunction(name, types, call.type, {
            evaluate: (args) => guarded(call, () => compiled(...args)),
            nulls: true,
            volatile: !deterministic,
          });
    },
  };
}

type Compiled = (...args: readonly unknown[]) => unknown;

/** The source is a JavaScript function expression; `using` are its free variables. Runs only in tasks: see the brief's safety rules in ARCHITECTURE.md. */
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

function guarded(call: UserFunctionCall, run: () => unknown): unknown {
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

/** FNV-1a over the parts that make the function what it is: names stay short and equal across tasks. */
function sqlFunctionName(base: string, types: readonly DataType[], rest: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(`${types.map(typeName).join()}|${rest}`))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return `js_${base.replace(/\W/g, "_")}_${hash.toString(16)}`;
}

export interface RowEvaluation {
  readonly evaluate: (args: readonly unknown[]) => unknown;
  readonly nulls: boolean;
  readonly volatile: boolean;
}

/** Calls `evaluate` row by row with converted values. */
export function rowFunction(name: string, types: readonly DataType[], returns: DataType, evaluation: RowEvaluation): DuckDBScalarFunction {
  const readers = types.map(valueFromDuckDB);
  const write = valueToDuckDB(returns);
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: types.map(duckdbTypeOf),
    returnType: duckdbTypeOf(returns),
    specialHandling: evaluation.nulls,
    volatile: evaluation.volatile,
    mainFunction: (info, input, output) => {
      try {
        const columns = readers.map((read, i) => readColumn(input, i, read));
        const args: unknown[] = new Array(columns.length);
        for (let row = 0; row < input.rowCount; row++) {
          let missing = false;
          for (let i = 0; i < columns.length; i++) missing = (args[i] = columns[i]![row]) === null || missing;
          output.setItem(row, (missing && !evaluation.nulls ? null : write(evaluation.evaluate(args))) as never);
        }
        output.flush();
      } catch (thrown) {
        info.setError(`FIRECREST:${JSON.stringify(asFirecrestError(thrown))}`);
      }
    },
  });
}

const readColumn = (input: DuckDBDataChunk, index: number, read: (value: unknown) => unknown): unknown[] => {
  const vector = input.getColumnVector(index);
  const values: unknown[] = new Array(input.rowCount);
  for (let row = 0; row < values.length; row++) values[row] = read(vector.getItem(row));
  return values;
};

/** Numbers without a null travel as the vector's own typed array; everything else as an array of values. */
function vectorFunction(name: string, call: UserFunctionCall, types: readonly DataType[], compiled: Compiled): DuckDBScalarFunction {
  const readers = types.map(valueFromDuckDB);
  const write = valueToDuckDB(call.type);
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: types.map(duckdbTypeOf),
    returnType: duckdbTypeOf(call.type),
    specialHandling: true,
    volatile: !call.function.deterministic,
    mainFunction: (info, input, output) => {
      try {
        const columns = readers.map((read, i) => typedColumn(input, i) ?? readColumn(input, i, read));
        const result = guarded(call, () => compiled(...columns)) as ArrayLike<unknown>;
        if (result?.length !== input.rowCount) guarded(call, () => wrongLength(result?.length, input.rowCount));
        writeColumn(output, result, write);
      } catch (thrown) {
        info.setError(`FIRECREST:${JSON.stringify(asFirecrestError(thrown))}`);
      }
    },
  });
}

function wrongLength(got: number | undefined, wanted: number): never {
  throw new RangeError(`a vectorised function gave ${got ?? "no"} values for ${wanted} rows`);
}

function typedColumn(input: DuckDBDataChunk, index: number): ArrayLike<unknown> | undefined {
  const vector = input.getColumnVector(index) as DuckDBVector & {
    items?: ArrayLike<unknown>;
    validity?: { itemValid(i: number): boolean };
  };
  if (!ArrayBuffer.isView(vector.items)) return undefined;
  for (let row = 0; row < input.rowCount; row++) if (vector.validity && !vector.validity.itemValid(row)) return undefined;
  return vector.items;
}

function writeColumn(output: DuckDBVector, values: ArrayLike<unknown>, write: (value: unknown) => unknown): void {
  const target = (output as { items?: { set?: (from: ArrayLike<unknown>) => void; constructor: unknown } }).items;
  if (target?.set && ArrayBuffer.isView(values) && values.constructor === target.constructor) target.set(values);
  else for (let row = 0; row < values.length; row++) output.setItem(row, write(values[row]) as never);
  output.flush();
}
