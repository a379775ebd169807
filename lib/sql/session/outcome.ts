import type { LocalRelation, LogicalPlan } from "../../engine/logical/plan.ts";
import { rowsToArrow } from "../../engine/types/convert.ts";
import { booleanType, type DataType, type StructType, stringType, structField, structType } from "../../engine/types/data-type.ts";
import type { Value } from "../../engine/types/values.ts";

/** What a statement gives: rows, which a query's plan computes and a command's plan holds. */
export interface StatementOutcome {
  readonly plan: LogicalPlan;
  /** Commands whose rows Spark's shell prints in a way of their own. */
  readonly display?: "describe" | "showTables" | "showViews";
  /** The rows stand in an order that counts. */
  readonly command?: true;
}

export type Column = readonly [name: string, type: DataType, nullable?: boolean];
export const text = (name: string, nullable = false): Column => [name, stringType, nullable];
export const flag = (name: string): Column => [name, booleanType, false];

/** The output of a command. */
export function rowsOutcome(
  columns: readonly Column[],
  rows: readonly (readonly Value[])[],
  display?: StatementOutcome["display"],
): StatementOutcome {
  const schema = structType(columns.map(([name, type, nullable = true]) => structField(name, type, nullable)));
  return { plan: rowsPlan(schema, rows), command: true, ...(display ? { display } : {}) };
}

/** What most statements give: no rows of no columns. */
export const nothing = (): StatementOutcome => rowsOutcome([], []);

/** Rows in the plan itself, columns by position: names may repeat. */
export function rowsPlan(schema: StructType, rows: readonly (readonly Value[])[]): LocalRelation {
  if (rows.length === 0) return { kind: "localRelation", schema, arrow: "", rows: 0 };
  const byPlace = structType(schema.fields.map((field, i) => structField(`c${i}`, field.dataType, true)));
  const objects = rows.map((row) => Object.fromEntries(row.map((value, i) => [`c${i}`, value])));
  const bytes = rowsToArrow(objects, byPlace);
  return {
    kind: "localRelation",
    schema,
    arrow: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
    rows: rows.length,
  };
}
