import { quoteName, quoteText } from "../../engine/functions/function.ts";
import type { SinkColumn } from "../../engine/ports/source.ts";
import type { DataType } from "../../engine/types/data-type.ts";
import type { TimeFormats } from "../time-formats.ts";
import { valueText } from "../value-text.ts";
import type { XmlFileOptions } from "./options.ts";

type RowText = XmlFileOptions & TimeFormats;
interface Field {
  /** SQL for the name. */
  readonly name: string;
  readonly sql: string;
  readonly type: DataType;
}

/** SQL for a row's element, indented below the root. */
export function rowText(columns: readonly SinkColumn[], options: RowText): string {
  const fields = columns.map(({ name, type }) => ({ name, sql: quoteName(name), type }));
  return `substr(${structText(quoteText(options.rowTag), fields, options, 1, 0)}, ${options.indent === "" ? 1 : 2})`;
}

/** A line's end and its indentation; each element begins with its own. */
const lineAt = (depth: number, { indent }: RowText): string => (indent === "" ? "" : `\n${indent.repeat(depth)}`);

/** Lambda variables are named by how deep they stand. */
function structText(
  tag: string,
  fields: readonly { readonly name: string; readonly sql: string; readonly type: DataType }[],
  options: RowText,
  depth: number,
  variable: number,
): string {
  const isAttribute = ({ name }: { readonly name: string }) => name.startsWith(options.attributePrefix) && name !== options.valueTag;
  const attributes = fields.filter(isAttribute).map(({ name, sql, type }) => {
    const text = nullable(attributeSql(valueText(sql, type, options)), options.nullText && attributeText(options.nullText));
    return `coalesce(' ' || ${quoteText(name.slice(options.attributePrefix.length))} || '="' || ${text} || '"', '')`;
  });
  const rest = fields.filter((field) => !isAttribute(field));
  const value = rest.findIndex(({ name }) => name === options.valueTag);
  const texts = rest.map((field, i) =>
    i === value
      ? `coalesce(${scalarSql(field.sql, field.type, options)}, ${quoteText(escaped(options.nullText ?? ""))})`
      : fieldText({ ...field, name: quoteText(field.name) }, options, depth + 1, variable + 1),
  );
  const start = [quoteText(`${lineAt(depth, options)}<`), tag, ...attributes].join(" || ");
  const content = texts.join(" || ") || "''";
  const body = `b${variable}`;
  // The end stands on a line of its own behind an element, right behind a text.
  const last = value >= 0 && value === rest.length - 1 ? "''" : quoteText(lineAt(depth, options));
  const end = value >= 0 && value < rest.length - 1 ? `CASE WHEN ${body} LIKE '%>' THEN ${last} ELSE '' END` : last;
  const whole = `CASE WHEN ${body} = '' THEN '/>' ELSE '>' || ${body} || ${end} || '</' || ${tag} || '>' END`;
  return `(${start} || list_transform([${content}], lambda ${body}: ${whole})[1])`;
}

/** SQL for the element, or the elements, of a field: empty where it is NULL and nothing stands for that. */
function fieldText({ name, sql, type }: Field, options: RowText, depth: number, variable: number): string {
  const line = quoteText(lineAt(depth, options));
  const nothing =
    options.nullText === undefined
      ? "''"
      : `(${line} || '<' || ${name} || '>' || ${quoteText(escaped(options.nullText))} || '</' || ${name} || '>')`;
  const present = (): string => {
    if (type.kind === "struct") {
      const fields = type.fields.map((f) => ({ name: f.name, sql: `(${sql}).${quoteName(f.name)}`, type: f.dataType }));
      return structText(name, fields, options, depth, variable);
    }
    if (type.kind === "array") {
      const item = `x${variable}`;
      const inner = type.elementType.kind === "array" ? nestedText(name, item, type.elementType, options, depth, variable + 1) : undefined;
      const element = inner ?? fieldText({ name, sql: item, type: type.elementType }, options, depth, variable + 1);
      return `array_to_string(list_transform(${sql}, lambda ${item}: ${element}), '')`;
    }
    if (type.kind === "map") {
      const entry = `e${variable}`;
      const key = valueText(`${entry}.key`, type.keyType, options);
      const element = fieldText({ name: key, sql: `${entry}.value`, type: type.valueType }, options, depth + 1, variable + 1);
      const content = `array_to_string(list_transform(map_entries(${sql}), lambda ${entry}: ${element}), '')`;
      return `(${line} || '<' || ${name} || list_transform([${content}], lambda m${variable}: CASE WHEN m${variable} = '' THEN '/>' ELSE '>' || m${variable} || ${line} || '</' || ${name} || '>' END)[1])`;
    }
    return `(${line} || '<' || ${name} || '>' || ${scalarSql(sql, type, options)} || '</' || ${name} || '>')`;
  };
  return `CASE WHEN ${sql} IS NULL THEN ${nothing} ELSE ${present()} END`;
}

/** An array in an array: the inner one's items have a name of their own. */
function nestedText(name: string, sql: string, type: DataType, options: RowText, depth: number, variable: number): string {
  const line = quoteText(lineAt(depth, options));
  const content = fieldText({ name: quoteText(options.arrayElementName), sql, type }, options, depth + 1, variable);
  const body = `n${variable}`;
  const whole = `CASE WHEN ${body} = '' THEN '/>' ELSE '>' || ${body} || ${line} || '</' || ${name} || '>' END`;
  return `(${line} || '<' || ${name} || list_transform([${content}], lambda ${body}: ${whole})[1])`;
}

const nullable = (sql: string, text: string | undefined): string => (text === undefined ? sql : `coalesce(${sql}, ${quoteText(text)})`);

/** SQL for a value as an element's text. */
const scalarSql = (sql: string, type: DataType, options: RowText): string =>
  `regexp_replace(replace(replace(${valueText(sql, type, options)}, '&', '&amp;'), '<', '&lt;'), '(^|\\])>', '\\1&gt;', 'g')`;
const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/(^|\])>/g, "$1&gt;");

const attributeSql = (sql: string): string => `replace(replace(replace(${sql}, '&', '&amp;'), '<', '&lt;'), '"', '&quot;')`;
const attributeText = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
