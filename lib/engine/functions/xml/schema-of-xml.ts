import { tightestCommonType } from "../../analyzer/common-type.ts";
import * as t from "../../types/data-type.ts";
import { ConversionError, valueOfText } from "../json-value.ts";
import { parseXml, type XmlElement, XmlSyntaxError } from "./document.ts";
import { attributeFields, fieldName, type XmlOptions } from "./xml-options.ts";

/** The type that holds XML text: a struct, or that of the text that could not be read. Source: Spark's XmlInferSchema. */
export function schemaOfXml(text: string, options: XmlOptions): t.DataType {
  try {
    const root = parseXml(text);
    const type = objectType(root, attributeFields(root.attributes, options), options);
    return canonical(type) ?? t.structType([]);
  } catch (failure) {
    if (!(failure instanceof XmlSyntaxError) || options.failsFast) throw failure;
    return t.structType([t.structField(options.corruptRecord, t.stringType)]);
  }
}

/** The type of one element of a file; undefined where it is no XML. Types of several are merged, then settled. */
export function xmlRowType(text: string, options: XmlOptions): t.StructType | undefined {
  try {
    const root = parseXml(text);
    return objectType(root, attributeFields(root.attributes, options), options);
  } catch (failure) {
    if (failure instanceof XmlSyntaxError) return undefined;
    throw failure;
  }
}
export const mergedXmlTypes = (a: t.DataType, b: t.DataType, options: XmlOptions): t.DataType => merged(a, b, options);
/** What was never but NULL is text; a struct without fields is none. */
export const settledXmlType = (type: t.DataType): t.DataType | undefined => canonical(type);

type Attributes = ReturnType<typeof attributeFields>;

function objectType(element: XmlElement, attributes: Attributes, options: XmlOptions): t.StructType {
  const fields = new Map<string, { readonly name: string; type: t.DataType }>();
  const add = (name: string, type: t.DataType) => {
    const key = name.toLowerCase();
    const field = fields.get(key);
    if (!field) fields.set(key, { name, type });
    else if (field.type.kind === "array") field.type = merged(field.type, type, options);
    else field.type = t.arrayType(merged(field.type, type, options));
  };
  for (const [name, value] of attributes) add(name, typeOfText(value, options));
  for (const child of element.children) {
    if (child.kind === "element") add(fieldName(child.name, options), fieldType(child, options));
    else if (child.text.trim() !== "") add(options.valueTag, typeOfText(child.text, options));
  }
  return sorted([...fields.values()].map(({ name, type }) => t.structField(name, type)));
}

const sorted = (fields: readonly t.StructField[]): t.StructType =>
  t.structType([...fields].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)));

function fieldType(element: XmlElement, options: XmlOptions): t.DataType {
  const content = contentType(element, options);
  const attributes = attributeFields(element.attributes, options).map(([name, value]) => t.structField(name, typeOfText(value, options)));
  if (attributes.length === 0) return content;
  if (content.kind === "struct") return sorted([...content.fields, ...attributes]);
  return sorted([...(content.kind === "void" ? [] : [t.structField(options.valueTag, content)]), ...attributes]);
}

function contentType(element: XmlElement, options: XmlOptions): t.DataType {
  if (element.children.length === 0) return t.voidType;
  const type = objectType(element, [], options);
  if (element.children[0]!.kind === "element") return type;
  const [only] = type.fields;
  if (!only) return t.voidType;
  const isText = type.fields.length === 1 && only.name.toLowerCase() === options.valueTag.toLowerCase();
  return isText && !["struct", "array", "map"].includes(only.dataType.kind) ? only.dataType : type;
}

