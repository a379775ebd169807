import type { Cursor } from "../lexer/cursor.ts";
import { unescapeString } from "../lexer/string-text.ts";
import type { Expression } from "../syntax/expression.ts";
import type { Property } from "../syntax/query.ts";
import { parseExpr } from "./expression.ts";
import { listInParentheses } from "./list.ts";
import { refuse, refuseOperation, sqlId } from "./refuse.ts";

/** `(a.b = 'x', 'c' 2)`: keys once each, with constants or nothing behind them. */
export function parseProperties(c: Cursor): Property[] {
  return distinctKeys(
    c,
    listInParentheses(c, (inner) => parseProperty(inner, parseConstant)),
  );
}

/** The same where a value may be any expression, as in OPTIONS of a table. */
export function parseExpressionProperties(c: Cursor): Property[] {
  return distinctKeys(
    c,
    listInParentheses(c, (inner) => parseProperty(inner, parseExpr)),
  );
}

/** Properties each of which has a value. */
export function parseKeyValues(c: Cursor): Property[] {
  const start = c.peek();
  const properties = parseProperties(c);
  const bad = properties.filter(({ value }) => value === undefined).map(({ key }) => key);
  if (bad.length) refuseOperation(c, `Values must be specified for key(s): [${bad.join(",")}]`, start);
  return properties;
}

/** Properties none of which has a value: the keys of an UNSET. */
export function parseKeys(c: Cursor): string[] {
  const start = c.peek();
  const properties = parseProperties(c);
  const bad = properties.filter(({ value }) => value !== undefined).map(({ key }) => key);
  if (bad.length) refuseOperation(c, `Values should not be specified for key(s): [${bad.join(",")}]`, start);
  return properties.map(({ key }) => key);
}

function distinctKeys(c: Cursor, properties: Property[]): Property[] {
  const seen = new Set<string>();
  for (const property of properties) {
    if (seen.has(property.key)) refuse(c, "DUPLICATE_KEY", { keyColumn: sqlId(property.key) }, property);
    seen.add(property.key);
  }
  return properties;
}

function parseProperty(c: Cursor, parseValue: (c: Cursor) => Expression): Property {
  const start = c.peek().start;
  const key = isBareText(c) ? unescapeString(c.next().text, c.options) : parseKey(c);
  const written = c.accept("=") || !(c.at(",") || c.at(")"));
  return { key, ...(written ? { value: parseValue(c) } : {}), ...c.spanFrom(start) };
}

/** `'key' 'value'`: a text as key goes on only where `=` follows it, while texts side by side are one elsewhere. */
function isBareText(c: Cursor): boolean {
  let length = 0;
  while (c.isString(length)) length++;
  return length > 1 && c.peek(length).word !== "=";
}

/** A key in quotes, or names with dots between. */
export function parseKey(c: Cursor): string {
  if (c.isString()) return c.string();
  const parts = [c.declaredIdentifier().name];
  while (c.accept(".")) parts.push(c.declaredIdentifier().name);
  return parts.join(".");
}

function parseConstant(c: Cursor): Expression {
  const { kind, word } = c.peek();
  if (kind !== "integer" && kind !== "decimal" && word !== "TRUE" && word !== "FALSE" && !c.isString()) c.fail();
  return parseExpr(c);
}
