import { ExecutionError } from "../../errors.ts";
import * as t from "../../types/data-type.ts";
import { type BinaryStyle, binaryOfText } from "../../types/hive-text.ts";
import { Decimal, type StructValue, type Value } from "../../types/values.ts";
import type { Variant } from "../../types/variant/variant.ts";
import { buildVariant, type VariantInput } from "../../types/variant/variant-builder.ts";
import { ConversionError, decimalOf, valueOfText } from "../json-value.ts";
import { innerXml, parseXml, type XmlElement, XmlSyntaxError } from "./document.ts";
import { attributeFields, fieldName, type XmlOptions } from "./xml-options.ts";

/** Where the values of XML go: the session's zone, and whether names mind their case. */
export interface XmlReading {
  readonly options: XmlOptions;
  readonly timeZone: string;
  readonly caseSensitive: boolean;
  readonly binaryStyle?: BinaryStyle;
}

/** XML text as a struct or a variant; a text that does not fit gives what stood before the mistake. Source: Spark's StaxXmlParser. */
export function readXml(text: string, type: t.StructType | t.DataType, reading: XmlReading): Value {
  const { options } = reading;
  let root: XmlElement;
  try {
    root = parseXml(text);
  } catch (cause) {
    if (!(cause instanceof XmlSyntaxError)) throw cause;
    if (type.kind === "struct") return malformed(text, type, nulls(type), options, cause);
    throw new ExecutionError("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", { badRecord: text, failFastMode: "FAILFAST" }, { cause });
  }
  if (type.kind !== "struct") return variantOf(root, root.attributes, reading);
  const row = new RowReader(type, reading);
  try {
    row.read(root, root.attributes);
    return row.value();
  } catch (cause) {
    if (cause instanceof ConversionError) return malformed(text, type, row.value(), options, cause);
    throw cause;
  }
}

/** One element of a file as a row of a schema, with what stood before a value that does not fit. Throws XmlSyntaxError. */
export function readXmlRow(
  text: string,
  type: t.StructType,
  reading: XmlReading,
): { readonly row: StructValue; readonly malformed: boolean } {
  const root = parseXml(text);
  const row = new RowReader(type, reading);
  try {
    row.read(root, root.attributes);
    return { row: row.value(), malformed: false };
  } catch (cause) {
    if (cause instanceof ConversionError) return { row: row.value(), malformed: true };
    throw cause;
  }
}

const nulls = (type: t.StructType): StructValue => structOf(type.fields.map((f) => [f.name, null]));

/** `defineProperty` because `__proto__` may be a field's name. */
function structOf(entries: readonly (readonly [string, Value])[]): StructValue {
  const result = {};
  for (const [name, value] of entries) Object.defineProperty(result, name, { value, enumerable: true });
  return result;
}

function malformed(text: string, type: t.StructType, partial: StructValue, options: XmlOptions, cause: Error): Value {
  if (options.failsFast) {
    const badRecord = `[${type.fields.map((f) => String(partial[f.name])).join(",")}]`;
    throw new ExecutionError("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", { badRecord, failFastMode: "FAILFAST" }, { cause });
  }
  const kept = type.fields.find((f) => f.name === options.corruptRecord && f.dataType.kind === "string");
  return kept ? structOf(type.fields.map((f) => [f.name, f === kept ? text : partial[f.name]!])) : partial;
}

class RowReader {
  readonly #type: t.StructType;
  readonly #reading: XmlReading;
  readonly #values: Value[];

  constructor(type: t.StructType, reading: XmlReading) {
    this.#type = type;
    this.#reading = reading;
    this.#values = type.fields.map(() => null);
  }

  value(): StructValue {
    return structOf(this.#type.fields.map((f, i) => [f.name, this.#values[i]!]));
  }

  #indexOf(name: string): number {
    if (this.#reading.caseSensitive) return this.#type.fields.findIndex((f) => f.name === name);
    return this.#type.fields.findIndex((f) => f.name.toLowerCase() === name.toLowerCase());
  }

  /** Attributes win over elements of the same name. */
  read(element: XmlElement, attributes: XmlElement["attributes"]): void {
    const { options } = this.#reading;
    for (const child of element.children) {
      if (child.kind === "element") this.#field(child);
      else if (child.text.trim() !== "") this.#add(options.valueTag, (type) => convertTo(child.text, type, this.#reading));
    }
    for (const [name, value] of attributeFields(attributes, options)) {
      const at = this.#indexOf(name);
      if (at >= 0) this.#values[at] = value === null ? null : convertTo(value, this.#type.fields[at]!.dataType, this.#reading);
    }
  }

  #field(child: XmlElement): void {
    const { options } = this.#reading;
    const name = fieldName(child.name, options);
    if (this.#indexOf(name) >= 0) this.#add(name, (type) => fieldValue(child, type, this.#reading));
    else this.#add(options.wildcard, (type) => fieldValue(child, type, this.#reading));
  }

  /** Another value of an array's field, or the value of any other. */
  #add(name: string, make: (type: t.DataType) => Value): void {
    const at = this.#indexOf(name);
    if (at < 0) return;
    const { dataType } = this.#type.fields[at]!;
    if (dataType.kind !== "array") this.#values[at] = make(dataType);
    else this.#values[at] = [...((this.#values[at] ?? []) as readonly Value[]), make(dataType.elementType)];
  }
}

