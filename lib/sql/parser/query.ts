import type { Cursor } from "../lexer/cursor.ts";
import type { Expression, SortItem } from "../syntax/expression.ts";
import type { CteDefinition, NamedWindow, Query, QueryBody, SetOperation, With } from "../syntax/query.ts";
import { parseIdentifiers, startsClause } from "./alias.ts";
import { parseExpr } from "./expression.ts";
import { parseName } from "./name.ts";
import { parsePipes } from "./pipe.ts";
import { refuse, refuseLongChain, refuseOperation, sqlId } from "./refuse.ts";
import { parseValues } from "./relation.ts";
import { parseFromQuery, parseSelect } from "./select.ts";
import { parseNamedWindows, parseSortItem } from "./window.ts";

/** A query with all that may stand around it: WITH before, ORDER BY to OFFSET and `|>` operators behind. */
export function parseQuery(c: Cursor): Query {
  return c.nested(() => {
    const start = c.peek().start;
    const definitions = parseWith(c);
    return finishQuery(c, start, parsePrimary(c), definitions);
  });
}

/** The rest of a query whose first part (a query in parentheses) is already read. */
export function continueQuery(c: Cursor, start: number, first: QueryBody): Query {
  return finishQuery(c, start, { body: first });
}

/** The same after a WITH, or where the first part is no query in parentheses (`FROM t SELECT a`). */
export function finishQuery(c: Cursor, start: number, first: Term, definitions?: With): Query {
  return parseQueryFrom(c, start, parseSetOperations(c, first, 1), definitions);
}

/** A query whose WITH is already read. */
export function parseQueryBehind(c: Cursor, start: number, definitions: With): Query {
  return finishQuery(c, start, parsePrimary(c), definitions);
}

/** A body and the clauses that belong to it alone: those of `FROM t SELECT a ORDER BY b`, and the windows of one SELECT. */
export interface Term extends Clauses {
  readonly body: QueryBody;
}
export type Clauses = Omit<Query, "with" | "body" | "pipes" | "start" | "end">;

function parseQueryFrom(c: Cursor, start: number, term: Term, definitions?: With): Query {
  const pipes = parsePipes(c);
  if (pipes.length === 0) {
    const clauses = parseClauses(c);
    const windows = term.windows && clauses.windows ? { windows: [...term.windows, ...clauses.windows] } : {};
    return { ...(definitions ? { with: definitions } : {}), ...term, ...clauses, ...windows, ...c.spanFrom(start) };
  }
  if (isSetOperation(c)) {
    const left = nestedIn({ body: asSide(term), pipes, ...c.spanFrom(start) });
    return finishQuery(c, start, { body: left }, definitions);
  }
  const piped: Query = { body: asSide(term), pipes, ...c.spanFrom(start) };
  const clauses = parseClauses(c);
  const rest = Object.keys(clauses).length ? { body: nestedIn(piped), ...clauses } : piped;
  return { ...(definitions ? { with: definitions } : {}), ...rest, ...c.spanFrom(start) };
}

function nestedIn(query: Query): QueryBody {
  return { kind: "nested", query, start: query.start, end: query.end };
}

/** `WITH a AS (...)` before a query or a statement that changes data. */
export function parseWith(c: Cursor): With | undefined {
  if (!c.at("WITH")) return undefined;
  const start = c.next().start;
  const recursive = c.accept("RECURSIVE");
  const definitions = c.list(() => parseDefinition(c, recursive));
  const seen = definitions.map(({ name }) => name.name);
  const repeated = [...new Set(seen.filter((name, place) => seen.indexOf(name) !== place))];
  if (repeated.length) refuse(c, "DUPLICATED_CTE_NAMES", { duplicateNames: repeated.map((name) => sqlId(name)).join(", ") });
  return { recursive, definitions, ...c.spanFrom(start) };
}

function parseDefinition(c: Cursor, recursive: boolean): CteDefinition {
  const start = c.peek().start;
  const name = c.identifier();
  const columns = c.at("(") ? parseIdentifiers(c) : undefined;
  const limited = c.accept("MAX", "RECURSION", "LEVEL");
  const maxRecursion = limited ? parseExpr(c) : undefined;
  c.accept("AS");
  c.expect("(");
  const query = parseQuery(c);
  c.expect(")");
  if (limited && !recursive) refuseOperation(c, "Cannot specify MAX RECURSION LEVEL when the CTE is not marked as RECURSIVE");
  return { name, ...(columns ? { columns } : {}), ...(maxRecursion ? { maxRecursion } : {}), query, ...c.spanFrom(start) };
}

const OPERATORS: Readonly<Record<string, SetOperation["operator"]>> = {
  UNION: "union",
  EXCEPT: "except",
  MINUS: "except",
  INTERSECT: "intersect",
};

function isSetOperation(c: Cursor): boolean {
  return Object.hasOwn(OPERATORS, c.peek().word);
}

function precedenceOf(c: Cursor): number {
  return c.at("INTERSECT") && !c.options.setOperationsAlike ? 2 : 1;
}

/** INTERSECT binds tighter than the others; equals go from left to right. */
function parseSetOperations(c: Cursor, first: Term, weakest: number): Term {
  const start = first.body.start;
  let left = first;
  for (let length = 1; isSetOperation(c) && precedenceOf(c) >= weakest; length++) {
    refuseLongChain(c, length);
    const precedence = precedenceOf(c);
    const word = c.next().word;
    const quantifier = parseQuantifier(c);
    const right = parseSetOperations(c, parsePrimary(c), precedence + 1);
    const body: SetOperation = {
      kind: "setOperation",
      operator: OPERATORS[word]!,
      ...(quantifier ? { quantifier } : {}),
      left: asSide(left),
      right: asSide(right),
      ...c.spanFrom(start),
    };
    left = { body };
  }
  return left;
}

