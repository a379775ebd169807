import { AnalysisError, ExecutionError } from "../errors.ts";
import { typeSql } from "../expressions/print-type.ts";
import { instantOfText, localOfText } from "../kernel/natives.ts";
import * as t from "../types/data-type.ts";
import { parseDateText, parseTimeText } from "../types/datetime-text.ts";
import { divideRounded, powerOfTen } from "../types/exact-decimal.ts";
import { javaDouble, javaFloat } from "../types/java-number.ts";
import {
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  type StructValue,
  Timestamp,
  type Value,
  zoneOffsetMicros,
} from "../types/values.ts";
import { MalformedVariant, type Variant, type VariantContent } from "../types/variant/variant.ts";
import { buildVariant, inputOfVariant, type VariantInput } from "../types/variant/variant-builder.ts";
import { instantOf } from "./datetime-parse.ts";

/** What casts from a variant need. `failing` raises INVALID_VARIANT_CAST where the others give NULL. */
export interface VariantCast {
  readonly failing: boolean;
  readonly timeZone: string;
}

/** A variant as a value of a type; a variant null is NULL. Source: Spark's VariantGet.cast. */
export function valueOfVariant(variant: Variant, type: t.DataType, cast: VariantCast): Value {
  if (type.kind === "variant") return buildVariant(inputOfVariant(variant));
  const content = variant.content();
  if (content.kind === "null") return null;
  const value = valueOfContent(content, variant, type, cast);
  if (value !== undefined) return value;
  if (!cast.failing) return null;
  throw new ExecutionError("INVALID_VARIANT_CAST", { value: variant.toString(cast.timeZone), dataType: `"${typeSql(type)}"` });
}

/** Undefined where the value is not one of the type. */
function valueOfContent(content: VariantContent, variant: Variant, type: t.DataType, cast: VariantCast): Value | undefined {
  switch (type.kind) {
    case "array":
      return content.kind === "array" ? content.items.map((item) => valueOfVariant(item, type.elementType, cast)) : undefined;
    case "map":
      if (content.kind !== "object") return undefined;
      return new Map(content.fields.map(({ key, value }) => [key, valueOfVariant(value, type.valueType, cast)]));
    case "struct": {
      if (content.kind !== "object") return undefined;
      const fields = new Map(content.fields.map(({ key, value }) => [key, value]));
      return structOf(type.fields.map((f) => [f.name, fields.has(f.name) ? valueOfVariant(fields.get(f.name)!, f.dataType, cast) : null]));
    }
    case "string":
      return textOf(content, variant, cast.timeZone);
    default:
      return scalarOf(content, type, cast.timeZone);
  }
}

/** `defineProperty` because `__proto__` may be a field's name. */
function structOf(entries: readonly (readonly [string, Value])[]): StructValue {
  const result = {};
  for (const [name, value] of entries) Object.defineProperty(result, name, { value, enumerable: true });
  return result;
}

function textOf(content: VariantContent, variant: Variant, timeZone: string): string {
  switch (content.kind) {
    case "array":
    case "object":
      return variant.toString(timeZone);
    case "float":
      return javaFloat(content.value);
    case "double":
      return javaDouble(content.value);
    case "binary":
      return Buffer.from(content.value).toString("utf8");
    case "timestamp":
      return content.value.toString(timeZone);
    case "null":
      return "null";
    default:
      return String(content.value);
  }
}

function scalarOf(content: VariantContent, type: t.DataType, zone: string): Value | undefined {
  switch (content.kind) {
    case "boolean":
      return ofNumber(content.value ? 1n : 0n, type, content.value ? "true" : "false");
    case "long":
      return type.kind === "timestamp" ? micros(content.value * 1_000_000n) : ofNumber(content.value, type);
    case "decimal": {
      const { unscaled, scale } = content.value;
      return type.kind === "timestamp" ? micros((unscaled * 1_000_000n) / powerOfTen(scale)) : ofDecimal(content.value, type);
    }
    case "float":
      return ofDouble(content.value, type, javaFloat(content.value));
    case "double":
      return ofDouble(content.value, type, javaDouble(content.value));
    case "string":
      return ofText(content.value, type, zone);
    case "binary":
      return type.kind === "binary" ? content.value : undefined;
    case "date":
      return ofLocal(BigInt(content.value.epochDays) * MICROS_PER_DAY, type, zone, content.value);
    case "timestamp_ntz":
      return ofLocal(content.value.epochMicros, type, zone, undefined);
    case "timestamp":
      return ofInstant(content.value.epochMicros, type, zone);
    default:
      return undefined;
  }
}

