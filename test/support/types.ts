import fc from "fast-check";
import * as t from "../../lib/engine/types/data-type.ts";

const dayTime = ["day", "hour", "minute", "second"] as const;

const plainTypes: fc.Arbitrary<t.DataType> = fc.oneof(
  fc.constantFrom<t.DataType>(
    t.booleanType,
    t.byteType,
    t.shortType,
    t.integerType,
    t.longType,
    t.floatType,
    t.doubleType,
    t.stringType,
    t.binaryType,
    t.dateType,
    t.timestampType,
    t.timestampNtzType,
    t.calendarIntervalType,
    t.yearMonthIntervalType(),
    t.yearMonthIntervalType("year", "year"),
    t.yearMonthIntervalType("month", "month"),
    t.charType(3),
    t.varcharType(10),
  ),
  fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
    .map(([a, b]) => t.dayTimeIntervalType(dayTime[Math.min(a, b)], dayTime[Math.max(a, b)])),
  fc
    .integer({ min: 1, max: 38 })
    .chain((precision) => fc.integer({ min: 0, max: precision }).map((scale) => t.decimalType(precision, scale))),
  fc.integer({ min: 0, max: 6 }).map((precision) => t.timeType(precision)),
);

/** Any type of at most two levels of nesting. `names` makes field names; `nulls` whether containers must be able to hold NULL. */
export function anyType(names: fc.Arbitrary<string>, nulls: fc.Arbitrary<boolean> = fc.boolean()): fc.Arbitrary<t.DataType> {
  const nested = (inner: fc.Arbitrary<t.DataType>): fc.Arbitrary<t.DataType> =>
    fc.oneof(
      { weight: 3, arbitrary: plainTypes },
      { weight: 1, arbitrary: fc.tuple(inner, nulls).map(([element, containsNull]) => t.arrayType(element, containsNull)) },
      {
        weight: 1,
        arbitrary: fc.tuple(inner, nulls).map(([value, valueContainsNull]) => t.mapType(t.stringType, value, valueContainsNull)),
      },
      { weight: 1, arbitrary: anyFields(names, inner, nulls).map((fields) => t.structType(fields)) },
    );
  return nested(nested(plainTypes));
}

export const anyFields = (names: fc.Arbitrary<string>, types: fc.Arbitrary<t.DataType>, nulls: fc.Arbitrary<boolean> = fc.boolean()) =>
  fc
    .uniqueArray(fc.record({ name: names, type: types, nullable: nulls }), { minLength: 1, maxLength: 4, selector: (field) => field.name })
    .map((fields) => fields.map(({ name, type, nullable }) => t.structField(name, type, nullable)));
