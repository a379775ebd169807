import * as t from "../../engine/types/data-type.ts";
import type { Cursor } from "../lexer/cursor.ts";
import type { Expression, Star } from "../syntax/expression.ts";
import type { Identifier } from "../syntax/span.ts";
import { parseIdentifiers, parseNamedExpression } from "./alias.ts";
import { isNumber, parseExpr, parseValue } from "./expression.ts";
import { parseCall, parseSpecialCall } from "./function-call.ts";
import { parseInterval } from "./interval.ts";
import { parseNumber, parseTypedLiteral } from "./literal.ts";
import { parseComputed, parseDotted } from "./name.ts";
import { parseQuery } from "./query.ts";
import { queryAhead, typesString } from "./query-ahead.ts";
import { parsePath } from "./semi-structured.ts";
import { parseDataType } from "./type.ts";

/** Subscripts, fields and casts behind one value. They make a tree as deep as there are of them. */
const MAX_POSTFIXES = 500;

/** A value that binds most, and what is attached to it: `[ ]`, `.field`, `::type`, `:path`, COLLATE. Source: rule primaryExpression. */
export function parsePrimary(c: Cursor): Expression {
  const { start } = c.peek();
  let value = parseFirst(c);
  for (let count = 0; ; count++) {
    const longer = parsePostfix(c, start, value);
    if (!longer) return value;
    if (count >= MAX_POSTFIXES) throw c.error("FAILED_TO_PARSE_TOO_COMPLEX", {});
    value = longer;
  }
}

function parsePostfix(c: Cursor, start: number, child: Expression): Expression | undefined {
  if (c.at(".")) {
    c.expect(".");
    return fieldOf(child, c.identifier(), () => c.spanFrom(start));
  }
  if (c.accept("[")) {
    const index = parseValue(c);
    if (!c.accept("]")) c.fail(c.peek(), c.peek().kind === "end" ? ": missing ']'" : "");
    return { kind: "subscript", child, index, ...c.spanFrom(start) };
  }
  if (c.accept("::")) return { kind: "cast", child, type: parseDataType(c), ...c.spanFrom(start) };
  if (c.at(":") && (c.isIdentifier(1) || c.peek(1).word === "[")) {
    c.expect(":");
    return { kind: "semiStructured", child, path: parsePath(c), ...c.spanFrom(start) };
  }
  if (c.at("COLLATE") && c.isIdentifier(1)) {
    c.expect("COLLATE");
    const collation = parseDotted(c, [c.declaredIdentifier()], () => c.declaredIdentifier());
    return { kind: "collate", child, collation, ...c.spanFrom(start) };
  }
  return undefined;
}

/** A field of a plain name is the name's next part: what is a column and what its field only the analyzer knows. */
function fieldOf(child: Expression, field: Identifier, span: () => { start: number; end: number }): Expression {
  if (child.kind === "column" && child.name.kind === "name")
    return { kind: "column", name: { ...child.name, parts: [...child.name.parts, field], ...span() }, ...span() };
  if (child.kind === "call" && child.bare && child.name.kind === "name") {
    return { kind: "column", name: { ...child.name, parts: [...child.name.parts, field], ...span() }, ...span() };
  }
  return { kind: "dereference", child, field, ...span() };
}

function parseFirst(c: Cursor): Expression {
  const token = c.peek();
  const { start } = token;
  if (isNumber(c) || c.at("-")) return parseNumber(c);
  if (c.isString() || c.isJoinedString()) return { kind: "literal", value: c.string(), type: t.stringType, ...c.spanFrom(start) };
  switch (token.word) {
    case "(":
      return parseParenthesized(c);
    case "*":
      c.next();
      return parseStar(c, start);
    case "?": {
      const name = c.markerIndex();
      c.next();
      return { kind: "parameter", name, ...c.spanFrom(start) };
    }
    case ":":
      c.next();
      return { kind: "parameter", name: c.simpleIdentifier().name, ...c.spanFrom(start) };
    default:
      return parseWord(c, start);
  }
}

/** Names and everything that begins with a keyword. No keyword is reserved by default, so what follows decides. */
function parseWord(c: Cursor, start: number): Expression {
  const { word } = c.peek();
  const next = c.peek(1);
  if (word === "NULL" || word === "TRUE" || word === "FALSE") {
    if (next.word !== "(") return parseConstant(c, start);
  } else if (word === "CASE" && !standsAlone(c)) return parseCase(c);
  else if (word === "INTERVAL") {
    const interval = parseInterval(c);
    if (interval) return interval;
  } else if ((word === "CAST" || word === "TRY_CAST") && next.word === "(") return parseCast(c);
  else if (word === "STRUCT" && next.word === "(") return parseStruct(c);
  else if (bareFunctions.has(word) && next.word !== "(") return parseBare(c, start);
  if (c.peek().kind === "word" && c.isString(1)) return parseTypedLiteral(c);
  if (!c.isIdentifier() && !isFunctionName(c)) c.fail();
  const special = next.word === "(" ? parseSpecialCall(c) : undefined;
  return special ?? parseNamed(c, start);
}

/** FILTER, LEFT and RIGHT are names of functions even where they are reserved. */
const isFunctionName = (c: Cursor): boolean => c.atAny("FILTER", "LEFT", "RIGHT") && c.peek(1).word === "(";

/** Whether the word can only be a name, as nothing follows that an expression could begin with. */
function standsAlone(c: Cursor): boolean {
  const next = c.peek(1);
  return (
    next.kind === "end" || [")", ",", ".", "]", ";", "=", "<", ">", "<=", ">=", "<>", "::", "/", "%", "||", "->", "=>"].includes(next.word)
  );
}

