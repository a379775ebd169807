import type { Cursor } from "../lexer/cursor.ts";
import type { Expression } from "../syntax/expression.ts";
import type { Name } from "../syntax/span.ts";
import type { SchemaStatement, SessionStatement } from "../syntax/statement.ts";
import { parseNamedExpression } from "./alias.ts";
import { parseDefaultValue } from "./column-definition.ts";
import { parseAssignments } from "./data.ts";
import { parseExpr } from "./expression.ts";
import { inParentheses, listInParentheses } from "./list.ts";
import { parseComputed, parseName } from "./name.ts";
import { parsePlainName } from "./plain-name.ts";
import { acceptIfExists } from "./presence.ts";
import { parseQuery } from "./query.ts";
import { refuse, refuseOperation, refuseStatement, sqlId } from "./refuse.ts";
import { parseDataType } from "./type.ts";

/** `SET ...` outside of scripts: a setting, whose value is text as written, a variable, the time zone, the catalog. */
export function parseSet(c: Cursor): SessionStatement | SchemaStatement {
  const start = c.peek();
  if (c.at("SET", "ROLE")) return refuseStatement(c, "SET ROLE", start);
  if (c.at("SET", "CATALOG") && (c.isIdentifier(2) || c.isString(2))) return parseSetCatalog(c);
  if (c.at("SET", "TIME", "ZONE")) return parseTimeZone(c);
  if (c.acceptAny("SET") && c.atAny("VAR", "VARIABLE") && (c.isIdentifier(1) || c.peek(1).word === "(")) {
    const mark = c.mark();
    c.next();
    // Without a `=` it is no assignment, and what SET says of settings holds.
    if (takeRest(c).some(({ word }) => word === "=")) {
      c.reset(mark + 1);
      return parseSetVariable(c);
    }
    c.reset(mark);
  }
  c.reset(c.mark() - 1);
  return parseSetting(c);
}

function parseSetCatalog(c: Cursor): SchemaStatement {
  c.expect("SET", "CATALOG");
  if (c.isString()) return { kind: "setCatalog", name: c.string() };
  const start = c.peek().start;
  const expression = parseComputed(c);
  if (!expression) return { kind: "setCatalog", name: c.declaredIdentifier() };
  return { kind: "setCatalog", name: { kind: "computedName", expression, rest: [], ...c.spanFrom(start) } };
}

function parseTimeZone(c: Cursor): SessionStatement {
  const start = c.peek();
  c.expect("SET", "TIME", "ZONE");
  if (c.at("LOCAL") && c.accept("LOCAL")) return { kind: "setTimeZone", value: "local" };
  if (!c.isString() && !c.at("INTERVAL")) return refuse(c, "_LEGACY_ERROR_TEMP_0045", {}, start);
  const value = parseExpr(c);
  const more = c.peek().kind !== "end" && !c.at(";");
  if (more || (value.kind !== "interval" && value.kind !== "literal")) refuse(c, "_LEGACY_ERROR_TEMP_0045", {}, start);
  return { kind: "setTimeZone", value };
}

/** `a = 1, b = 2`, `(a, b) = (SELECT ...)`: behind SET VARIABLE, and behind SET in scripts. */
export function parseSetVariable(c: Cursor): SessionStatement {
  if (!c.at("(")) {
    const assignments = parseAssignments(c);
    return { kind: "setVariable", names: assignments.map(({ column }) => column), values: assignments.map(({ value }) => value) };
  }
  const names = listInParentheses<Name>(c, parsePlainName);
  c.expect("=");
  return { kind: "setVariableQuery", names, query: inParentheses(c, parseQuery) };
}

const KEY_VALUE = /^([a-zA-Z_\d\\.:]+)\s*=([^;]*);*$/;
const KEY = /^([a-zA-Z_\d\\.:]+)\s*$/;

/** `SET`, `SET -v`, `SET key`, `SET key = value`; a key and a value may stand in backticks. */
function parseSetting(c: Cursor): SessionStatement {
  const start = c.expect("SET");
  const text = c.text.slice(start.end).trim().replace(/;+$/, "");
  const tokens = takeRest(c);
  const last = tokens.findLast(({ word }) => word !== ";");
  const equals = tokens.findIndex(({ word }) => word === "=");
  const first = tokens[0];
  const quotedKey = first && isQuoted(c, first) && (tokens.length === 1 || tokens[1]?.word === "=" || tokens[1]?.word === ";");
  if (last?.kind === "name" && equals >= 0 && tokens[equals + 1] === last) {
    const key = quotedKey ? unquoted(first) : KEY.exec(c.text.slice(start.end, tokens[equals]!.start).trim())?.[1];
    if (key !== undefined) return { kind: "set", key, value: unquoted(last) };
    const candidate = c.text.slice(start.end, tokens[equals]!.start).trim();
    return refuse(c, "INVALID_PROPERTY_KEY", { key: setting(candidate), value: setting(unquoted(last)) }, start);
  }
  if (quotedKey) {
    const key = unquoted(first);
    if (equals < 0) return { kind: "set", key };
    const value = c.text.slice(tokens[equals]!.end).trim();
    const plain = /^([^;]*);*$/.exec(value)?.[1];
    if (plain === undefined) return refuse(c, "INVALID_PROPERTY_VALUE", { value: setting(value), key: setting(key) }, start);
    return { kind: "set", key, value: plain };
  }
  const pair = KEY_VALUE.exec(text);
  if (pair) return { kind: "set", key: pair[1]!, value: pair[2]!.trim() };
  const key = KEY.exec(text);
  if (key) return { kind: "set", key: key[1]! };
  if (text.trim() === "-v") return { kind: "set", verbose: true };
  return text.trim() === "" ? { kind: "set" } : refuse(c, "INVALID_SET_SYNTAX", {}, start);
}

