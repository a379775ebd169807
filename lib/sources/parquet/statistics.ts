import type { FileMetaData, SchemaElement, Statistics } from "hyparquet";
import type { ColumnChunk, RowGroup } from "../../engine/logical/plan.ts";
import { type DataType, type StructType, sameType } from "../../engine/types/data-type.ts";
import { Decimal, LocalDate } from "../../engine/types/values.ts";
import { timestampText } from "../bounds.ts";
import { chunkRange } from "./footer.ts";
import { columnsOf, sparkTypeOf } from "./schema.ts";

/** The row groups of a file with what is known of the columns of a schema; `fold` makes names comparable. */
export function rowGroupsOf(metadata: FileMetaData, schema: StructType, fold: (name: string) => string): RowGroup[] {
  const nameOf = new Map(schema.fields.map((field) => [fold(field.name), field]));
  const nodes = new Map(columnsOf(metadata).map(({ name, node }) => [name, node]));
  let firstRow = 0;
  return metadata.row_groups.map((group) => {
    const columns: Record<string, ColumnChunk> = {};
    let [start, end] = [Number.POSITIVE_INFINITY, 0];
    for (const { meta_data } of group.columns) {
      if (!meta_data) continue;
      const range = chunkRange(meta_data);
      start = Math.min(start, range.start);
      end = Math.max(end, range.end);
      const top = meta_data.path_in_schema[0]!;
      const field = nameOf.get(fold(top));
      if (!field) continue;
      const node = nodes.get(top)!;
      const known = columns[field.name];
      // A nested column has several chunks: together they are its range, and nothing is known of its values.
      if (known) columns[field.name] = { start: Math.min(known.start, range.start), end: Math.max(known.end, range.end) };
      else if (!node.element.type || !sameType(sparkTypeOf(node), field.dataType)) columns[field.name] = range;
      else columns[field.name] = { ...range, ...bounds(meta_data.statistics, node.element, field.dataType) };
    }
    const rows = Number(group.num_rows);
    const described = { firstRow, rows, start, end, columns };
    firstRow += rows;
    return described;
  });
}

function bounds(statistics: Statistics | undefined, element: SchemaElement, type: DataType): Pick<ColumnChunk, "nulls" | "min" | "max"> {
  if (!statistics) return {};
  const nulls = element.repetition_type === "REQUIRED" ? 0 : statistics.null_count;
  // The older min and max order bytes as signed numbers and unsigned integers wrongly: only plain numbers may be trusted.
  const signedOrder = ["byte", "short", "integer", "long", "date", "timestamp", "timestamp_ntz", "float", "double"].includes(type.kind);
  const older = signedOrder && !/UINT/.test(element.converted_type ?? "");
  const min = statistics.is_min_value_exact === false ? undefined : (statistics.min_value ?? (older ? statistics.min : undefined));
  const max = statistics.is_max_value_exact === false ? undefined : (statistics.max_value ?? (older ? statistics.max : undefined));
  const [minText, maxText] = [boundText(min, element, type), boundText(max, element, type)];
  return {
    ...(nulls === undefined ? {} : { nulls: Number(nulls) }),
    ...(minText === undefined ? {} : { min: minText }),
    ...(maxText === undefined ? {} : { max: maxText }),
  };
}

/** SQL text of a raw statistic; undefined where it would not be exact. */
function boundText(raw: unknown, element: SchemaElement, type: DataType): string | undefined {
  if (raw === undefined || raw === null || element.type === "INT96") return undefined;
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return typeof raw === "number" || typeof raw === "bigint" ? String(raw) : undefined;
    case "float":
    case "double":
      // -0.0 and 0.0 are equal in Spark but not in every writer's statistics; a NaN bounds nothing.
      return typeof raw === "number" && !Number.isNaN(raw) ? String(raw === 0 ? 0 : raw) : undefined;
    case "boolean":
      return typeof raw === "boolean" ? String(raw) : undefined;
    case "date":
      return typeof raw === "number" && Math.abs(raw) < 2_900_000 ? dateText(raw) : undefined;
    case "timestamp":
    case "timestamp_ntz":
      return typeof raw === "bigint" ? timestampText(raw, type.kind === "timestamp") : undefined;
    case "decimal":
      return decimalText(raw, element, type.scale);
    case "string":
      return raw instanceof Uint8Array ? utf8(raw) : undefined;
    default:
      return undefined;
  }
}

const dateText = (days: number): string | undefined => {
  const text = new LocalDate(days).toString();
  return /^\d{4}-/.test(text) ? text : undefined;
};

/** The parser gives decimals of the older annotation as doubles, which tell up to 15 digits exactly; others as integers. */
function decimalText(raw: unknown, element: SchemaElement, scale: number): string | undefined {
  if (element.type !== "INT32" && element.type !== "INT64") return undefined;
  if (typeof raw === "bigint") return new Decimal(raw, scale).toString();
  if (typeof raw !== "number") return undefined;
  const unscaled = element.converted_type === "DECIMAL" ? Math.round(raw * 10 ** scale) : raw;
  return Math.abs(unscaled) < 1e15 ? new Decimal(BigInt(unscaled), scale).toString() : undefined;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