function typeOfText(given: string | null, options: XmlOptions): t.DataType {
  if (!options.infers) return t.stringType;
  const text = given !== null && options.trims ? given.trim() : given;
  if (text === null || text === "") return t.voidType;
  const number = text.replace(/^[+-]/, "");
  if (/^\d+$/.test(number) && BigInt.asIntN(64, BigInt(number)) === BigInt(number)) return t.longType;
  if (/^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(number)) return options.prefersDecimal ? decimalOf(number) : t.doubleType;
  if (/^(?:true|false)$/i.test(text)) return t.booleanType;
  if (options.prefersDate && reads(text, t.dateType, { dateformat: "yyyy-MM-dd", ...options.text })) return t.dateType;
  return reads(text, t.timestampType, options.text) ? t.timestampType : t.stringType;
}

function decimalOf(number: string): t.DataType {
  const [mantissa = "", exponent = "0"] = number.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const scale = fraction.length - Number(exponent);
  const precision = Math.max((whole + fraction).replace(/^0+/, "").length, scale, 1);
  return scale >= 0 && precision <= t.MAX_DECIMAL_PRECISION ? t.decimalType(precision, scale) : t.doubleType;
}

function reads(text: string, type: t.DataType, options: XmlOptions["text"]): boolean {
  // A timestamp with no pattern of its own has a date at least.
  if (!/^\d{4}/.test(text) && options.timestampformat === undefined && type.kind === "timestamp") return false;
  try {
    valueOfText(text, type, options, "UTC");
    return true;
  } catch (failure) {
    if (failure instanceof ConversionError) return false;
    throw failure;
  }
}

const SESSION = { timeZone: "UTC", ansi: false, caseSensitive: false };

function merged(a: t.DataType, b: t.DataType, options: XmlOptions): t.DataType {
  if (a.kind === "struct" && b.kind === "struct") {
    const fields = new Map<string, t.StructField>();
    for (const field of [...a.fields, ...b.fields]) {
      const other = fields.get(field.name.toLowerCase());
      fields.set(field.name.toLowerCase(), other ? t.structField(other.name, merged(other.dataType, field.dataType, options)) : field);
    }
    return sorted([...fields.values()]);
  }
  if (a.kind === "array" || b.kind === "array") {
    const element = (type: t.DataType) => (type.kind === "array" ? type.elementType : type);
    return t.arrayType(merged(element(a), element(b), options));
  }
  const common = tightestCommonType(a, b, SESSION);
  if (common) return common;
  if (a.kind === "struct" || b.kind === "struct") return mergedText(a, b, options);
  if (t.isNumeric(a) && t.isNumeric(b)) return mergedNumber(a, b);
  return t.stringType;
}

function mergedText(a: t.DataType, b: t.DataType, options: XmlOptions): t.DataType {
  const [struct, other] = a.kind === "struct" ? [a, b] : [b as t.StructType, a];
  const text = struct.fields.find((f) => f.name === options.valueTag);
  if (!text) return t.stringType;
  return t.structType(struct.fields.map((f) => (f === text ? t.structField(f.name, merged(f.dataType, other, options)) : f)));
}

function mergedNumber(a: t.DataType, b: t.DataType): t.DataType {
  if (t.isFractional(a) || t.isFractional(b)) return t.doubleType;
  const [x, y] = [a, b].map((type) => (type.kind === "decimal" ? type : t.decimalForIntegral(type))) as [t.DecimalType, t.DecimalType];
  const scale = Math.max(x.scale, y.scale);
  const precision = Math.max(x.precision - x.scale, y.precision - y.scale) + scale;
  return precision > t.MAX_DECIMAL_PRECISION ? t.doubleType : t.decimalType(precision, scale);
}

/** Nothing but NULLs is text; a struct without fields is none. */
function canonical(type: t.DataType): t.DataType | undefined {
  if (type.kind === "void") return t.stringType;
  if (type.kind === "array") {
    const element = canonical(type.elementType);
    return element && t.arrayType(element);
  }
  if (type.kind !== "struct") return type;
  const fields = type.fields.flatMap((f) => {
    const inner = canonical(f.dataType);
    return inner ? [t.structField(f.name, inner)] : [];
  });
  return fields.length > 0 ? t.structType(fields) : undefined;
}
