import { type Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke } from "./invoke.ts";

/** Variants. */

/** Whether the variant is a JSON null. */
export const is_variant_null = (v: ColumnOrName): Column<boolean | null> => invoke("is_variant_null", columnExpression(v));

/** Reads JSON text as a variant. */
export const parse_json = (col: ColumnOrName): Column => invoke("parse_json", columnExpression(col));

/** Returns a variant's schema as DDL text. */
export const schema_of_variant = (v: ColumnOrName): Column<string | null> => invoke("schema_of_variant", columnExpression(v));

/** Returns the merged schema of the group's variants as DDL text. */
export const schema_of_variant_agg = (v: ColumnOrName): Column<string | null> => invoke("schema_of_variant_agg", columnExpression(v));

/** Converts a value to a variant. */
export const to_variant_object = (col: ColumnOrName): Column => invoke("to_variant_object", columnExpression(col));

/** `parse_json` that gives NULL for bad input. */
export const try_parse_json = (col: ColumnOrName): Column => invoke("try_parse_json", columnExpression(col));

/** `variant_get` that gives NULL where the cast fails. */
export const try_variant_get = (v: ColumnOrName, path: Column | string, targetType: string): Column =>
  invoke("try_variant_get", columnExpression(v), expressionOf(path), expressionOf(targetType));

/** Returns what stands at a path of a variant, cast to a type. */
export const variant_get = (v: ColumnOrName, path: Column | string, targetType: string): Column =>
  invoke("variant_get", columnExpression(v), expressionOf(path), expressionOf(targetType));

/** Puts a value into a variant at a path where there is none, or before an element of an array. */
export const variant_insert = (v: ColumnOrName, path: Column | string, value: ColumnOrName): Column =>
  invoke("variant_insert", columnExpression(v), expressionOf(path), columnExpression(value));

/** `variant_insert` that gives NULL where the path does not fit. */
export const try_variant_insert = (v: ColumnOrName, path: Column | string, value: ColumnOrName): Column =>
  invoke("try_variant_insert", columnExpression(v), expressionOf(path), columnExpression(value));

/** Puts a value into a variant at a path, in the place of what is there; of nothing unless `createIfMissing` is false. */
export const variant_set = (v: ColumnOrName, path: Column | string, value: ColumnOrName, createIfMissing = true): Column =>
  invoke("variant_set", columnExpression(v), expressionOf(path), columnExpression(value), expressionOf(createIfMissing));

/** `variant_set` that gives NULL where the path does not fit. */
export const try_variant_set = (v: ColumnOrName, path: Column | string, value: ColumnOrName, createIfMissing = true): Column =>
  invoke("try_variant_set", columnExpression(v), expressionOf(path), columnExpression(value), expressionOf(createIfMissing));

/** Adds a value to the array at a path of a variant. */
export const variant_array_append = (v: ColumnOrName, path: Column | string, value: ColumnOrName): Column =>
  invoke("variant_array_append", columnExpression(v), expressionOf(path), columnExpression(value));

/** `variant_array_append` that gives NULL where the path does not fit. */
export const try_variant_array_append = (v: ColumnOrName, path: Column | string, value: ColumnOrName): Column =>
  invoke("try_variant_array_append", columnExpression(v), expressionOf(path), columnExpression(value));

/** Removes what stands at paths of a variant. */
export const variant_delete = (v: ColumnOrName, ...paths: readonly (Column | string)[]): Column =>
  invoke("variant_delete", columnExpression(v), ...paths.map(expressionOf));

/** Removes fields that are JSON's null and, unless `includeArrays` is false, such elements of arrays. */
export const variant_strip_nulls = (v: ColumnOrName, includeArrays = true): Column =>
  invoke("variant_strip_nulls", columnExpression(v), expressionOf(includeArrays));

/** Whether the bytes of a variant are one. */
export const is_valid_variant = (v: ColumnOrName): Column<boolean | null> => invoke("is_valid_variant", columnExpression(v));
