import { quoteName } from "../functions/function.ts";
import type { DataType } from "../types/data-type.ts";

const SIMPLE: Readonly<Record<Exclude<DataType["kind"], "decimal" | "array" | "map" | "struct" | "variant">, string>> = {
  void: "INTEGER",
  boolean: "BOOLEAN",
  byte: "TINYINT",
  short: "SMALLINT",
  integer: "INTEGER",
  long: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  string: "VARCHAR",
  char: "VARCHAR",
  varchar: "VARCHAR",
  binary: "BLOB",
  date: "DATE",
  timestamp: "TIMESTAMPTZ",
  timestamp_ntz: "TIMESTAMP",
  time: "TIME",
  "day-time interval": "BIGINT",
  "year-month interval": "INTEGER",
  interval: "INTERVAL",
};

/** Spark's binary encoding, as Parquet has it (types/variant/). */
const VARIANT = 'STRUCT("value" BLOB, metadata BLOB)';

/** The DuckDB type that holds a Spark type, as SQL. Plans are made with it where the kernel itself is not loaded (duckdb-type.ts). */
export function sqlTypeOf(type: DataType): string {
  switch (type.kind) {
    case "decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "array":
      return `${sqlTypeOf(type.elementType)}[]`;
    case "map":
      return `MAP(${sqlTypeOf(type.keyType)}, ${sqlTypeOf(type.valueType)})`;
    case "struct":
      // DuckDB has none without fields: only NULL is of such a type.
      if (type.fields.length === 0) return SIMPLE.void;
      return `STRUCT(${type.fields.map((f) => `${quoteName(f.name)} ${sqlTypeOf(f.dataType)}`).join(", ")})`;
    case "variant":
      return VARIANT;
    default:
      return SIMPLE[type.kind];
  }
}
