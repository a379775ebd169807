import type { Cursor } from "../lexer/cursor.ts";
import type { Name } from "../syntax/span.ts";
import type { DescribeStatement } from "../syntax/statement.ts";
import { startsClause } from "./alias.ts";
import { parseName } from "./name.ts";
import { acceptFullPartition } from "./partition.ts";
import { parsePlainName } from "./plain-name.ts";
import { parseQuery } from "./query.ts";
import { queryAhead } from "./query-ahead.ts";
import { refuse, refuseStatement, refuseUnsupported } from "./refuse.ts";
import { SCHEMA_WORDS } from "./schema.ts";
import { parseSetOrStatement } from "./statement.ts";

/** `DESCRIBE ...`, `DESC ...`. */
export function parseDescribe(c: Cursor): DescribeStatement {
  c.next();
  if (c.at("PROCEDURE") && c.isIdentifier(1)) return refuseUnsupported(c, "DESCRIBE PROCEDURE", "Its catalog has none.");
  if (c.at("FUNCTION") && !endsName(c, 1)) return parseDescribeFunction(c);
  if (c.atAny(...SCHEMA_WORDS) && c.isIdentifier(1)) {
    c.next();
    const extended = acceptExtended(c);
    return { kind: "describeSchema", extended, name: parseName(c) };
  }
  if (!c.at("TABLE") && queryAhead(c)) return { kind: "describeQuery", query: parseQuery(c) };
  if (c.at("QUERY") && queryAhead(c, 1)) {
    c.next();
    return { kind: "describeQuery", query: parseQuery(c) };
  }
  return parseDescribeTable(c);
}

const endsName = (c: Cursor, offset: number) => c.peek(offset).kind === "end" || c.peek(offset).word === ";";
const acceptExtended = (c: Cursor) => c.at("EXTENDED") && !endsName(c, 1) && c.accept("EXTENDED");

function parseDescribeTable(c: Cursor): DescribeStatement {
  const start = c.peek();
  if (c.at("TABLE") && c.isIdentifier(1)) c.next();
  const extended = c.atAny("EXTENDED", "FORMATTED") && c.isIdentifier(1) && c.acceptAny("EXTENDED", "FORMATTED") !== undefined;
  const table = parseName(c);
  const partition = acceptFullPartition(c);
  const column = c.isIdentifier() && !c.at("AS", "JSON") && !startsClause(c) ? parsePlainName(c) : undefined;
  const asJson = c.accept("AS", "JSON");
  if (asJson && !extended) {
    const tableName = table.kind === "name" ? table.parts.at(-1)!.name : c.text.slice(table.start, table.end);
    refuse(c, "DESCRIBE_JSON_NOT_EXTENDED", { tableName }, start);
  }
  if (column && partition) refuse(c, "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_PARTITION", {}, start);
  if (column && asJson) refuse(c, "UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON", {}, start);
  return {
    kind: "describeTable",
    table,
    extended,
    asJson,
    ...(partition ? { partition } : {}),
    ...(column ? { column } : {}),
  };
}

/** `DESCRIBE FUNCTION [EXTENDED] f`, where operators are functions as well. */
function parseDescribeFunction(c: Cursor): DescribeStatement {
  c.expect("FUNCTION");
  const extended = acceptExtended(c);
  return { kind: "describeFunction", extended, name: parseFunctionName(c) };
}

function parseFunctionName(c: Cursor): Name {
  const start = c.peek().start;
  const isOperator = c.peek().kind === "symbol" && c.peek().word !== "(";
  if (!isOperator && !c.isString()) return parseName(c);
  let name = c.isString() ? c.string() : c.next().text;
  while (isOperator && c.peek().kind === "symbol" && !c.at(";")) name += c.next().text;
  const span = c.spanFrom(start);
  return { kind: "name", parts: [{ name, ...span }], ...span };
}

const MODES = { EXTENDED: "extended", FORMATTED: "formatted", CODEGEN: "codegen", COST: "cost" } as const;

/** `EXPLAIN [mode] statement`. */
export function parseExplain(c: Cursor): DescribeStatement {
  const start = c.expect("EXPLAIN");
  if (c.at("LOGICAL")) refuseStatement(c, "EXPLAIN LOGICAL", start);
  const word = c.acceptAny("EXTENDED", "FORMATTED", "CODEGEN", "COST");
  return { kind: "explain", mode: word ? MODES[word] : "simple", statement: c.nested(() => parseSetOrStatement(c)) };
}
