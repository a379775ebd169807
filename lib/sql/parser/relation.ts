import { joinNames } from "../../engine/logical/join-names.ts";
import type { Cursor } from "../lexer/cursor.ts";
import type { Expression } from "../syntax/expression.ts";
import type { Join, QueryBody, QueryRelation, Relation, TableReference, Values } from "../syntax/query.ts";
import { parseIdentifiers, parseTableAlias, startsClause } from "./alias.ts";
import { parseExpr } from "./expression.ts";
import { listInParentheses } from "./list.ts";
import { parseName } from "./name.ts";
import { parsePivot, parseUnpivot } from "./pivot.ts";
import { parseProperties } from "./property.ts";
import { continueQuery, goesOnAsQuery, parseQuery, startsQuery } from "./query.ts";
import { columnsOf } from "./references.ts";
import { refuse, refuseLongChain, refuseUnsupported, sqlId } from "./refuse.ts";
import { parseSample } from "./sample.ts";
import { type FromClause, parseLateralViews } from "./select.ts";
import { parseTableArgument } from "./table-argument.ts";

/** What stands behind FROM: relations, lateral views, and no PIVOT behind these. */
export function parseFrom(c: Cursor): FromClause {
  const start = c.peek();
  const from = [parseFirstRelation(c)];
  while (c.accept(",")) from.push(parseRelation(c));
  const lateralViews = parseLateralViews(c);
  if (lateralViews.length && c.at("PIVOT", "(")) refuse(c, "NOT_ALLOWED_IN_FROM.LATERAL_WITH_PIVOT", {}, start);
  if (lateralViews.length && c.at("UNPIVOT") && startsClause(c)) refuse(c, "NOT_ALLOWED_IN_FROM.LATERAL_WITH_UNPIVOT", {}, start);
  return { from, lateralViews };
}

/** A relation and what extends it: joins, PIVOT, UNPIVOT, from left to right. */
export function parseRelation(c: Cursor): Relation {
  return c.nested(() => {
    const start = c.peek().start;
    return extendRelation(c, start, parseRelationPrimary(c, acceptLateral(c)));
  });
}

/** Before the first relation LATERAL has nothing to refer to, and says nothing. */
function parseFirstRelation(c: Cursor): Relation {
  const plain = c.at("LATERAL") && c.isIdentifier(1) && !startsFunction(c) && c.peek(1).word !== "VIEW";
  if (plain) c.expect("LATERAL");
  return parseRelation(c);
}

/** Whether a call stands behind the next word. */
function startsFunction(c: Cursor): boolean {
  let at = 2;
  while (c.peek(at).word === ".") at += 2;
  return c.peek(at).word === "(";
}

const acceptLateral = (c: Cursor) => c.at("LATERAL") && c.peek(1).word !== "VIEW" && c.accept("LATERAL");

function extendRelation(c: Cursor, start: number, first: Relation): Relation {
  let relation = first;
  for (let length = 0; ; length++) {
    refuseLongChain(c, length);
    const join = parseJoin(c);
    if (join) relation = { ...join, left: relation, ...c.spanFrom(start) };
    else if (c.at("PIVOT", "(")) relation = { ...parsePivot(c), child: relation, ...c.spanFrom(start) };
    else if (c.at("UNPIVOT") && startsClause(c)) relation = { ...parseUnpivot(c), child: relation, ...c.spanFrom(start) };
    else return relation;
  }
}

/** A join but for its left side, as it also stands behind `|>`. */
export function parseJoin(c: Cursor): Omit<Join, "left"> | undefined {
  const { start } = c.peek();
  const natural = c.at("NATURAL") && c.accept("NATURAL");
  const type = parseJoinType(c);
  if (!type) return natural ? c.fail() : undefined;
  const place = c.peek();
  const lateral = c.accept("LATERAL");
  const right = parseRelationPrimary(c, lateral);
  const on = !natural && c.accept("ON") ? parseExpr(c) : undefined;
  const using = !natural && !on && c.at("USING", "(") && c.accept("USING") ? parseIdentifiers(c) : undefined;
  if (natural && lateral) refuse(c, "INCOMPATIBLE_JOIN_TYPES", { joinType1: "LATERAL", joinType2: "NATURAL" }, { start });
  if (natural && type === "cross") refuse(c, "INCOMPATIBLE_JOIN_TYPES", { joinType1: "NATURAL", joinType2: "CROSS" }, { start });
  if (lateral && using) refuse(c, "UNSUPPORTED_FEATURE.LATERAL_JOIN_USING", {}, place);
  if (lateral && !["inner", "cross", "left"].includes(type)) {
    refuse(c, "INVALID_LATERAL_JOIN_TYPE", { joinType: joinNames[type] }, { start });
  }
  return { kind: "join", type, natural, lateral, right, ...(on ? { on } : {}), ...(using ? { using } : {}), ...c.spanFrom(start) };
}

