import { type DuckDBConnection, type DuckDBDataChunk, DuckDBScalarFunction, type DuckDBVector } from "@duckdb/node-api";
import { asFirecrestError } from "../errors.ts";
import { columnReader, columnWriter, type WriteColumn } from "./column-values.ts";
import { duckdbTypeOf } from "./duckdb-type.ts";
import type { Evaluation, NativeFunction } from "./native-function.ts";

/** Lets the statements of a connection call a function by its name. */
export function registerFunction(connection: DuckDBConnection, native: NativeFunction): void {
  const evaluation = native.evaluation();
  const run = evaluation.kind === "rows" ? rowsRunner(native, evaluation) : columnsRunner(native, evaluation);
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: native.name,
      parameterTypes: native.types.map(duckdbTypeOf),
      returnType: duckdbTypeOf(native.returns),
      specialHandling: evaluation.kind === "columns" || evaluation.nulls,
      volatile: native.volatile,
      mainFunction: (info, input, output) => {
        try {
          run(input, output);
        } catch (thrown) {
          info.setError(`FIRECREST:${JSON.stringify({ native: native.name, ...asFirecrestError(thrown).toJSON() })}`);
        }
      },
    }),
  );
}

type Runner = (input: DuckDBDataChunk, output: DuckDBVector) => void;
type Of<K extends Evaluation["kind"]> = Extract<Evaluation, { readonly kind: K }>;

function rowsRunner({ types, returns }: NativeFunction, { evaluate, nulls }: Of<"rows">): Runner {
  const readers = types.map(columnReader);
  const write = columnWriter(returns);
  return (input, output) => {
    const rows = input.rowCount;
    const columns = readers.map((read, i) => read(input.getColumnVector(i), rows));
    const args: unknown[] = new Array(columns.length);
    const values: unknown[] = new Array(rows);
    for (let row = 0; row < rows; row++) {
      let missing = false;
      for (let i = 0; i < columns.length; i++) {
        args[i] = columns[i]![row];
        missing ||= args[i] === null;
      }
      values[row] = (missing && !nulls ? null : evaluate(args)) ?? null;
    }
    write(output, values);
  };
}

/** Numbers without a NULL travel as the vector's own typed array; everything else as an array of values. */
function columnsRunner({ types, returns }: NativeFunction, { evaluate }: Of<"columns">): Runner {
  const readers = types.map(columnReader);
  const write = columnWriter(returns);
  return (input, output) => {
    const columns = readers.map((read, i) => typedColumn(input, i) ?? read(input.getColumnVector(i), input.rowCount));
    writeColumn(output, evaluate(columns, input.rowCount), write);
  };
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

function writeColumn(output: DuckDBVector, values: ArrayLike<unknown>, write: WriteColumn): void {
  const target = (output as { items?: { set?: (from: ArrayLike<unknown>) => void; constructor: unknown } }).items;
  if (target?.set && ArrayBuffer.isView(values) && values.constructor === target.constructor) {
    target.set(values);
    output.flush();
  } else write(output, Array.from(values));
}
