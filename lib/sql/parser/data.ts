import type { Cursor } from "../lexer/cursor.ts";
import type { Query, TableAlias, With } from "../syntax/query.ts";
import type { Name, Span } from "../syntax/span.ts";
import type { Assignment, DataStatement, QueryStatement } from "../syntax/statement.ts";
import { parseIdentifiers, parseTableAlias } from "./alias.ts";
import { parseExpr } from "./expression.ts";
import { parseMerge } from "./merge.ts";
import { parseName } from "./name.ts";
import { acceptPartition } from "./partition.ts";
import { parsePlainName } from "./plain-name.ts";
import { acceptIfNotExists } from "./presence.ts";
import { parseKeyValues } from "./property.ts";
import { finishQuery, parseQuery, parseQueryBehind, parseWith, startsQuery } from "./query.ts";
import { refuse, refuseOperation, refuseStatement } from "./refuse.ts";
import { parseFrom } from "./relation.ts";
import { acceptRowFormat, acceptStoredAs } from "./row-format.ts";
import { parseBehindFrom, parseFromBody } from "./select.ts";
import { acceptProvider } from "./table-clauses.ts";

type Insert = Extract<DataStatement, { kind: "insert" | "insertDirectory" }>;

/** `WITH ... ` before a query or a statement that changes data. */
export function parseWithStatement(c: Cursor): DataStatement | QueryStatement {
  const start = c.peek().start;
  const definitions = parseWith(c)!;
  switch (c.peek().word) {
    case "INSERT":
      return withDefinitions(parseInsert(c), definitions);
    case "DELETE":
      return { ...parseDelete(c), with: definitions };
    case "UPDATE":
      return { ...parseUpdate(c), with: definitions };
    case "MERGE":
      return { ...parseMerge(c), with: definitions };
    case "FROM":
      return parseFromStatement(c, start, definitions);
    default:
      return { kind: "query", query: parseQueryBehind(c, start, definitions) };
  }
}

/** `FROM t SELECT a`: a query; `FROM t INSERT INTO u SELECT a INSERT INTO v SELECT b`: as many insertions. */
export function parseFromStatement(c: Cursor, start = c.peek().start, definitions?: With): DataStatement | QueryStatement {
  const from = c.expect("FROM").start;
  const source = parseFrom(c);
  if (!c.at("INSERT")) return { kind: "query", query: finishQuery(c, start, parseBehindFrom(c, from, source), definitions) };
  const inserts: (Insert & Span)[] = [];
  while (c.at("INSERT")) {
    const place = c.peek().start;
    const insert = parseInsertion(c, () => {
      const body = c.peek().start;
      return { ...parseFromBody(c, source), ...c.spanFrom(body) };
    });
    inserts.push({ ...(definitions ? withDefinitions(insert, definitions) : insert), ...c.spanFrom(place) });
  }
  const tables = inserts.filter((insert): insert is Extract<Insert, { kind: "insert" }> & Span => insert.kind === "insert");
  if (tables.length < inserts.length) return refuseOperation(c, "INSERT OVERWRITE DIRECTORY below a common FROM", { start });
  return { kind: "multiInsert", inserts: tables };
}

/** An insertion's WITH belongs to its query. */
function withDefinitions(insert: Insert, definitions: With): Insert {
  const { query } = insert;
  const { start, end } = query;
  if (!query.with) return { ...insert, query: { with: definitions, ...query, start: definitions.start } };
  const body = { kind: "nested" as const, query, start, end };
  return { ...insert, query: { with: definitions, body, start: definitions.start, end } };
}

/** `INSERT INTO | OVERWRITE ... query`. */
export function parseInsert(c: Cursor): Insert {
  return parseInsertion(c, () => parseQuery(c));
}