/** A term as a side of a set operation: in parentheses where clauses belong to it. */
function asSide(term: Term): QueryBody {
  if (Object.keys(term).length === 1) return term.body;
  const { start, end } = term.body;
  return { kind: "nested", query: { ...term, start, end }, start, end };
}

/** A query in parentheses or a body without clauses, as the right side of `|> UNION`. */
export function parseSide(c: Cursor): QueryBody {
  return asSide(parsePrimary(c));
}

export function parseQuantifier(c: Cursor): "all" | "distinct" | undefined {
  if (c.accept("ALL")) return "all";
  return c.accept("DISTINCT") ? "distinct" : undefined;
}

function parsePrimary(c: Cursor): Term {
  const start = c.peek().start;
  if (c.accept("(")) {
    const query = parseQuery(c);
    c.expect(")");
    return { body: { kind: "nested", query, ...c.spanFrom(start) } };
  }
  if (c.at("FROM")) return parseFromQuery(c);
  if (c.at("VALUES")) return { body: parseValues(c) };
  if (c.accept("TABLE")) return { body: { kind: "table", name: parseName(c), ...c.spanFrom(start) } };
  return parseSelect(c);
}

/** Whether a query begins here. */
export function startsQuery(c: Cursor, offset = 0): boolean {
  const next = c.peek(offset + 1);
  switch (c.peek(offset).word) {
    case "SELECT":
      return true;
    case "WITH":
    case "TABLE":
      return c.isIdentifier(offset + 1);
    case "FROM":
      return c.isIdentifier(offset + 1) || next.word === "(";
    case "VALUES":
      return next.kind !== "end" && (next.kind !== "symbol" || ["(", "+", "-", ":", "?", "~"].includes(next.word));
    default:
      return false;
  }
}

/** Whether what stands here goes on with a query, or ends one in parentheses, rather than being an alias or a join. */
export function goesOnAsQuery(c: Cursor): boolean {
  if (c.at(")") || c.at("|>") || isSetOperation(c)) return true;
  return startsClause(c) && c.atAny("ORDER", "SORT", "CLUSTER", "DISTRIBUTE", "WINDOW", "LIMIT", "OFFSET");
}

/** ORDER BY, SORT BY, CLUSTER BY, DISTRIBUTE BY, WINDOW, LIMIT and OFFSET: empty where none stands here. */
export function parseClauses(c: Cursor): Clauses {
  const order = c.accept("ORDER", "BY") ? c.list(() => parseSortItem(c)) : undefined;
  const clusterBy = c.accept("CLUSTER", "BY") ? c.list(() => parseExpr(c)) : undefined;
  const distributeBy = c.accept("DISTRIBUTE", "BY") ? c.list(() => parseExpr(c)) : undefined;
  const sortBy = c.accept("SORT", "BY") ? c.list(() => parseSortItem(c)) : undefined;
  const windows = parseWindows(c);
  const limit = c.accept("LIMIT") ? parseLimit(c) : undefined;
  const offset = c.accept("OFFSET") ? parseExpr(c) : undefined;
  const clashes = order ? sortBy || distributeBy || clusterBy : clusterBy && (sortBy || distributeBy);
  if (clashes) refuse(c, "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES");
  return {
    ...(order ? orderOf(order) : {}),
    ...(sortBy ? { sortBy } : {}),
    ...(clusterBy ? { clusterBy } : {}),
    ...(distributeBy ? { distributeBy } : {}),
    ...(windows ? { windows } : {}),
    ...(limit ? { limit } : {}),
    ...(offset ? { offset } : {}),
  };
}

function parseLimit(c: Cursor): Expression | "all" {
  return c.at("ALL") && !["(", "."].includes(c.peek(1).word) && c.accept("ALL") ? "all" : parseExpr(c);
}

/** `ORDER BY ALL` is no list: it means all columns, in the direction that it states. */
function orderOf(items: readonly SortItem[]): Pick<Query, "orderBy" | "orderAll"> {
  const [only] = items;
  const name = items.length === 1 && only?.expression.kind === "column" ? only.expression.name : undefined;
  if (name?.kind !== "name" || name.parts.length > 1 || name.parts[0]?.quoted || !/^all$/i.test(name.parts[0]!.name)) {
    return { orderBy: items };
  }
  const { direction, nulls } = only!;
  const orderAll = { ...(direction ? { direction } : {}), ...(nulls ? { nulls } : {}) };
  return { orderBy: "all", ...(direction || nulls ? { orderAll } : {}) };
}

/** `WINDOW a AS (...), b AS a`: each name once, each reference to a definition of the same clause. */
export function parseWindows(c: Cursor): NamedWindow[] | undefined {
  if (!c.at("WINDOW")) return undefined;
  c.next();
  const windows = parseNamedWindows(c);
  const byName = new Map<string, NamedWindow>();
  for (const window of windows) {
    const name = window.name.name;
    if (byName.has(name)) refuse(c, "INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION", { windowName: sqlId(name) });
    byName.set(name, window);
  }
  for (const { window } of windows) {
    if ("kind" in window) continue;
    const target = byName.get(window.name);
    if (!target) return refuse(c, "INVALID_SQL_SYNTAX.UNRESOLVED_WINDOW_REFERENCE", { windowName: sqlId(window.name) });
    if (!("kind" in target.window)) refuse(c, "INVALID_SQL_SYNTAX.INVALID_WINDOW_REFERENCE", { windowName: sqlId(window.name) });
  }
  return windows;
}
