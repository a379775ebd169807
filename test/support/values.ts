import fc from "fast-check";
import type * as t from "../../lib/engine/types/data-type.ts";
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
} from "../../lib/engine/types/values.ts";

const bits = (n: number) => fc.integer({ min: -(2 ** (n - 1)), max: 2 ** (n - 1) - 1 });
const int64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n));
/** Nanoseconds of a calendar interval in Arrow have 64 bits. */
const microsOfNanos = fc.bigInt({ min: -(2n ** 63n) / 1000n, max: (2n ** 63n - 1n) / 1000n });

/** Any value of a type, its bounds among them; NULL where `nullable`. */
export function anyValue(type: t.DataType, nullable: boolean): fc.Arbitrary<Value> {
  const value = valuesOf(type);
  return nullable ? fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) }) : value;
}

function valuesOf(type: t.DataType): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "void":
    case "variant":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "byte":
      return bits(8);
    case "short":
      return bits(16);
    case "integer":
      return bits(32);
    case "long":
      return int64;
    case "float":
      return fc.float();
    case "double":
      return fc.double();
    case "decimal": {
      const most = 10n ** BigInt(type.precision) - 1n;
      return fc
        .oneof(fc.bigInt({ min: -most, max: most }), fc.constantFrom(-most, most))
        .map((unscaled) => new Decimal(unscaled, type.scale));
    }
    case "string":
      return fc.string({ unit: "grapheme", maxLength: 8 });
    case "char":
    case "varchar":
      return fc.string({ maxLength: type.length });
    case "binary":
      return fc.uint8Array({ maxLength: 6 });
    case "date":
      return bits(32).map((days) => new LocalDate(days));
    case "timestamp":
      return int64.map((micros) => new Timestamp(micros));
    case "timestamp_ntz":
      return int64.map((micros) => new LocalDateTime(micros));
    case "time":
      return fc.bigInt({ min: 0n, max: 86_399_999_999n }).map((micros) => new LocalTime(micros));
    case "day-time interval":
      return int64.map((micros) => new DayTimeInterval(micros));
    case "year-month interval":
      return bits(32).map((months) => new YearMonthInterval(months));
    case "interval":
      return fc.tuple(bits(32), bits(32), microsOfNanos).map(([months, days, micros]) => new CalendarInterval(months, days, micros));
    case "array":
      return fc.array(anyValue(type.elementType, type.containsNull), { maxLength: 3 });
    case "map":
      return fc
        .uniqueArray(fc.tuple(valuesOf(type.keyType), anyValue(type.valueType, type.valueContainsNull)), {
          maxLength: 3,
          selector: ([key]) => String(key),
        })
        .map((entries) => new Map(entries));
    case "struct":
      return anyRow(type);
  }
}

export const anyRow = (type: t.StructType): fc.Arbitrary<Readonly<Record<string, Value>>> =>
  fc
    .tuple(...type.fields.map((field) => anyValue(field.dataType, field.nullable)))
    .map((values) => Object.fromEntries(type.fields.map((field, i) => [field.name, values[i]!])));
