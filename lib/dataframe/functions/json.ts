import type { Expression } from "../../engine/expressions/expression.ts";
import { typeSql } from "../../engine/expressions/print-type.ts";
import type { DataType } from "../../engine/types/data-type.ts";
import { Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke, optionMap } from "./invoke.ts";

/** JSON and CSV. */

/** Returns the JSON text at a path. */
export const get_json_object = (col: ColumnOrName, path: string): Column<string | null> =>
  invoke("get_json_object", columnExpression(col), expressionOf(path));

/** Returns the number of elements of a JSON array. */
export const json_array_length = (col: ColumnOrName): Column<number | null> => invoke("json_array_length", columnExpression(col));

/** Returns the keys of a JSON object. */
export const json_object_keys = (col: ColumnOrName): Column => invoke("json_object_keys", columnExpression(col));

/** Makes a row of some fields of a JSON object. */
export const json_tuple = (col: ColumnOrName, ...fields: readonly string[]): Column =>
  invoke("json_tuple", columnExpression(col), ...fields.map(expressionOf));

type Options = Readonly<Record<string, string | number | boolean>>;
/** A schema as a type, as DDL or JSON text, or as a column that `schema_of_json` made. */
type Schema = DataType | Column | string;

const schemaExpression = (schema: Schema): Expression =>
  schema instanceof Column || typeof schema === "string" ? expressionOf(schema) : expressionOf(typeSql(schema));

/** Reads JSON text as a value of a schema, NULL for text that is not JSON. */
export const from_json = (col: ColumnOrName, schema: Schema, options?: Options): Column =>
  invoke("from_json", columnExpression(col), schemaExpression(schema), optionMap(options));

/** Writes a struct, array, map or variant as JSON text. */
export const to_json = (col: ColumnOrName, options?: Options): Column<string | null> =>
  invoke("to_json", columnExpression(col), optionMap(options));

/** Returns the schema of a JSON text, as DDL. */
export const schema_of_json = (json: Column | string, options?: Options): Column<string> =>
  invoke("schema_of_json", expressionOf(json), optionMap(options));

/** Reads a line of CSV as a struct. */
export const from_csv = (col: ColumnOrName, schema: Column | string, options?: Options): Column =>
  invoke("from_csv", columnExpression(col), expressionOf(schema), optionMap(options));

/** Writes a struct as a line of CSV. */
export const to_csv = (col: ColumnOrName, options?: Options): Column<string | null> =>
  invoke("to_csv", columnExpression(col), optionMap(options));

/** Returns the schema of a line of CSV, as DDL. */
export const schema_of_csv = (csv: Column | string, options?: Options): Column<string> =>
  invoke("schema_of_csv", expressionOf(csv), optionMap(options));
