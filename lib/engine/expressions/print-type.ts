import type { DataType, SimpleKind } from "../types/data-type.ts";

const SIMPLE: { readonly [K in SimpleKind]: string } = {
  void: "void",
  boolean: "boolean",
  byte: "tinyint",
  short: "smallint",
  integer: "int",
  long: "bigint",
  float: "float",
  double: "double",
  binary: "binary",
  date: "date",
  timestamp: "timestamp",
  timestamp_ntz: "timestamp_ntz",
  interval: "interval",
  variant: "variant",
};

/** The type as explain prints it: `bigint`, `array<struct<a:int>>`. */
export function typeName(type: DataType): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "string":
      return type.collation ? `string collate ${type.collation}` : "string";
    case "char":
    case "varchar":
      return `${type.kind}(${type.length})`;
    case "time":
      return `time(${type.precision})`;
    case "day-time interval":
    case "year-month interval":
      return type.start === type.end ? `interval ${type.start}` : `interval ${type.start} to ${type.end}`;
    case "array":
      return `array<${typeName(type.elementType)}>`;
    case "map":
      return `map<${typeName(type.keyType)},${typeName(type.valueType)}>`;
    case "struct":
      return `struct<${type.fields.map((f) => `${f.name}:${typeName(f.dataType)}`).join(",")}>`;
    default:
      return SIMPLE[type.kind];
  }
}

/** Fields of a struct that short texts show: Spark's default of `spark.sql.debug.maxToStringFields`. */
const SHOWN_FIELDS = 25;

/** `typeName`, with at most so many fields of each struct: `struct<a:int,b:int,... 3 more fields>`. Source: Spark's DataType.simpleString. */
export function simpleString(type: DataType, mostFields: number = SHOWN_FIELDS): string {
  switch (type.kind) {
    case "array":
      return `array<${simpleString(type.elementType, mostFields)}>`;
    case "map":
      return `map<${simpleString(type.keyType, mostFields)},${simpleString(type.valueType, mostFields)}>`;
    case "struct": {
      const shown = type.fields.slice(0, Math.max(0, mostFields)).map((f) => `${f.name}:${simpleString(f.dataType, mostFields)}`);
      const rest = type.fields.length - shown.length;
      return `struct<${[...shown, ...(rest > 0 ? [`... ${rest} more fields`] : [])].join(",")}>`;
    }
    default:
      return typeName(type);
  }
}

/** A name as SQL takes it: in backticks unless it is a plain identifier. Source: Spark's QuotingUtils.quoteIfNeeded. */
export const quoteIfNeeded = (name: string): string => (/^[a-zA-Z_]\w*$/.test(name) ? name : `\`${name.replaceAll("`", "``")}\``);

/** The type as SQL writes it: `BIGINT`, `ARRAY<STRUCT<a: INT>>`. */
export function typeSql(type: DataType): string {
  switch (type.kind) {
    case "array":
      return `ARRAY<${typeSql(type.elementType)}>`;
    case "map":
      return `MAP<${typeSql(type.keyType)}, ${typeSql(type.valueType)}>`;
    case "struct":
      return `STRUCT<${type.fields.map((f) => `${quoteIfNeeded(f.name)}: ${typeSql(f.dataType)}${f.nullable ? "" : " NOT NULL"}`).join(", ")}>`;
    case "string":
      return type.collation ? `STRING COLLATE ${type.collation}` : "STRING";
    default:
      return typeName(type).toUpperCase();
  }
}