const MICROS_PER_DAY = 86_400_000_000n;
const BITS: Readonly<Partial<Record<t.DataType["kind"], number>>> = { byte: 8, short: 16, integer: 32, long: 64 };

const micros = (value: bigint): Timestamp | undefined => (BigInt.asIntN(64, value) === value ? new Timestamp(value) : undefined);

function integral(value: bigint, type: t.DataType): Value | undefined {
  const bits = BITS[type.kind];
  if (bits === undefined || BigInt.asIntN(bits, value) !== value) return undefined;
  return type.kind === "long" ? value : Number(value);
}

/** `fromBoolean` where the integer stands for one: only then a timestamp is out of reach. */
function ofNumber(value: bigint, type: t.DataType, fromBoolean?: string): Value | undefined {
  if (type.kind === "boolean") return fromBoolean === undefined ? value !== 0n : value === 1n;
  return t.isIntegral(type) ? integral(value, type) : ofDecimal(new Decimal(value, 0), type);
}

function ofDecimal(value: Decimal, type: t.DataType): Value | undefined {
  switch (type.kind) {
    case "boolean":
      return value.unscaled !== 0n;
    case "double":
      return value.toNumber();
    case "float":
      return Math.fround(value.toNumber());
    case "decimal": {
      const shift = type.scale - value.scale;
      const unscaled = shift >= 0 ? value.unscaled * powerOfTen(shift) : divideRounded(value.unscaled, powerOfTen(-shift), "halfUp");
      const result = new Decimal(unscaled, type.scale);
      return result.precision <= type.precision ? result : undefined;
    }
    default:
      return integral(value.unscaled / powerOfTen(value.scale), type);
  }
}

function ofDouble(value: number, type: t.DataType, text: string): Value | undefined {
  switch (type.kind) {
    case "boolean":
      return value !== 0;
    case "double":
      return value;
    case "float":
      return Math.fround(value);
    default:
  }
  if (!Number.isFinite(value)) return undefined;
  if (type.kind === "decimal") return ofDecimal(Decimal.parse(text), type);
  if (type.kind === "timestamp") return new Timestamp(saturated(value * 1e6));
  return t.isIntegral(type) ? integral(BigInt(Math.trunc(value)), type) : undefined;
}

/** As Java converts a double to a long. */
function saturated(value: number): bigint {
  const whole = BigInt(Math.trunc(value));
  const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
  return whole < least ? least : whole > most ? most : whole;
}

const TRUE = /^(?:t|true|y|yes|1)$/i;
const FALSE = /^(?:f|false|n|no|0)$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what Spark's UTF8String.trimAll cuts.
const BLANKS = /^[\u0000-\u0020\u007f]+|[\u0000-\u0020\u007f]+$/g;

function ofText(text: string, type: t.DataType, zone: string): Value | undefined {
  if (type.kind === "binary") return Buffer.from(text, "utf8");
  const trimmed = text.replace(BLANKS, "");
  switch (type.kind) {
    case "boolean":
      return TRUE.test(trimmed) ? true : FALSE.test(trimmed) ? false : undefined;
    case "decimal":
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/.test(trimmed) ? ofDecimal(Decimal.parse(trimmed), type) : undefined;
    case "float":
    case "double": {
      const number = numberOfText(trimmed);
      return type.kind === "float" && number !== undefined ? Math.fround(number) : number;
    }
    case "date":
      return parseDateText(trimmed);
    case "timestamp":
      return instantOfText(trimmed, zone);
    case "timestamp_ntz":
      return localOfText(trimmed);
    case "time": {
      const time = parseTimeText(trimmed);
      return time === undefined ? undefined : new LocalTime(time);
    }
    default:
      return /^[+-]?\d+$/.test(trimmed) ? integral(BigInt(trimmed.replace(/^\+/, "")), type) : undefined;
  }
}

function numberOfText(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/.test(text)) return Number.parseFloat(text);
  const special = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i.exec(text);
  if (!special || (!special[2] && special[1])) return undefined;
  return special[2] ? (special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : Number.NaN;
}