const JOIN_TYPES: readonly (readonly [readonly string[], Join["type"]])[] = [
  [["JOIN"], "inner"],
  [["INNER", "JOIN"], "inner"],
  [["CROSS", "JOIN"], "cross"],
  [["LEFT", "JOIN"], "left"],
  [["LEFT", "OUTER", "JOIN"], "left"],
  [["LEFT", "SEMI", "JOIN"], "leftSemi"],
  [["SEMI", "JOIN"], "leftSemi"],
  [["LEFT", "ANTI", "JOIN"], "leftAnti"],
  [["ANTI", "JOIN"], "leftAnti"],
  [["RIGHT", "JOIN"], "right"],
  [["RIGHT", "OUTER", "JOIN"], "right"],
  [["FULL", "JOIN"], "full"],
  [["FULL", "OUTER", "JOIN"], "full"],
];

function parseJoinType(c: Cursor): Join["type"] | undefined {
  return JOIN_TYPES.find(([words]) => c.accept(...words))?.[1];
}

function parseRelationPrimary(c: Cursor, lateral: boolean): Relation {
  const start = c.peek().start;
  const relation = parseUnlateral(c, lateral);
  if (lateral && relation.kind !== "queryRelation" && relation.kind !== "tableFunction") {
    refuse(c, "INVALID_SQL_SYNTAX.LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC", {}, { start });
  }
  return relation;
}

function parseUnlateral(c: Cursor, lateral: boolean): Relation {
  const start = c.peek().start;
  if (c.at("(")) {
    const inner = parseParenthesized(c);
    if ("relation" in inner) return { kind: "nestedRelation", relation: inner.relation, ...parseBehind(c), ...c.spanFrom(start) };
    return { kind: "queryRelation", query: inner.query, lateral, ...parseBehind(c), ...c.spanFrom(start) };
  }
  if (startsQuery(c) && c.at("VALUES")) return parseValues(c);
  if (c.at("STREAM") && (c.peek(1).word === "(" || (c.isStrictIdentifier(1) && c.peek(1).word !== "AS"))) return parseStream(c);
  return parseNamedRelation(c, lateral);
}

/** A sample and an alias, in this order. */
function parseBehind(c: Cursor): Pick<TableReference, "sample" | "alias"> {
  const sample = c.at("TABLESAMPLE", "(") ? parseSample(c) : undefined;
  refuseWatermark(c);
  const alias = parseTableAlias(c);
  return { ...(sample ? { sample } : {}), ...(alias ? { alias } : {}) };
}

function refuseWatermark(c: Cursor): void {
  if (c.at("WATERMARK") && startsClause(c)) refuseUnsupported(c, "WATERMARK", "It is about streams: leave it out.");
}

/** `t`, `t VERSION AS OF 1`, `t WITH (...)`, `f(x)`. */
function parseNamedRelation(c: Cursor, lateral: boolean): Relation {
  const start = c.peek().start;
  const name = parseName(c);
  if (c.at("(")) {
    if (name.kind === "name" && name.parts.length > 1) {
      refuse(c, "INVALID_SQL_SYNTAX.INVALID_TABLE_VALUED_FUNC_NAME", { funcName: sqlId(...name.parts.map((part) => part.name)) }, name);
    }
    const args = parseArguments(c);
    const alias = parseTableAlias(c);
    return { kind: "tableFunction", name, args, lateral, ...(alias ? { alias } : {}), ...c.spanFrom(start) };
  }
  const asOf = parseAsOf(c);
  const options = c.at("WITH", "(") && c.accept("WITH") ? parseProperties(c) : undefined;
  const reference = { ...(asOf ? { asOf } : {}), ...(options ? { options } : {}) };
  return { kind: "tableReference", name, ...reference, ...parseBehind(c), ...c.spanFrom(start) };
}

