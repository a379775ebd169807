import { tmpdir } from "node:os";
import { strip } from "../../lib/engine/analyzer/replaced.ts";
import { resolveExpression, type Scope } from "../../lib/engine/analyzer/resolve-expression.ts";
import type { Expression } from "../../lib/engine/expressions/expression.ts";
import { typeOf } from "../../lib/engine/expressions/properties.ts";
import type { SessionSettings } from "../../lib/engine/functions/function.ts";
import { Kernel } from "../../lib/engine/kernel/connection.ts";
import { valueFromDuckDB } from "../../lib/engine/kernel/duckdb-type.ts";
import { type EmitContext, emit } from "../../lib/engine/kernel/emit.ts";
import { kernelError } from "../../lib/engine/kernel/errors.ts";
import { exactSql } from "../../lib/engine/kernel/exact-type.ts";
import { sqlTypeOf } from "../../lib/engine/kernel/sql-type.ts";
import type { DataType } from "../../lib/engine/types/data-type.ts";
import type { Value } from "../../lib/engine/types/values.ts";

export const utc: SessionSettings = { timeZone: "UTC", ansi: true, caseSensitive: false };
export const losAngeles: SessionSettings = { ...utc, timeZone: "America/Los_Angeles" };
export const nonAnsi: SessionSettings = { ...utc, ansi: false };

const nothing: Scope = { candidates: () => [], all: () => [] };

let kernel: Promise<Kernel> | undefined;
const openKernel = () => (kernel ??= Kernel.open({ threads: 1, memory: 1_000_000_000, spillFolder: tmpdir() }));

/** An expression without columns through the real analyzer and kernel. Scalars, and aggregates over one row. */
export async function evaluate(expression: Expression, session: SessionSettings = utc): Promise<Value> {
  return (await evaluateTyped(expression, session)).value;
}

/** As `evaluate`, with the type; checks that the kernel's type is the one the analyzer said. */
export async function evaluateTyped(expression: Expression, session: SessionSettings = utc): Promise<{ value: Value; type: DataType }> {
  const resolved = strip(resolveExpression(expression, nothing, session));
  const type = typeOf(resolved);
  const context: EmitContext = { session, functions: new Map() };
  const sql = emit(resolved, context);
  const connection = await openKernel();
  await connection.prepare(session, context.functions.values());
  try {
    const result = await connection.stream(`SELECT ${exactSql(sql, type)} AS value`);
    const actual = result.columnType(0).toString().replaceAll(" ", "");
    const chunk = await result.fetchChunk();
    // An open stream keeps its transaction, which sees no function that is registered later.
    await result.fetchChunk();
    if (chunk?.rowCount !== 1) throw new Error(`expected one row of ${sql}`);
    const expected = sqlTypeOf(type).replaceAll(" ", "").replaceAll("TIMESTAMPTZ", "TIMESTAMPWITHTIMEZONE");
    if (type.kind !== "void" && actual.replaceAll('"', "") !== expected.replaceAll('"', "")) {
      throw new Error(`the analyzer says ${expected}, the kernel ${actual}, for ${sql}`);
    }
    return { value: valueFromDuckDB(type)(chunk.getColumnVector(0).getItem(0)), type };
  } catch (thrown) {
    throw kernelError(thrown);
  }
}