type Token = ReturnType<Cursor["next"]>;
const setting = (text: string) => `"${text}"`;
const isQuoted = (c: Cursor, { kind }: Token) => kind === "name" || (kind === "doubleQuoted" && c.options.doubleQuotedIdentifiers);
const unquoted = ({ text }: Token) => text.slice(1, -1).replaceAll(text[0]!.repeat(2), text[0]!);

function takeRest(c: Cursor): Token[] {
  const tokens: Token[] = [];
  while (c.peek().kind !== "end") tokens.push(c.next());
  return tokens;
}

/** `RESET`, `RESET key`. */
export function parseReset(c: Cursor): SessionStatement {
  const start = c.expect("RESET");
  const text = c.text.slice(start.end).trim().replace(/;+$/, "").trim();
  const [first, ...rest] = takeRest(c).filter(({ word }) => word !== ";");
  if (!first) return { kind: "reset" };
  if (isQuoted(c, first) && rest.length === 0) return { kind: "reset", key: unquoted(first) };
  const key = KEY.exec(text)?.[1];
  return key === undefined ? refuse(c, "INVALID_RESET_COMMAND_FORMAT", {}, start) : { kind: "reset", key };
}

/** `DECLARE [OR REPLACE] [VARIABLE] a, b INT DEFAULT 1`. */
export function parseDeclare(c: Cursor): SessionStatement {
  c.expect("DECLARE");
  const replace = c.accept("OR", "REPLACE");
  if (c.atAny("VAR", "VARIABLE") && c.isIdentifier(1)) c.next();
  const names = c.list(() => parseName(c));
  const atDefault = () => c.at("DEFAULT") || c.at("=");
  const type = !atDefault() && c.isIdentifier() ? parseDataType(c) : undefined;
  const value = atDefault() && c.next() ? parseDefaultValue(c) : undefined;
  if (!type && !value) refuse(c, "INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED", {}, names[0]);
  return { kind: "declareVariable", names, replace, ...(type ? { type } : {}), ...value };
}

/** `DROP TEMPORARY VARIABLE [IF EXISTS] v`. */
export function parseDropVariable(c: Cursor): SessionStatement {
  c.expect("DROP", "TEMPORARY");
  c.next();
  const ifExists = acceptIfExists(c);
  return { kind: "dropVariable", ifExists, name: parseName(c) };
}

/** `EXECUTE IMMEDIATE text [INTO a, b] [USING 1, 2 AS x]`. */
export function parseExecuteImmediate(c: Cursor): SessionStatement {
  c.expect("EXECUTE", "IMMEDIATE");
  const statement = parseExpr(c);
  const into = c.accept("INTO") ? c.list<Name>(() => parsePlainName(c)) : undefined;
  const start = c.peek();
  const using = c.accept("USING") ? parseUsing(c) : undefined;
  const names = (using ?? []).flatMap((argument) => (argument.kind === "alias" ? [argument.names[0]!.name] : []));
  const repeated = [...new Set(names.filter((name, place) => names.indexOf(name) !== place))];
  if (repeated.length) {
    const aliases = repeated.map((name) => sqlId(name)).join(", ");
    refuse(c, "EXEC_IMMEDIATE_DUPLICATE_ARGUMENT_ALIASES", { aliases }, start);
  }
  return { kind: "executeImmediate", statement, ...(into ? { into } : {}), ...(using ? { using } : {}) };
}

/** A list, which may stand in parentheses; `(1 + 2) * 3` and `(SELECT 1)` are one value. */
function parseUsing(c: Cursor): Expression[] {
  const closing = c.at("(") ? c.closing(0) : undefined;
  const behind = closing === undefined ? undefined : c.peek(closing + 1);
  const isAll = behind && (behind.kind === "end" || behind.word === ";");
  const listed = isAll ? c.attempt(() => listInParentheses(c, parseNamedExpression)) : undefined;
  return listed ?? c.list(() => parseNamedExpression(c));
}

/** `ADD JAR path`, `LIST FILES`. */
export function parseResource(c: Cursor): SessionStatement {
  const start = c.next();
  const type = c.identifier().name.toLowerCase();
  if (!/^(file|jar|archive)s?$/.test(type)) refuseOperation(c, `${start.word} with resource type '${type}'`, start);
  const text = c.text.slice(c.spanFrom(start.start).end).trim();
  takeRest(c);
  return { kind: "resource", action: `${start.word} ${type.toUpperCase()}`, text };
}
