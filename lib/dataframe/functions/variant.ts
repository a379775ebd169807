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