function parseConstant(c: Cursor, start: number): Expression {
  const { word } = c.next();
  const span = c.spanFrom(start);
  if (word === "NULL") return { kind: "literal", value: null, type: t.voidType, ...span };
  return { kind: "literal", value: word === "TRUE", type: t.booleanType, ...span };
}

const bareFunctions = new Set(["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "USER", "SESSION_USER"]);

function parseBare(c: Cursor, start: number): Expression {
  if (c.peek(1).word === "->") return parseNamed(c, start);
  const { text } = c.next();
  const span = c.spanFrom(start);
  return { kind: "call", name: { kind: "name", parts: [{ name: text, ...span }], ...span }, args: [], bare: true, ...span };
}

/** `a`, `a.*`, `a.f(x)`, `a -> ...`, and the same with IDENTIFIER('a'). */
function parseNamed(c: Cursor, start: number): Expression {
  if (c.isIdentifier() && c.peek(1).word === "->") {
    const parameter = c.identifier();
    return parseLambda(c, start, [parameter]);
  }
  const computed = parseComputed(c);
  const first = computed ? [] : [partOf(c)];
  const parts = parseDotted(c, first, () => c.identifier());
  const span = c.spanFrom(start);
  const name = computed
    ? ({ kind: "computedName", expression: computed, rest: parts, ...span } as const)
    : ({ kind: "name", parts, ...span } as const);
  if (c.at(".", "*")) {
    c.expect(".", "*");
    return parseStar(c, start, name);
  }
  if (c.at("(")) return parseCall(c, start, name);
  if (name.kind === "name") return { kind: "column", name, ...span };
  // IDENTIFIER( ) is a column by itself: what follows are fields of it.
  const column: Expression = { kind: "column", name: { ...name, rest: [] }, ...span };
  return parts.reduce<Expression>((child, field) => ({ kind: "dereference", child, field, ...span }), column);
}

function partOf(c: Cursor): Identifier {
  if (!isFunctionName(c)) return c.identifier();
  const { text, start, end } = c.next();
  return { name: text, start, end };
}

function parseStar(c: Cursor, start: number, target?: Star["target"]): Star {
  const except = c.at("EXCEPT", "(") && !queryAhead(c, 2) ? parseExcept(c) : undefined;
  const replace = c.at("REPLACE", "(") ? parseReplace(c) : undefined;
  return {
    kind: "star",
    ...(target ? { target } : {}),
    ...(except ? { except } : {}),
    ...(replace ? { replace } : {}),
    ...c.spanFrom(start),
  };
}

function parseExcept(c: Cursor): Star["except"] {
  c.expect("EXCEPT", "(");
  const except = c.list(() => parseDotted(c, [c.declaredIdentifier()], () => c.declaredIdentifier()));
  c.expect(")");
  return except;
}

/** `REPLACE (x + 1 AS x)`, which Spark's grammar has not: other dialects do. */
function parseReplace(c: Cursor): Star["replace"] {
  c.expect("REPLACE", "(");
  const replace = c.list(() => {
    const { start } = c.peek();
    const child = parseExpr(c);
    c.expect("AS");
    return { kind: "alias", child, names: [c.declaredIdentifier()], ...c.spanFrom(start) } as const;
  });
  c.expect(")");
  return replace;
}

function parseParenthesized(c: Cursor): Expression {
  const { start } = c.peek();
  const closing = c.closing();
  if (closing !== undefined && c.peek(closing + 1).word === "->") return parseLambda(c, start, parseIdentifiers(c));
  c.expect("(");
  if (queryAhead(c) && !typesString(c, 0, false)) {
    const query = parseQuery(c);
    c.expect(")");
    return { kind: "subquery", query, ...c.spanFrom(start) };
  }
  const fields = c.list(() => parseNamedExpression(c));
  if (fields.length === 1 && fields[0]!.kind === "alias") c.fail();
  c.expect(")");
  return fields.length === 1 ? fields[0]! : { kind: "row", fields, ...c.spanFrom(start) };
}

function parseLambda(c: Cursor, start: number, parameters: readonly Identifier[]): Expression {
  c.expect("->");
  return { kind: "lambda", parameters, body: parseExpr(c), ...c.spanFrom(start) };
}

function parseStruct(c: Cursor): Expression {
  const { start } = c.peek();
  c.expect("STRUCT", "(");
  const fields = c.at(")") ? [] : c.list(() => parseNamedExpression(c));
  c.expect(")");
  return { kind: "row", fields, struct: true, ...c.spanFrom(start) };
}

function parseCast(c: Cursor): Expression {
  const { start } = c.peek();
  const mode = c.next().word === "TRY_CAST" ? ({ mode: "try" } as const) : {};
  c.expect("(");
  const child = parseExpr(c);
  c.expect("AS");
  const type = parseDataType(c);
  c.expect(")");
  return { kind: "cast", child, type, ...mode, ...c.spanFrom(start) };
}

function parseCase(c: Cursor): Expression {
  const { start } = c.expect("CASE");
  const value = c.at("WHEN") ? undefined : parseExpr(c);
  const branches = [];
  do {
    c.expect("WHEN");
    const when = parseExpr(c);
    c.expect("THEN");
    // biome-ignore lint/suspicious/noThenProperty: nothing awaits a branch
    branches.push({ when, then: parseExpr(c) });
  } while (c.at("WHEN"));
  const otherwise = c.accept("ELSE") ? parseExpr(c) : undefined;
  c.expect("END");
  return { kind: "case", ...(value ? { value } : {}), branches, ...(otherwise ? { otherwise } : {}), ...c.spanFrom(start) };
}