function parseInsertion(c: Cursor, parseSource: () => Query): Insert {
  const start = c.expect("INSERT");
  const overwrite = c.accept("OVERWRITE");
  if (!overwrite) c.expect("INTO");
  if (overwrite && (c.at("LOCAL", "DIRECTORY") || (c.at("DIRECTORY") && (c.isString(1) || c.peek(1).word === "USING")))) {
    return parseDirectory(c, parseSource, start);
  }
  const table = c.at("TABLE") && c.isIdentifier(1) && c.accept("TABLE");
  const target = parseName(c);
  const options = c.at("WITH", "(") && c.accept("WITH") ? parseKeyValues(c) : undefined;
  if (!overwrite && c.accept("REPLACE", "WHERE")) {
    const replaceWhere = parseExpr(c);
    return { kind: "insert", target, table, overwrite, ...(options ? { options } : {}), replaceWhere, query: parseSource() };
  }
  const partition = acceptPartition(c);
  const ifPartitionNotExists = acceptIfNotExists(c);
  if (ifPartitionNotExists && !overwrite) refuseStatement(c, "INSERT INTO ... IF NOT EXISTS", start);
  const open = partition?.filter(({ value }) => value === undefined) ?? [];
  if (ifPartitionNotExists && open.length) {
    refuseOperation(c, `IF NOT EXISTS with dynamic partitions: ${open.map(({ column }) => column.name).join(", ")}`, start);
  }
  const byName = c.accept("BY", "NAME");
  const columns = !byName && c.at("(") && c.peek(1).word !== "(" && !startsQuery(c, 1) ? parseIdentifiers(c) : undefined;
  return {
    kind: "insert",
    target,
    table,
    overwrite,
    ...(options ? { options } : {}),
    ...(partition ? { partition } : {}),
    ...(ifPartitionNotExists ? { ifPartitionNotExists } : {}),
    ...(byName ? { byName } : {}),
    ...(columns ? { columns } : {}),
    query: parseSource(),
  };
}

/** `INSERT OVERWRITE [LOCAL] DIRECTORY 'path' [USING parquet [OPTIONS (...)]]`. */
function parseDirectory(c: Cursor, parseSource: () => Query, start: { readonly start: number }): Insert {
  const local = c.accept("LOCAL");
  c.expect("DIRECTORY");
  const path = c.isString() ? c.string() : undefined;
  const provider = acceptProvider(c);
  if (provider === undefined) {
    if (path === undefined) c.fail();
    acceptRowFormat(c);
    acceptStoredAs(c);
    if (path === "") refuseOperation(c, "INSERT OVERWRITE DIRECTORY must be accompanied by path", start);
  }
  const options = provider !== undefined && c.accept("OPTIONS") ? parseKeyValues(c) : undefined;
  const optionPath = options?.some(({ key }) => key.toLowerCase() === "path");
  if (provider !== undefined && Boolean(path) === Boolean(optionPath)) refuse(c, "_LEGACY_ERROR_TEMP_0049", {}, start);
  const scheme = path === undefined ? undefined : /^([a-z][a-z0-9+.-]*):/i.exec(path)?.[1];
  if (local && scheme && scheme !== "file") refuse(c, "LOCAL_MUST_WITH_SCHEMA_FILE", { actualSchema: scheme }, start);
  const { start: from, end } = c.spanFrom(start.start);
  const format: Name | undefined =
    provider === undefined
      ? undefined
      : { kind: "name", parts: provider.split(".").map((name) => ({ name, start: from, end })), start: from, end };
  return {
    kind: "insertDirectory",
    local,
    ...(path === undefined ? {} : { path }),
    ...(format ? { format } : {}),
    ...(options ? { options } : {}),
    query: parseSource(),
  };
}

/** `DELETE FROM t [AS a] [WHERE condition]`. */
export function parseDelete(c: Cursor): Extract<DataStatement, { kind: "delete" }> {
  c.expect("DELETE", "FROM");
  const target = parseName(c);
  const alias = parsePlainAlias(c, "DELETE");
  const where = c.accept("WHERE") ? parseExpr(c) : undefined;
  return { kind: "delete", target, ...(alias ? { alias } : {}), ...(where ? { where } : {}) };
}

/** `UPDATE t [AS a] SET x = 1 [WHERE condition]`. */
export function parseUpdate(c: Cursor): Extract<DataStatement, { kind: "update" }> {
  c.expect("UPDATE");
  const target = parseName(c);
  const alias = parsePlainAlias(c, "UPDATE");
  c.expect("SET");
  const assignments = parseAssignments(c);
  const where = c.accept("WHERE") ? parseExpr(c) : undefined;
  return { kind: "update", target, ...(alias ? { alias } : {}), assignments, ...(where ? { where } : {}) };
}

/** An alias that names no columns. */
export function parsePlainAlias(c: Cursor, op: string): TableAlias | undefined {
  const alias = parseTableAlias(c);
  if (alias?.columns) refuse(c, "COLUMN_ALIASES_NOT_ALLOWED", { op }, alias);
  return alias;
}

/** `a.b = 1, c = 2`. */
export function parseAssignments(c: Cursor): Assignment[] {
  return c.list(() => {
    const column = parsePlainName(c);
    c.expect("=");
    return { column, value: parseExpr(c) };
  });
}
