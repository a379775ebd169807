import type { Cursor } from "../lexer/cursor.ts";
import type { Expression } from "../syntax/expression.ts";
import type { GroupBy, GroupingItem, GroupingSet, Hint, LateralView, QueryBody, Relation, Select } from "../syntax/query.ts";
import { parseNamedExpression, startsClause } from "./alias.ts";
import { parseExpr } from "./expression.ts";
import { listInParentheses, optionalList } from "./list.ts";
import { parseName } from "./name.ts";
import { parseClauses, parseQuantifier, parseWindows, type Term } from "./query.ts";
import { refuse, refuseLongChain, refuseUnsupported } from "./refuse.ts";
import { parseFrom } from "./relation.ts";

/** `SELECT ... [FROM ...] [WHERE ...] ... [WINDOW ...]`. */
export function parseSelect(c: Cursor): Term {
  const start = c.peek().start;
  const clause = parseSelectClause(c);
  const from = c.accept("FROM") ? parseFrom(c) : undefined;
  return finishSelect(c, start, clause, from);
}

/** `FROM t`, `FROM t SELECT a ...`, `FROM t SELECT a ... SELECT b ...`: several are one below the other. */
export function parseFromQuery(c: Cursor): Term {
  const start = c.expect("FROM").start;
  return parseBehindFrom(c, start, parseFrom(c));
}

/** The same behind its FROM clause. */
export function parseBehindFrom(c: Cursor, start: number, from: FromClause): Term {
  const terms: Term[] = [];
  while (c.at("SELECT")) terms.push(parseFromBody(c, from));
  const [first, ...rest] = terms;
  if (!first) return { body: { kind: "select", hints: [], items: [], ...from, ...c.spanFrom(start) } };
  return rest.reduce((left, right) => unionAll(left, right), first);
}

/** `SELECT a ... ORDER BY ...` behind a FROM that stands before it. */
export function parseFromBody(c: Cursor, from: FromClause): Term {
  const start = c.peek().start;
  const term = finishSelect(c, start, parseSelectClause(c), from);
  return { ...term, ...parseClauses(c) };
}

function unionAll(left: Term, right: Term): Term {
  const side = (term: Term): QueryBody => ({ kind: "nested", query: { ...term, ...spanOf(term) }, ...spanOf(term) });
  const body: QueryBody = {
    kind: "setOperation",
    operator: "union",
    quantifier: "all",
    left: side(left),
    right: side(right),
    start: left.body.start,
    end: right.body.end,
  };
  return { body };
}

const spanOf = ({ body }: Term) => ({ start: body.start, end: body.end });

/** Relations, and the lateral views behind them. */
export interface FromClause {
  readonly from: readonly Relation[];
  readonly lateralViews: readonly LateralView[];
}

export type SelectClause = Pick<Select, "hints" | "quantifier" | "items">;

/** `SELECT [hints] [DISTINCT] items`. */
export function parseSelectClause(c: Cursor): SelectClause {
  if (!c.at("SELECT")) return c.fail();
  if (c.at("SELECT", "TRANSFORM", "(") && isTransform(c))
    return refuseUnsupported(c, "SELECT TRANSFORM", "Use functions of SQL, or a data frame's user functions.");
  c.next();
  const hints = parseHints(c);
  const quantifier = atQuantifier(c) ? parseQuantifier(c) : undefined;
  return { hints, ...(quantifier ? { quantifier } : {}), items: c.list(() => parseNamedExpression(c)) };
}

/** ALL and DISTINCT are also names of columns: `SELECT all FROM t`. */
function atQuantifier(c: Cursor): boolean {
  if (!c.at("ALL") && !c.at("DISTINCT")) return false;
  const next = c.peek(1);
  return next.kind !== "end" && ![",", ".", ")", "=", "FROM", "AS"].includes(next.word);
}

/** `SELECT TRANSFORM (a) USING 'script'`, against a call of the function. */
function isTransform(c: Cursor): boolean {
  let depth = 0;
  for (let at = 2; c.peek(at).kind !== "end"; at++) {
    const { word } = c.peek(at);
    if (word === "(") depth++;
    if (word === ")" && --depth === 0) return ["USING", "ROW", "RECORDWRITER"].includes(c.peek(at + 1).word);
  }
  return false;
}

function parseHints(c: Cursor): Hint[] {
  const hints: Hint[] = [];
  while (c.accept("/*+")) {
    do {
      hints.push(parseHint(c));
      c.accept(",");
    } while (!c.at("*/"));
    c.expect("*/");
  }
  return hints;
}

function parseHint(c: Cursor): Hint {
  const start = c.peek().start;
  const name = c.simpleIdentifier();
  const parameters = c.at("(") ? listInParentheses(c, parseExpr) : [];
  return { name, parameters, ...c.spanFrom(start) };
}

