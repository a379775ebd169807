import { typeName } from "../expressions/print-type.ts";
import type { DataType, DayTimeIntervalType, StructType } from "./data-type.ts";
import { javaDouble, javaFloat } from "./java-number.ts";
import { DayTimeInterval, type StructValue, type Timestamp, type Value } from "./values.ts";

/** `spark.sql.binaryOutputStyle`. */
export type BinaryStyle = "UTF-8" | "BASIC" | "BASE64" | "HEX" | "HEX_DISCRETE";

/** What a session decides about the texts of values. */
export interface HiveTextOptions {
  readonly timeZone: string;
  readonly binaryStyle: BinaryStyle;
}

/**
 * A cell as the spark-sql shell prints it: NULL for a missing one, text as it is. Within arrays, maps and structs text stands in
 * quotes (unescaped) and NULL is null; a map's entries are sorted as text. Source: Spark's HiveResult.toHiveString.
 */
export const hiveText = (value: Value, type: DataType, options: HiveTextOptions): string =>
  value === null ? "NULL" : presentText(value, type, options, false);

const nestedText = (value: Value, type: DataType, options: HiveTextOptions): string =>
  value === null ? "null" : presentText(value, type, options, true);

function presentText(value: Exclude<Value, null>, type: DataType, options: HiveTextOptions, nested: boolean): string {
  switch (type.kind) {
    case "string":
    case "char":
    case "varchar":
      return nested ? `"${value}"` : String(value);
    case "float":
      return javaFloat(value as number);
    case "double":
      return javaDouble(value as number);
    case "binary":
      return binaryText(value as Uint8Array, options.binaryStyle);
    case "day-time interval":
      return String(wholeFields(value as DayTimeInterval, type));
    case "timestamp":
      return (value as Timestamp).toString(options.timeZone);
    case "array":
      return `[${(value as readonly Value[]).map((item) => nestedText(item, type.elementType, options)).join(",")}]`;
    case "map": {
      const entries = [...(value as Map<Value, Value>)];
      const texts = entries.map(([key, item]) => `${nestedText(key, type.keyType, options)}:${nestedText(item, type.valueType, options)}`);
      return `{${texts.sort().join(",")}}`;
    }
    case "struct": {
      const fields = type.fields.map(
        ({ name, dataType }) => `"${name}":${nestedText((value as StructValue)[name] ?? null, dataType, options)}`,
      );
      return `{${fields.join(",")}}`;
    }
    default:
      return String(value);
  }
}

const MICROS_OF = { day: 86_400_000_000n, hour: 3_600_000_000n, minute: 60_000_000n, second: 1n } as const;

/** What is finer than an interval's last field is not shown. Source: Spark's IntervalUtils.durationToMicros. */
function wholeFields(interval: DayTimeInterval, { end }: DayTimeIntervalType): DayTimeInterval {
  const rest = interval.micros % MICROS_OF[end];
  return rest === 0n ? interval : new DayTimeInterval(interval.micros - rest);
}

/** Source: Spark's ToStringBase.getBinaryFormatter; bytes that are no UTF-8 become U+FFFD, as in Java. */
export function binaryText(bytes: Uint8Array, style: BinaryStyle): string {
  const hex = () => Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, "0"));
  switch (style) {
    case "UTF-8":
      return Buffer.from(bytes).toString("utf8");
    case "BASIC":
      return `[${Array.from(new Int8Array(bytes)).join(", ")}]`;
    case "BASE64":
      return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
    case "HEX":
      return hex().join("");
    case "HEX_DISCRETE":
      return `[${hex().join(" ")}]`;
  }
}

/** The bytes of such a text. Source: Spark's ToStringBase.getBinaryParser. */
export function binaryOfText(text: string, style: BinaryStyle): Uint8Array {
  const inside = text.trim().replace(/^\[|\]$/g, "");
  switch (style) {
    case "UTF-8":
      return Buffer.from(text, "utf8");
    case "BASIC":
      return Uint8Array.from(inside === "" ? [] : inside.split(","), Number);
    case "BASE64":
      return Buffer.from(text, "base64");
    case "HEX":
    case "HEX_DISCRETE":
      return Buffer.from(inside.replaceAll(" ", ""), "hex");
  }
}

const BINARY_STYLES: readonly string[] = ["UTF-8", "BASIC", "BASE64", "HEX", "HEX_DISCRETE"] satisfies BinaryStyle[];

/** What settings say how to print bytes; undefined where they do not. */
export function binaryStyleOf(conf: Readonly<Record<string, string>>): BinaryStyle | undefined {
  const style = conf["spark.sql.binaryOutputStyle"]?.toUpperCase();
  return style !== undefined && BINARY_STYLES.includes(style) ? (style as BinaryStyle) : undefined;
}

/** How settings have values printed. The shell's default is UTF-8. */
export const hiveTextOptions = (conf: Readonly<Record<string, string>>): HiveTextOptions => ({
  timeZone: conf["spark.sql.session.timeZone"] ?? "UTC",
  binaryStyle: binaryStyleOf(conf) ?? "UTF-8",
});

/** A schema as one line, `struct<id:bigint,name:string>`. Source: Spark's StructType.catalogString, which cuts nothing. */
export const catalogString = (schema: StructType): string => typeName(schema);

/** Columns of DESCRIBE: each cell at least so wide. */
const DESCRIBED_WIDTH = 20;

/** Results that the shell does not print as they are. */
export type ResultShape = "rows" | "describe" | "names";

/** The cells of a row. DESCRIBE's are padded, of SHOW TABLES and SHOW VIEWS only the name is shown. Source: HiveResult.hiveResultString. */
export function hiveRow(row: readonly Value[], schema: StructType, options: HiveTextOptions, shape: ResultShape = "rows"): string[] {
  if (shape === "names") return [hiveText(row[1] ?? null, schema.fields[1]!.dataType, options)];
  if (shape === "describe") return row.map((cell) => String(cell ?? "").padEnd(DESCRIBED_WIDTH));
  return schema.fields.map((field, i) => hiveText(row[i]!, field.dataType, options));
}