function fieldValue(element: XmlElement, type: t.DataType, reading: XmlReading): Value {
  const [first] = element.children;
  switch (type.kind) {
    case "variant":
      return variantOf(element, element.attributes, reading);
    case "struct": {
      const row = new RowReader(type, reading);
      row.read(element, element.attributes);
      return row.value();
    }
    case "map":
      return first ? mapOf(element, type, reading) : null;
    case "array":
      return first ? [fieldValue(element, type.elementType, reading)] : null;
    case "string":
      if (!first) return reading.options.nullText === "" ? null : "";
      return convertTo(innerXml(element), type, reading);
    default: {
      if (!first) return null;
      const text = element.children.find((child) => child.kind === "text" && child.text.trim() !== "");
      if (element.children.some((child) => child.kind === "element") || text?.kind !== "text") {
        if (element.children.every((child) => child.kind === "text")) return null;
        throw new ConversionError(`an element is no ${type.kind}`);
      }
      return convertTo(text.text, type, reading);
    }
  }
}

function mapOf(element: XmlElement, type: t.MapType, reading: XmlReading): Value {
  const { options } = reading;
  const entries = new Map<Value, Value>();
  for (const [name, value] of element.attributes) entries.set(options.attributePrefix + name, convertTo(value, type.valueType, reading));
  for (const child of element.children) {
    if (child.kind === "element") entries.set(fieldName(child.name, options), fieldValue(child, type.valueType, reading));
    else if (child.text.trim() !== "") entries.set(options.valueTag, convertTo(child.text, type.valueType, reading));
  }
  return new Map([...entries].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

const BITS: Readonly<Partial<Record<t.DataType["kind"], number>>> = { byte: 8, short: 16, integer: 32, long: 64 };

/** Throws ConversionError. */
export function convertTo(text: string, type: t.DataType, { options, timeZone, binaryStyle }: XmlReading): Value {
  const value = options.trims ? text.trim() : text;
  if (value === options.nullText) return null;
  const bits = BITS[type.kind];
  if (bits !== undefined) {
    if (!/^[+-]?\d+$/.test(value)) throw new ConversionError("not an integer");
    const integer = BigInt(value.replace(/^\+/, ""));
    if (BigInt.asIntN(bits, integer) !== integer) throw new ConversionError("out of range");
    return type.kind === "long" ? integer : Number(integer);
  }
  switch (type.kind) {
    case "void":
    case "string":
      return value;
    case "binary":
      return binaryOfText(value, binaryStyle ?? "UTF-8");
    case "boolean":
      if (/^(?:true|1)$/i.test(value)) return true;
      if (/^(?:false|0)$/i.test(value)) return false;
      throw new ConversionError("not a boolean");
    case "float":
    case "double": {
      const number = doubleOf(value);
      return type.kind === "float" ? Math.fround(number) : number;
    }
    case "decimal":
      return decimalOf(value.replaceAll(",", ""), type);
    case "variant":
      return buildVariant(variantOfText(value, options));
    default:
      return valueOfText(value, type, options.text, timeZone);
  }
}

/** As Java reads it; what only begins with a number is that number. */
function doubleOf(text: string): number {
  if (/^[+-]?(?:NaN|Infinity)$/.test(text)) return Number(text);
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/.test(text)) return Number.parseFloat(text);
  const start = /^-?(?:\d[\d,]*\.?\d*|\.\d+)(?:E-?\d+)?/.exec(text);
  if (!start) throw new ConversionError("not a number");
  return Number(start[0].replaceAll(",", ""));
}

/** Elements and attributes as fields of an object, repeated ones as an array; a lone text is itself. */
function variantOf(element: XmlElement, attributes: XmlElement["attributes"], reading: XmlReading): Variant {
  return buildVariant(variantInput(element, attributes, reading));
}

function variantInput(element: XmlElement, attributes: XmlElement["attributes"], reading: XmlReading): VariantInput {
  const { options, caseSensitive } = reading;
  const fields = new Map<string, { readonly name: string; readonly values: VariantInput[] }>();
  const add = (name: string, value: VariantInput) => {
    const key = caseSensitive ? name : name.toLowerCase();
    const field = fields.get(key) ?? { name, values: [] };
    field.values.push(value);
    fields.set(key, field);
  };
  for (const [name, value] of attributeFields(attributes, options)) add(name, variantOfText(value, options));
  for (const child of element.children) {
    if (child.kind === "element") add(fieldName(child.name, options), variantInput(child, child.attributes, reading));
    else if (child.text.trim() !== "") add(options.valueTag, variantOfText(child.text, options));
  }
  const all = [...fields.values()];
  if (all.length === 0) return { kind: "null" };
  if (all.length === 1 && all[0]!.name === options.valueTag) return all[0]!.values[0]!;
  return {
    kind: "object",
    fields: all.map(({ name, values }) => [name, values.length === 1 ? values[0]! : { kind: "array", items: values }]),
  };
}

function variantOfText(given: string | null, options: XmlOptions): VariantInput {
  if (given === null || given === options.nullText) return { kind: "null" };
  const value = options.trims ? given.trim() : given;
  if (/^true$/i.test(value)) return { kind: "boolean", value: true };
  if (/^false$/i.test(value)) return { kind: "boolean", value: false };
  if (/^[+-]?\d+$/.test(value)) {
    const integer = BigInt(value.replace(/^\+/, ""));
    if (BigInt.asIntN(64, integer) === integer) return { kind: "long", value: integer };
  }
  const digits = value.replaceAll(",", "");
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/.test(digits)) {
    const decimal = Decimal.parse(digits);
    if (decimal.scale <= t.MAX_DECIMAL_PRECISION && decimal.precision <= t.MAX_DECIMAL_PRECISION)
      return { kind: "decimal", value: decimal };
  }
  return { kind: "string", value };
}