function finishSelect(c: Cursor, start: number, clause: SelectClause, source: FromClause | undefined): Term {
  const lateralViews = [...(source?.lateralViews ?? []), ...parseLateralViews(c)];
  const where = c.accept("WHERE") ? parseExpr(c) : undefined;
  const { start: clauseStart } = c.peek();
  const groupBy = parseGroupBy(c, parseUnnamed);
  const grouped = groupBy && c.spanFrom(clauseStart);
  const having = c.accept("HAVING") ? parseExpr(c) : undefined;
  const qualify = c.at("QUALIFY") && startsClause(c) && c.accept("QUALIFY") ? parseExpr(c) : undefined;
  const body: Select = {
    kind: "select",
    ...clause,
    ...(source ? { from: source.from } : {}),
    lateralViews,
    ...(where ? { where } : {}),
    ...(groupBy ? { groupBy } : {}),
    ...(grouped ? { grouped } : {}),
    ...(having ? { having } : {}),
    ...(qualify ? { qualify } : {}),
    ...c.spanFrom(start),
  };
  const windows = c.at("WINDOW") ? parseWindows(c) : undefined;
  return { body, ...(windows ? { windows } : {}) };
}

/** `LATERAL VIEW [OUTER] f(x) t [AS a, b]`, any number. */
export function parseLateralViews(c: Cursor): LateralView[] {
  const views: LateralView[] = [];
  while (c.at("LATERAL", "VIEW")) {
    refuseLongChain(c, views.length);
    views.push(parseLateralView(c));
  }
  return views;
}

function parseLateralView(c: Cursor): LateralView {
  const start = c.expect("LATERAL").start;
  c.expect("VIEW");
  const outer = c.at("OUTER") && c.peek(1).word !== "(" && c.accept("OUTER");
  const name = parseName(c);
  const args = optionalList(c, parseExpr);
  const table = c.identifier();
  const named = c.accept("AS") || (c.isIdentifier() && !startsClause(c) && !c.at("LATERAL"));
  const columns = named ? c.list(() => c.identifier()) : [];
  return { outer, function: name, args, table, columns, ...c.spanFrom(start) };
}

/** `GROUP BY ...` in all its forms. `parseItem` reads an item: with an alias only below `|> AGGREGATE`. */
export function parseGroupBy(c: Cursor, parseItem: (c: Cursor) => Expression): GroupBy | undefined {
  if (c.peek(2).kind === "end" || !c.accept("GROUP", "BY")) return undefined;
  if (c.at("ALL") && !["(", ".", ","].includes(c.peek(1).word) && !c.at("ALL", "WITH")) {
    c.next();
    return { kind: "all" };
  }
  const items = c.list(() => parseGroupingAnalytics(c) ?? parseItem(c));
  const expressions = items.filter(isExpression);
  if (expressions.length < items.length) return { kind: "items", items };
  if (c.accept("WITH", "ROLLUP")) return { kind: "with", expressions, sets: "rollup" };
  if (c.accept("WITH", "CUBE")) return { kind: "with", expressions, sets: "cube" };
  if (c.accept("GROUPING", "SETS")) return { kind: "with", expressions, sets: listInParentheses(c, parseSet) };
  return { kind: "items", items };
}

const isExpression = (item: GroupingItem): item is Expression => !["rollup", "cube", "groupingSets"].includes(item.kind);

/** The grammar has names here as well, for `|> AGGREGATE`; the parser takes none. */
function parseUnnamed(c: Cursor): Expression {
  const item = parseNamedExpression(c);
  if (item.kind !== "alias") return item;
  const [name] = item.names;
  const { name: text, start, end } = name!;
  return c.fail({ kind: "word", text, word: "", start, end }, `: extra input '${text}'`);
}

/** ROLLUP, CUBE and GROUPING SETS as items of a GROUP BY. */
function parseGroupingAnalytics(c: Cursor): Exclude<GroupingItem, Expression> | undefined {
  const start = c.peek().start;
  if (c.at("GROUPING", "SETS", "(")) {
    c.next();
    c.next();
    const sets = c.nested(() => listInParentheses<GroupingSet>(c, () => parseGroupingAnalytics(c) ?? parseSet(c)));
    return { kind: "groupingSets", sets, ...c.spanFrom(start) };
  }
  const kind = c.at("ROLLUP", "(") ? "rollup" : c.at("CUBE", "(") ? "cube" : undefined;
  if (!kind) return undefined;
  c.next();
  const sets = listInParentheses(c, parseSet);
  if (sets.some((set) => set.length === 0)) refuse(c, "_LEGACY_ERROR_TEMP_0051", { element: kind.toUpperCase() });
  return { kind, sets, ...c.spanFrom(start) };
}

/** `()`, `(a, b)`, `a`. */
function parseSet(c: Cursor): Expression[] {
  if (!c.at("(")) return [parseExpr(c)];
  const mark = c.mark();
  const set = c.accept("(", ")") ? [] : listInParentheses(c, parseExpr);
  if (c.at(",") || c.at(")")) return set;
  // `(a + b) * c` is one expression that begins with a parenthesis.
  c.reset(mark);
  return [parseExpr(c)];
}
