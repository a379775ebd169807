import { tmpdir } from "node:os";
import { resolveExpression, type Scope } from "../../lib/engine/analyzer/resolve-expression.ts";
import { newAttribute } from "../../lib/engine/expressions/build.ts";
import type { AggregateCall, Attribute, Expression, WindowCall } from "../../lib/engine/expressions/expression.ts";
import { typeOf } from "../../lib/engine/expressions/properties.ts";
import type { AggregateFunction, SessionSettings } from "../../lib/engine/functions/function.ts";
import { entryOf } from "../../lib/engine/functions/registry.ts";
import { Kernel } from "../../lib/engine/kernel/connection.ts";
import { valueFromDuckDB } from "../../lib/engine/kernel/duckdb-type.ts";
import { type EmitContext, emit, emitAggregate, emitAggregateSql } from "../../lib/engine/kernel/emit.ts";
import { kernelError } from "../../lib/engine/kernel/errors.ts";
import { literalSql } from "../../lib/engine/kernel/literal.ts";
import { columnName } from "../../lib/engine/kernel/names.ts";
import { sqlTypeOf } from "../../lib/engine/kernel/sql-type.ts";
import type { DataType } from "../../lib/engine/types/data-type.ts";
import { parseSchema } from "../../lib/engine/types/ddl.ts";
import type { Value } from "../../lib/engine/types/values.ts";
import { utc } from "./evaluate.ts";

let kernel: Promise<Kernel> | undefined;
const openKernel = () => (kernel ??= Kernel.open({ threads: 1, memory: 1_000_000_000, spillFolder: tmpdir() }));

/** Rows to aggregate: columns as DDL, and values by position. */
export interface Rows {
  readonly columns: string;
  readonly rows: readonly (readonly Value[])[];
}
export const rowsOf = (columns: string, ...rows: readonly (readonly Value[])[]): Rows => ({ columns, rows });

/** The result over all rows at once. */
export async function aggregate(expression: Expression, input: Rows, session: SessionSettings = utc): Promise<Value> {
  const { call, context, columns } = resolved(expression, input, session);
  const sql = emitAggregate(call, context);
  return (await values(`SELECT ${sql} FROM (${selectOf(columns, input.rows)})`, [call.type], context))[0]![0]!;
}

/** The result of states over each chunk of rows, merged; the kernel's types of the states are checked. */
export async function aggregateInParts(
  expression: Expression,
  columns: string,
  chunks: readonly Rows["rows"][],
  session: SessionSettings = utc,
): Promise<Value> {
  const { call, entry, context, columns: attributes } = resolved(expression, { columns, rows: [] }, session);
  if (!entry.partial) throw new Error(`${call.name} has no partial form`);
  const states = entry.partial.states(call);
  const args = call.args.map((arg) => emit(arg, context));
  const stateSql = states.map((state) => emitAggregateSql(state.sql, call, args, context));
  const types = states.map((state) => state.type);
  const stateColumns = types.map((type, i) => newAttribute(`s${i}`, type, true, 100 + i));
  const partials = [];
  for (const chunk of chunks)
    partials.push(...(await values(`SELECT ${stateSql.join(", ")} FROM (${selectOf(attributes, chunk)})`, types, context)));
  const merge = emitAggregateSql(entry.partial.merge, call, stateColumns.map(columnName), context, true);
  return (await values(`SELECT ${merge} FROM (${selectOf(stateColumns, partials)})`, [call.type], context))[0]![0]!;
}

/** A window expression over the rows, in the order of the first column. */
export async function overWindow(window: WindowCall, input: Rows, session: SessionSettings = utc): Promise<Value[]> {
  const { expression, context, columns } = resolvedAny(window, input, session);
  const select = `SELECT ${emit(expression, context)} FROM (${selectOf(columns, input.rows)}) ORDER BY ${columnName(columns[0]!)}`;
  return (await values(select, [typeOf(expression)], context)).map((row) => row[0]!);
}

function resolved(expression: Expression, input: Rows, session: SessionSettings) {
  const { expression: call, context, columns } = resolvedAny(expression, input, session);
  if (call.kind !== "aggregate") throw new Error(`not an aggregate but a ${call.kind}`);
  return { call: call as AggregateCall, entry: entryOf(call.name) as AggregateFunction, context, columns };
}

function resolvedAny(expression: Expression, { columns: ddl }: Rows, session: SessionSettings) {
  const columns = parseSchema(ddl).fields.map((field, i) => newAttribute(field.name, field.dataType, field.nullable, i + 1));
  const scope: Scope = {
    candidates: ([name]) => columns.filter((column) => column.name === name).map((attribute) => ({ attribute, rest: [] })),
    all: () => columns,
  };
  const context: EmitContext = { session, functions: new Map() };
  return { expression: resolveExpression(expression, scope, session), context, columns };
}

/** A SELECT of literal rows, in order; of none it still has the columns. */
function selectOf(columns: readonly Attribute[], rows: readonly (readonly Value[])[]): string {
  const tuple = (row: readonly Value[]) => `(${columns.map((column, i) => literalSql(row[i] ?? null, column.type)).join(", ")})`;
  const tuples = rows.length === 0 ? [tuple([])] : rows.map(tuple);
  return `SELECT * FROM (VALUES ${tuples.join(", ")}) v(${columns.map(columnName).join(", ")})${rows.length === 0 ? " WHERE false" : ""}`;
}

async function values(sql: string, types: readonly DataType[], context: EmitContext): Promise<Value[][]> {
  const connection = await openKernel();
  await connection.prepare(context.session, context.functions.values());
  const rows: Value[][] = [];
  try {
    const result = await connection.stream(sql);
    for (const [i, type] of types.entries()) expectType(type, result.columnType(i).toString(), sql);
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (let row = 0; row < chunk.rowCount; row++)
        rows.push(types.map((type, i) => valueFromDuckDB(type)(chunk!.getColumnVector(i).getItem(row))));
    }
  } catch (thrown) {
    throw kernelError(thrown);
  }
  return rows;
}

function expectType(type: DataType, actual: string, sql: string): void {
  const normal = (text: string) => text.replaceAll(" ", "").replaceAll('"', "").replaceAll("TIMESTAMPTZ", "TIMESTAMPWITHTIMEZONE");
  if (normal(sqlTypeOf(type)) !== normal(actual)) throw new Error(`the analyzer says ${sqlTypeOf(type)}, the kernel ${actual}, for ${sql}`);
}
