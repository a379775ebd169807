import { type Table, tableToIPC } from "apache-arrow";
import type { LocalRelation } from "../engine/logical/plan.ts";
import { schemaFromArrow } from "../engine/types/arrow.ts";
import { rowsToArrow } from "../engine/types/convert.ts";
import { type StructType, structField, structType } from "../engine/types/data-type.ts";
import { parseDataType } from "../engine/types/ddl.ts";
import { inferSchema } from "../engine/types/infer-schema.ts";
import type { StructValue, Timestamp } from "../engine/types/values.ts";
import { asStructType } from "./schema.ts";

/** Rows as objects by column name, as arrays in the order of columns, or as an Arrow table; with the type of a single column, its values. */
export type RowsInput = readonly unknown[] | Table;
/** A schema as a type, as DDL text, or as names alone. */
export type SchemaInput = StructType | string | readonly string[];

/** How a value that was put in comes out where the schema is found: a whole number as a bigint, a Date as a Timestamp. */
type LoadedValue<V> = V extends Date ? Timestamp : V extends number ? number | bigint : V extends undefined ? null : V;
/** The rows of a DataFrame made from objects O. */
export type Loaded<O> = { readonly [K in keyof O]-?: LoadedValue<O[K]> };

/** Rows in the plan itself, of the given schema or of the one that is found. */
export function localRelation(rows: RowsInput, schema?: SchemaInput): LocalRelation {
  if (!isRows(rows)) return relationOfArrow(rows, schema);
  const column = typeof schema === "string" ? singleColumn(schema) : undefined;
  if (column) return relationOfRows(rows.map(asRow), column);
  const names = namesOf(schema, rows);
  const values = rows.map((row) => (Array.isArray(row) ? named(row, names) : isObject(row) ? row : refuseValue(row)));
  return relationOfRows(values, schema === undefined || isNames(schema) ? inferSchema(values) : asStructType(schema));
}

/** What Spark calls the column of values without a name. */
const VALUE = "value";
const asRow = (value: unknown): StructValue => ({ [VALUE]: value }) as StructValue;

/** The schema of text that names a type and no column: `bigint`, `array<string>`. */
function singleColumn(schema: string): StructType | undefined {
  try {
    const type = parseDataType(schema);
    return type.kind === "struct" ? undefined : structType([structField(VALUE, type)]);
  } catch {
    return undefined;
  }
}

const isObject = (row: unknown): row is StructValue => typeof row === "object" && row !== null;

function refuseValue(row: unknown): never {
  throw new TypeError(
    `a row is an object or an array, not ${String(row)}: for values of one column name its type, createDataFrame([1, 2], "int")`,
  );
}

function relationOfRows(values: readonly StructValue[], known: StructType): LocalRelation {
  return { kind: "localRelation", schema: known, arrow: base64(rowsToArrow(values, known)), rows: values.length };
}

const isRows = (rows: RowsInput): rows is readonly unknown[] => Array.isArray(rows);
const isNames = (schema: SchemaInput): schema is readonly string[] => Array.isArray(schema);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

/** Names for rows that are arrays: those of the schema, else `_1`, `_2`, ... */
function namesOf(schema: SchemaInput | undefined, rows: readonly unknown[]): readonly string[] {
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
