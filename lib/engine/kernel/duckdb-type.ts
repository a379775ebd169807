import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  INTERVAL,
  LIST,
  MAP,
  SMALLINT,
  STRUCT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TINYINT,
  VARCHAR,
} from "@duckdb/node-api";
import { FirecrestError } from "../errors.ts";
import { quoteName } from "../functions/function.ts";
import type { DataType } from "../types/data-type.ts";
import {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  Timestamp,
  type Value,
  YearMonthInterval,
} from "../types/values.ts";

/** How each Spark type stands in DuckDB: its SQL name, its API type, and its values both ways. */
interface Representation {
  readonly sql: string;
  readonly type: DuckDBType;
  /** Neither is called with null. */
  readonly fromDuckDB: (value: never) => Value;
  readonly toDuckDB: (value: never) => DuckDBValue;
}

const same = { fromDuckDB: (value: never) => value, toDuckDB: (value: never) => value };

const simple = {
  void: { sql: "INTEGER", type: INTEGER, ...same },
  boolean: { sql: "BOOLEAN", type: BOOLEAN, ...same },
  byte: { sql: "TINYINT", type: TINYINT, ...same },
  short: { sql: "SMALLINT", type: SMALLINT, ...same },
  integer: { sql: "INTEGER", type: INTEGER, ...same },
  long: { sql: "BIGINT", type: BIGINT, ...same },
  float: { sql: "FLOAT", type: FLOAT, ...same },
  double: { sql: "DOUBLE", type: DOUBLE, ...same },
  string: { sql: "VARCHAR", type: VARCHAR, ...same },
  char: { sql: "VARCHAR", type: VARCHAR, ...same },
  varchar: { sql: "VARCHAR", type: VARCHAR, ...same },
  binary: { sql: "BLOB", type: BLOB, fromDuckDB: (v: DuckDBBlobValue) => v.bytes, toDuckDB: (v: Uint8Array) => new DuckDBBlobValue(v) },
  date: { sql: "DATE", type: DATE, fromDuckDB: (v: DuckDBDateValue) => new LocalDate(v.days), toDuckDB: (v: LocalDate) => new DuckDBDateValue(v.epochDays) },
  timestamp: {
    sql: "TIMESTAMPTZ",
    type: TIMESTAMPTZ,
    fromDuckDB: (v: DuckDBTimestampTZValue) => new Timestamp(v.micros),
    toDuckDB: (v: Timestamp) => new DuckDBTimestampTZValue(v.epochMicros),
  },
  timestamp_ntz: {
    sql: "TIMESTAMP",
    type: TIMESTAMP,
    fromDuckDB: (v: DuckDBTimestampValue) => new LocalDateTime(v.micros),
    toDuckDB: (v: LocalDateTime) => new DuckDBTimestampValue(v.epochMicros),
  },
  time: { sql: "TIME", type: TIME, fromDuckDB: (v: DuckDBTimeValue) => new LocalTime(v.micros), toDuckDB: (v: LocalTime) => new DuckDBTimeValue(v.micros) },
  "day-time interval": {
    sql: "BIGINT",
    type: BIGINT,
    fromDuckDB: (v: bigint) => new DayTimeInterval(v),
    toDuckDB: (v: DayTimeInterval) => v.micros,
  },
  "year-month interval": {
    sql: "INTEGER",
    type: INTEGER,
    fromDuckDB: (v: number) => new YearMonthInterval(v),
    toDuckDB: (v: YearMonthInterval) => v.months,
  },
  interval: {
    sql: "INTERVAL",
    type: INTERVAL,
    fromDuckDB: (v: DuckDBIntervalValue) => new CalendarInterval(v.months, v.days, v.micros),
    toDuckDB: (v: CalendarInterval) => new DuckDBIntervalValue(v.months, v.days, v.micros),
  },
} as const;

function representationOf(type: DataType): Representation {
  switch (type.kind) {
    case "decimal":
      return {
        sql: `DECIMAL(${type.precision}, ${type.scale})`,
        type: DECIMAL(type.precision, type.scale),
        fromDuckDB: (v: DuckDBDecimalValue) => new Decimal(v.value, v.scale),
        toDuckDB: (v: Decimal) => new DuckDBDecimalValue(v.unscaled, type.precision, type.scale),
      };
    case "array": {
      const element = representationOf(type.elementType);
      return {
        sql: `${element.sql}[]`,
        type: LIST(element.type),
        fromDuckDB: (v: DuckDBListValue) => v.items.map((item) => nullOr(element.fromDuckDB, item)),
        toDuckDB: (v: readonly Value[]) => new DuckDBListValue(v.map((item) => nullOr(element.toDuckDB, item))),
      };
    }
    case "map": {
      const [key, value] = [representationOf(type.keyType), representationOf(type.valueType)];
      return {
        sql: `MAP(${key.sql}, ${value.sql})`,
        type: MAP(key.type, value.type),
        fromDuckDB: (v: DuckDBMapValue) => new Map(v.entries.map((e) => [nullOr(key.fromDuckDB, e.key), nullOr(value.fromDuckDB, e.value)])),
        toDuckDB: (v: Map<Value, Value>) =>
          new DuckDBMapValue([...v].map(([k, item]) => ({ key: nullOr(key.toDuckDB, k), value: nullOr(value.toDuckDB, item) }))),
      };
    }
    case "struct": {
      const fields = type.fields.map((field) => ({ name: field.name, ...representationOf(field.dataType) }));
      return {
        sql: `STRUCT(${fields.map((f) => `${quoteName(f.name)} ${f.sql}`).join(", ")})`,
        type: STRUCT(Object.fromEntries(fields.map((f) => [f.name, f.type]))),
        fromDuckDB: (v: DuckDBStructValue) => Object.fromEntries(fields.map((f) => [f.name, nullOr(f.fromDuckDB, v.entries[f.name])])),
        toDuckDB: (v: Readonly<Record<string, Value>>) =>
          new DuckDBStructValue(Object.fromEntries(fields.map((f) => [f.name, nullOr(f.toDuckDB, v[f.name])]))),
      };
    }
    case "variant":
      throw new FirecrestError("FIRECREST_UNSUPPORTED", { feature: "The type VARIANT", advice: "Keep the value as a JSON string." });
    default:
      return simple[type.kind] as Representation;
  }
}

const nullOr = <T>(convert: (value: never) => T, value: unknown): T | null => (value === null || value === undefined ? null : convert(value as never));

/** The DuckDB type that holds a Spark type, as SQL. */
export const sqlTypeOf = (type: DataType): string => representationOf(type).sql;
/** The same as an API value, for registering functions. */
export const duckdbTypeOf = (type: DataType): DuckDBType => representationOf(type).type;
/** Converters of values of a type; null stays null. */
export function valueFromDuckDB(type: DataType): (value: unknown) => Value {
  const { fromDuckDB } = representationOf(type);
  return (value) => nullOr(fromDuckDB, value);
}
export function valueToDuckDB(type: DataType): (value: unknown) => DuckDBValue {
  const { toDuckDB } = representationOf(type);
  return (value) => nullOr(toDuckDB, value);
}
