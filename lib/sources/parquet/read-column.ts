import type { SchemaTree } from "hyparquet";
import { quoteName } from "../../engine/functions/function.ts";
import { sqlTypeOf } from "../../engine/kernel/sql-type.ts";
import type { DataType } from "../../engine/types/data-type.ts";
import { isFractional, isIntegral, isStringLike } from "../../engine/types/data-type.ts";
import { listItem, sparkTypeOf } from "./schema.ts";

/** Whether a column of one type in a file can be read as another. Source: Spark's ParquetVectorUpdaterFactory. */
export function canRead(file: DataType, wanted: DataType, fold: (name: string) => string): boolean {
  if (isStringLike(wanted)) return isStringLike(file) || file.kind === "binary";
  switch (file.kind) {
    case "byte":
    case "short":
    case "integer":
      if (isIntegral(wanted) || wanted.kind === "double" || wanted.kind === "year-month interval") return true;
      return wanted.kind === "decimal" && wanted.precision - wanted.scale >= 10;
    case "long":
      if (wanted.kind === "decimal") return wanted.precision - wanted.scale >= 20;
      return wanted.kind === "long" || wanted.kind === "day-time interval";
    case "float":
      return wanted.kind === "float" || wanted.kind === "double";
    case "date":
      return wanted.kind === "date" || wanted.kind === "timestamp_ntz";
    case "string":
      return wanted.kind === "binary";
    case "decimal":
      return wanted.kind === "decimal" && wanted.scale >= file.scale && wanted.precision - wanted.scale >= file.precision - file.scale;
    case "array":
      return wanted.kind === "array" && canRead(file.elementType, wanted.elementType, fold);
    case "map":
      return wanted.kind === "map" && canRead(file.keyType, wanted.keyType, fold) && canRead(file.valueType, wanted.valueType, fold);
    case "struct":
      return (
        wanted.kind === "struct" &&
        wanted.fields.every((field) => {
          const match = file.fields.find((f) => fold(f.name) === fold(field.name));
          return !match || canRead(match.dataType, field.dataType, fold);
        })
      );
    default:
      return file.kind === wanted.kind;
  }
}

/** SQL for a column's values as DuckDB holds the Spark type; `sql` is the column as read_parquet gives it. */
export function readColumn(sql: string, node: SchemaTree, wanted: DataType, fold: (name: string) => string): string {
  const rebuilt = rebuild(sql, node, wanted, fold, 0) ?? (isFractional(wanted) ? withoutStatistics(sql) : sql);
  return `CAST(${rebuilt} AS ${sqlTypeOf(wanted)})`;
}

/** Statistics of a file leave NaN out, and DuckDB answers max(v) and v > x by them: it has none of a product. */
const withoutStatistics = (sql: string): string => `(${sql} * 1)`;

/**
 * What a CAST alone would get wrong, anywhere inside a value; undefined where it gets all right. `depth` names lambda variables.
 */
function rebuild(sql: string, node: SchemaTree, wanted: DataType, fold: (name: string) => string, depth: number): string | undefined {
  const { element, children } = node;
  const item = `v${depth}`;
  if (wanted.kind === "array") {
    const inner = element.repetition_type === "REPEATED" ? unrepeated(node) : listItem(children[0]!, element.name);
    const unlisted = inner === children[0] ? unrepeated(inner) : inner;
    const changed = rebuild(item, unlisted, wanted.elementType, fold, depth + 1);
    return changed && `list_transform(${sql}, lambda ${item}: ${changed})`;
  }
  if (wanted.kind === "map") {
    const [key, value] = children[0]!.children as [SchemaTree, SchemaTree];
    const changedKey = rebuild(`${item}.key`, key, wanted.keyType, fold, depth + 1);
    const changedValue = rebuild(`${item}.value`, value, wanted.valueType, fold, depth + 1);
    if (!changedKey && !changedValue) return undefined;
    const entry = `{'key': ${changedKey ?? `${item}.key`}, 'value': ${changedValue ?? `${item}.value`}}`;
    return `map_from_entries(list_transform(map_entries(${sql}), lambda ${item}: ${entry}))`;
  }
  if (wanted.kind === "struct") {
    const fields = wanted.fields.map((field) => {
      const child = children.find((c) => fold(c.element.name) === fold(field.name));
      const path = child && `(${sql}).${quoteName(child.element.name)}`;
      return { field, path, changed: child && rebuild(path!, child, field.dataType, fold, depth + 1) };
    });
    // Where a file has none of the fields, a CAST fails.
    if (fields.some((f) => f.path) && !fields.some((f) => f.changed)) return undefined;
    const packed = fields.map(({ field, path, changed }) => `${quoteName(field.name)} := ${changed ?? path ?? "NULL"}`);
    return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${packed.join(", ")}) END`;
  }
  const file = sparkTypeOf(node);
  // Neither form says that it is UTC, so DuckDB takes it for a local time, and a CAST would shift it by the session's zone.
  const silentUtc = element.type === "INT96" || (file.kind === "timestamp" && element.logical_type === undefined);
  if (silentUtc) return `make_timestamptz(epoch_us(${sql}))`;
  // A CAST between bytes and text writes and reads escapes.
  if (file.kind === "binary" && isStringLike(wanted)) return `decode(${sql})`;
  if (isStringLike(file) && wanted.kind === "binary") return `encode(CAST(${sql} AS VARCHAR))`;
  return undefined;
}

const unrepeated = (node: SchemaTree): SchemaTree => ({ ...node, element: { ...node.element, repetition_type: "REQUIRED" } });
