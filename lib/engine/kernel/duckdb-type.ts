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
  DuckDBStructType,
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
import { Variant } from "../types/variant/variant.ts";

/** How each Spark type stands in DuckDB's API: its type, and its values both ways. */
interface Representation {
  readonly type: DuckDBType;
  /** Neither is called with null. */
  readonly fromDuckDB: (value: never) => Value;
  readonly toDuckDB: (value: never) => DuckDBValue;
}

const same = { fromDuckDB: (value: never) => value, toDuckDB: (value: never) => value };

const simple = {
  void: { type: INTEGER, ...same },
  boolean: { type: BOOLEAN, ...same },
  byte: { type: TINYINT, ...same },
  short: { type: SMALLINT, ...same },
  integer: { type: INTEGER, ...same },
  long: { type: BIGINT, ...same },
  float: { type: FLOAT, ...same },
  double: { type: DOUBLE, ...same },
  string: { type: VARCHAR, ...same },
  char: { type: VARCHAR, ...same },
  varchar: { type: VARCHAR, ...same },
  binary: { type: BLOB, fromDuckDB: (v: DuckDBBlobValue) => v.bytes, toDuckDB: (v: Uint8Array) => new DuckDBBlobValue(v) },
  date: {
    type: DATE,
    fromDuckDB: (v: DuckDBDateValue) => new LocalDate(v.days),
    toDuckDB: (v: LocalDate) => new DuckDBDateValue(v.epochDays),
  },
  timestamp: {
    type: TIMESTAMPTZ,
    fromDuckDB: (v: DuckDBTimestampTZValue) => new Timestamp(v.micros),
    toDuckDB: (v: Timestamp) => new DuckDBTimestampTZValue(v.epochMicros),
  },
  timestamp_ntz: {
    type: TIMESTAMP,
    fromDuckDB: (v: DuckDBTimestampValue) => new LocalDateTime(v.micros),
    toDuckDB: (v: LocalDateTime) => new DuckDBTimestampValue(v.epochMicros),
  },
  time: {
    type: TIME,
    fromDuckDB: (v: DuckDBTimeValue) => new LocalTime(v.micros),
    toDuckDB: (v: LocalTime) => new DuckDBTimeValue(v.micros),
  },
  "day-time interval": {
    type: BIGINT,
    fromDuckDB: (v: bigint) => new DayTimeInterval(v),
    toDuckDB: (v: DayTimeInterval) => v.micros,
  },
  "year-month interval": {
    type: INTEGER,
    fromDuckDB: (v: number) => new YearMonthInterval(v),
    toDuckDB: (v: YearMonthInterval) => v.months,
  },
  interval: {
    type: INTERVAL,
    fromDuckDB: (v: DuckDBIntervalValue) => new CalendarInterval(v.months, v.days, v.micros),
    toDuckDB: (v: CalendarInterval) => new DuckDBIntervalValue(v.months, v.days, v.micros),
  },
} as const;

const variant: Representation = {
  type: STRUCT({ value: BLOB, metadata: BLOB }),
  fromDuckDB: ({ entries: { value, metadata } }: DuckDBStructValue) =>
    new Variant((value as DuckDBBlobValue).bytes, (metadata as DuckDBBlobValue).bytes),
  toDuckDB: ({ value, metadata }: Variant) =>
    new DuckDBStructValue({ value: new DuckDBBlobValue(value), metadata: new DuckDBBlobValue(metadata) }),
};

function representationOf(type: DataType): Representation {
  switch (type.kind) {
    case "decimal":
      return {
        type: DECIMAL(type.precision, type.scale),
        fromDuckDB: (v: DuckDBDecimalValue) => new Decimal(v.value, v.scale),
        toDuckDB: (v: Decimal) => new DuckDBDecimalValue(v.unscaled, type.precision, type.scale),
      };
    case "array": {
      const element = representationOf(type.elementType);
      return {
        type: LIST(element.type),
        fromDuckDB: (v: DuckDBListValue) => v.items.map((item) => nullOr(element.fromDuckDB, item)),
        toDuckDB: (v: readonly Value[]) => new DuckDBListValue(v.map((item) => nullOr(element.toDuckDB, item))),
      };
    }
    case "map": {
      const [key, value] = [representationOf(type.keyType), representationOf(type.valueType)];
      return {
        type: MAP(key.type, value.type),
        fromDuckDB: (v: DuckDBMapValue) =>
          new Map(v.entries.map((e) => [nullOr(key.fromDuckDB, e.key), nullOr(value.fromDuckDB, e.value)])),
        toDuckDB: (v: Map<Value, Value>) =>
          new DuckDBMapValue([...v].map(([k, item]) => ({ key: nullOr(key.toDuckDB, k), value: nullOr(value.toDuckDB, item) }))),
      };
    }
    case "struct": {
      const fields = type.fields.map((field) => ({ name: field.name, ...representationOf(field.dataType) }));
      return {
        // Not by an object, which would put names like "1" first.
        type: new DuckDBStructType(
          fields.map((f) => f.name),
          fields.map((f) => f.type),
        ),
        fromDuckDB: (v: DuckDBStructValue) => Object.fromEntries(fields.map((f) => [f.name, nullOr(f.fromDuckDB, v.entries[f.name])])),
        toDuckDB: (v: Readonly<Record<string, Value>>) =>
          new DuckDBStructValue(Object.fromEntries(fields.map((f) => [f.name, nullOr(f.toDuckDB, v[f.name])]))),
      };
    }
    case "variant":
      return variant;
    default:
      return simple[type.kind] as Representation;
  }
}

const nullOr = <T>(convert: (value: never) => T, value: unknown): T | null =>
  value === null || value === undefined ? null : convert(value as never);

/** The DuckDB type that holds a Spark type, for registering functions. */
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