const floorDays = (value: bigint): number =>
  Number((value - (((value % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY)) / MICROS_PER_DAY);

function ofLocal(local: bigint, type: t.DataType, zone: string, date: LocalDate | undefined): Value | undefined {
  switch (type.kind) {
    case "date":
      return date ?? new LocalDate(floorDays(local));
    case "timestamp":
      return new Timestamp(instantOf(local, zone));
    case "timestamp_ntz":
      return new LocalDateTime(local);
    case "time":
      return date ? undefined : new LocalTime(local - BigInt(floorDays(local)) * MICROS_PER_DAY);
    default:
      return undefined;
  }
}

function ofInstant(epochMicros: bigint, type: t.DataType, zone: string): Value | undefined {
  if (type.kind === "timestamp") return new Timestamp(epochMicros);
  if (type.kind === "float") return Math.fround(Number(epochMicros) / 1e6);
  if (type.kind === "double") return Number(epochMicros) / 1e6;
  if (type.kind === "decimal") return ofDecimal(new Decimal(epochMicros, 6), type);
  if (t.isIntegral(type)) return integral((epochMicros - (((epochMicros % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n, type);
  return ofLocal(epochMicros + zoneOffsetMicros(epochMicros, zone), type, zone, undefined);
}

/** A value of a type as a variant is built of it. Source: Spark's VariantExpressionEvalUtils.buildVariant. */
export function inputOfValue(value: Value, type: t.DataType): VariantInput {
  if (value === null) return { kind: "null" };
  switch (type.kind) {
    case "boolean":
      return { kind: "boolean", value: value as boolean };
    case "byte":
    case "short":
    case "integer":
    case "long":
      return { kind: "long", value: BigInt(value as number | bigint) };
    case "float":
    case "double":
      return { kind: type.kind, value: value as number };
    case "decimal":
      return { kind: "decimal", value: value as Decimal };
    case "string":
      return { kind: "string", value: value as string };
    case "binary":
      return { kind: "binary", value: value as Uint8Array };
    case "date":
      return { kind: "date", value: value as LocalDate };
    case "timestamp":
      return { kind: "timestamp", value: value as Timestamp };
    case "timestamp_ntz":
      return { kind: "timestamp_ntz", value: value as LocalDateTime };
    case "variant":
      return { kind: "variant", value: value as Variant };
    case "array":
      return { kind: "array", items: (value as readonly Value[]).map((item) => inputOfValue(item, type.elementType)) };
    case "map":
      return { kind: "object", fields: [...(value as Map<string, Value>)].map(([key, item]) => [key, inputOfValue(item, type.valueType)]) };
    case "struct":
      return { kind: "object", fields: type.fields.map((f) => [f.name, inputOfValue((value as StructValue)[f.name] ?? null, f.dataType)]) };
    default:
      throw new ExecutionError("FIRECREST_UNSUPPORTED", { feature: `A variant of ${typeSql(type)}`, advice: "Cast it to a string." });
  }
}

/**
 * A cast between types of which one holds variants, as a function of values: to and from variants at any depth, the rest as it is.
 * Throws FIRECREST_UNSUPPORTED for a cast that would change more than that.
 */
export function variantConversion(from: t.DataType, to: t.DataType, cast: VariantCast): (value: Value) => Value {
  if (from.kind === "variant") return (value) => (value === null ? null : valueOfVariant(value as Variant, to, cast));
  if (to.kind === "variant") return (value) => (value === null ? null : buildVariant(inputOfValue(value, from)));
  if (t.sameTypeIgnoringNullability(from, to)) return (value) => value;
  if (from.kind === "array" && to.kind === "array") {
    const convert = variantConversion(from.elementType, to.elementType, cast);
    return (value) => value && (value as readonly Value[]).map(convert);
  }
  if (from.kind === "map" && to.kind === "map") {
    const [key, item] = [variantConversion(from.keyType, to.keyType, cast), variantConversion(from.valueType, to.valueType, cast)];
    return (value) => value && new Map([...(value as Map<Value, Value>)].map(([k, v]) => [key(k), item(v)]));
  }
  if (from.kind === "struct" && to.kind === "struct") {
    const fields = to.fields.map((f, i) => ({
      from: from.fields[i]!.name,
      to: f.name,
      convert: variantConversion(from.fields[i]!.dataType, f.dataType, cast),
    }));
    return (value) => value && structOf(fields.map((f) => [f.to, f.convert((value as StructValue)[f.from] ?? null)]));
  }
  throw new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: `A cast of ${typeSql(from)} to ${typeSql(to)} beside a variant`,
    advice: "Cast the parts one by one.",
  });
}

/** Runs what reads variants; bytes that are none are Spark's MALFORMED_VARIANT. */
export function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof MalformedVariant) throw new ExecutionError("MALFORMED_VARIANT", {}, { cause: thrown });
    throw thrown;
  }
}
