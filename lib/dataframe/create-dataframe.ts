import { type Table, tableToIPC } from "apache-arrow";
import type { LocalRelation } from "../engine/logical/plan.ts";
import { schemaFromArrow } from "../engine/types/arrow.ts";
import { rowsToArrow } from "../engine/types/convert.ts";
import type { StructType } from "../engine/types/data-type.ts";
import { inferSchema } from "../engine/types/infer-schema.ts";
import type { StructValue, Timestamp } from "../engine/types/values.ts";
import { asStructType } from "./schema.ts";

/** Rows as objects by column name, as arrays in the order of columns, or as an Arrow table. */
export type RowsInput = readonly object[] | Table;
/** A schema as a type, as DDL text, or as names alone. */
export type SchemaInput = StructType | string | readonly string[];

/** How a value that was put in comes out where the schema is found: a whole number as a bigint, a Date as a Timestamp. */
type LoadedValue<V> = V extends Date ? Timestamp : V extends number ? number | bigint : V extends undefined ? null : V;
/** The rows of a DataFrame made from objects O. */
export type Loaded<O> = { readonly [K in keyof O]-?: LoadedValue<O[K]> };

/** Rows in the plan itself, of the given schema or of the one that is found. */
export function localRelation(rows: RowsInput, schema?: SchemaInput): LocalRelation {
  if (!isRows(rows)) return relationOfArrow(rows, schema);
  const names = namesOf(schema, rows);
  const values = rows.map((row) => (Array.isArray(row) ? named(row, names) : (row as StructValue)));
  const known = schema === undefined || isNames(schema) ? inferSchema(values) : asStructType(schema);
  return { kind: "localRelation", schema: known, arrow: base64(rowsToArrow(values, known)), rows: rows.length };
}

const isRows = (rows: RowsInput): rows is readonly object[] => Array.isArray(rows);
const isNames = (schema: SchemaInput): schema is readonly string[] => Array.isArray(schema);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

/** Names for rows that are arrays: those of the schema, else `_1`, `_2`, ... */
function namesOf(schema: SchemaInput | undefined, rows: readonly object[]): readonly string[] {
  if (schema === undefined) return Array.isArray(rows[0]) ? rows[0].map((_, i) => `_${i + 1}`) : [];
  return isNames(schema) ? schema : asStructType(schema).fields.map((field) => field.name);
}

function named(row: readonly unknown[], names: readonly string[]): StructValue {
  if (row.length !== names.length) throw new TypeError(`a row has ${row.length} values, but there are ${names.length} columns`);
  return Object.fromEntries(names.map((name, i) => [name, row[i]])) as StructValue;
}

function relationOfArrow(table: Table, schema: SchemaInput | undefined): LocalRelation {
  if (schema !== undefined) throw new TypeError("an Arrow table has a schema of its own: rename or cast its columns afterwards");
  return { kind: "localRelation", schema: schemaFromArrow(table.schema), arrow: base64(tableToIPC(table, "stream")), rows: table.numRows };
}
