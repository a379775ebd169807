import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ObservedRow } from "../../dataframe/engine-port.ts";
import type { DataType } from "../../engine/types/data-type.ts";
import {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  type StructValue,
  Timestamp,
  type Value,
  YearMonthInterval,
} from "../../engine/types/values.ts";
import type { ExecutePlanResponse_ObservedMetricsSchema } from "../protocol/spark/connect/base_pb.js";
import type { Expression_LiteralSchema } from "../protocol/spark/connect/expressions_pb.js";
import { clientPlanIdOf } from "../translation.ts";
import { protoType } from "../type/data-type.ts";

/** What one `df.observe` has seen, for its client. */
export function observedMetrics({
  name,
  planId,
  schema,
  values,
}: ObservedRow): MessageInitShape<typeof ExecutePlanResponse_ObservedMetricsSchema> {
  return {
    name,
    keys: schema.fields.map((field) => field.name),
    values: values.map((value, i) => literalMessage(value, schema.fields[i]!.dataType)),
    ...(planId === undefined ? {} : { planId: clientPlanIdOf(planId) }),
  };
}

type LiteralMessage = MessageInitShape<typeof Expression_LiteralSchema>;
type LiteralType = NonNullable<Extract<LiteralMessage, { literalType?: unknown }>["literalType"]>;

const NANOS_PER_MICRO = 1000n;

/** A value as a literal of the protocol's. */
function literalMessage(value: Value, type: DataType): LiteralMessage {
  return { literalType: literalType(value, type), dataType: protoType(type) };
}

function literalType(value: Value, type: DataType): LiteralType {
  if (value === null) return { case: "null", value: protoType(type) };
  if (typeof value === "string") return { case: "string", value };
  if (typeof value === "boolean") return { case: "boolean", value };
  if (typeof value === "bigint") return { case: "long", value };
  if (typeof value === "number") return { case: numberCase(type), value };
  if (value instanceof Uint8Array) return { case: "binary", value: new Uint8Array(value) };
  if (value instanceof Decimal) return { case: "decimal", value: { value: value.toString() } };
  if (value instanceof LocalDate) return { case: "date", value: value.epochDays };
  if (value instanceof Timestamp) return { case: "timestamp", value: value.epochMicros };
  if (value instanceof LocalDateTime) return { case: "timestampNtz", value: value.epochMicros };
  if (value instanceof LocalTime) return { case: "time", value: { nano: value.micros * NANOS_PER_MICRO } };
  if (value instanceof DayTimeInterval) return { case: "dayTimeInterval", value: value.micros };
  if (value instanceof YearMonthInterval) return { case: "yearMonthInterval", value: value.months };
  if (value instanceof CalendarInterval)
    return { case: "calendarInterval", value: { months: value.months, days: value.days, microseconds: value.micros } };
  return nestedType(value as readonly Value[] | Map<Value, Value> | StructValue, type);
}

/** Older clients read the types of parts beside them. */
function nestedType(value: readonly Value[] | Map<Value, Value> | StructValue, type: DataType): LiteralType {
  switch (type.kind) {
    case "array": {
      const elements = (value as readonly Value[]).map((one) => literalMessage(one, type.elementType));
      return { case: "array", value: { elementType: protoType(type.elementType), elements } };
    }
    case "map": {
      const entries = [...(value as Map<Value, Value>)];
      const keys = entries.map(([key]) => literalMessage(key, type.keyType));
      const values = entries.map(([, one]) => literalMessage(one, type.valueType));
      return { case: "map", value: { keyType: protoType(type.keyType), valueType: protoType(type.valueType), keys, values } };
    }
    case "struct": {
      const elements = type.fields.map((field) => literalMessage((value as StructValue)[field.name]!, field.dataType));
      return { case: "struct", value: { structType: protoType(type), elements } };
    }
    default:
      return { case: "string", value: String(value) };
  }
}

function numberCase({ kind }: DataType): "byte" | "short" | "integer" | "float" | "double" {
  return kind === "byte" || kind === "short" || kind === "integer" || kind === "float" ? kind : "double";
}