function parseArguments(c: Cursor): Expression[] {
  if (c.accept("(", ")")) return [];
  return listInParentheses(c, parseTableArgument);
}

/** `STREAM t`, `STREAM(t)`: a relation that only streaming queries have. */
function parseStream(c: Cursor): TableReference {
  const start = c.expect("STREAM").start;
  const closed = c.accept("(");
  const name = parseName(c);
  if (closed) c.expect(")");
  const options = c.at("WITH", "(") && c.accept("WITH") ? parseProperties(c) : undefined;
  const alias = parseTableAlias(c);
  const behind = { ...(options ? { options } : {}), ...(alias ? { alias } : {}) };
  return { kind: "tableReference", name, stream: true, ...behind, ...c.spanFrom(start) };
}

function parseAsOf(c: Cursor): TableReference["asOf"] {
  const offset = c.at("FOR") ? 1 : 0;
  const word = c.peek(offset).word;
  if (c.peek(offset + 1).word !== "AS" || c.peek(offset + 2).word !== "OF") return undefined;
  if (word === "VERSION" || word === "SYSTEM_VERSION") {
    for (let skipped = 0; skipped < offset + 3; skipped++) c.next();
    if (c.peek().kind !== "integer" && !c.isString()) c.fail();
    return { kind: "version", value: parseExpr(c) };
  }
  if (word !== "TIMESTAMP" && word !== "SYSTEM_TIME") return undefined;
  for (let skipped = 0; skipped < offset + 3; skipped++) c.next();
  const value = parseExpr(c);
  const [column] = columnsOf(value);
  if (column) refuse(c, "_LEGACY_ERROR_TEMP_0056", { reason: "timestamp expression cannot refer to any columns" }, value);
  return { kind: "timestamp", value };
}

/** `VALUES (1, 2), (3, 4) [AS t(a, b)]`, `VALUES 1, 2`. */
export function parseValues(c: Cursor): Values {
  const start = c.expect("VALUES").start;
  const rows = c.list(() => parseExpr(c));
  const alias = parseTableAlias(c);
  return { kind: "values", rows, ...(alias ? { alias } : {}), ...c.spanFrom(start) };
}

/** What stands in parentheses where a relation may: a query, or a relation. Read once, however deep they nest. */
export function parseParenthesized(c: Cursor): { readonly query: QueryRelation["query"] } | { readonly relation: Relation } {
  return c.nested(() => {
    c.expect("(");
    const inner = parseInside(c);
    c.expect(")");
    return inner;
  });
}

function parseInside(c: Cursor): ReturnType<typeof parseParenthesized> {
  const start = c.peek().start;
  if (!c.at("(") && !(c.at("VALUES") && startsQuery(c))) return startsQuery(c) ? { query: parseQuery(c) } : { relation: parseRelation(c) };
  const first = c.at("(") ? parseParenthesized(c) : { values: parseValues(c) };
  const { start: from, end } = c.spanFrom(start);
  if ("values" in first && goesOnAsQuery(c)) return { query: continueQuery(c, start, first.values) };
  if ("query" in first && goesOnAsQuery(c)) {
    const body: QueryBody = { kind: "nested", query: first.query, start: from, end };
    return { query: continueQuery(c, start, body) };
  }
  return { relation: extendRelation(c, start, primaryOf(c, start, first)) };
}

function primaryOf(c: Cursor, start: number, first: ReturnType<typeof parseParenthesized> | { readonly values: Values }): Relation {
  if ("values" in first) return first.values;
  if ("query" in first) return { kind: "queryRelation", query: first.query, lateral: false, ...parseBehind(c), ...c.spanFrom(start) };
  return { kind: "nestedRelation", relation: first.relation, ...parseBehind(c), ...c.spanFrom(start) };
}
