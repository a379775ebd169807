import type { Cursor } from "../lexer/cursor.ts";
import type { Expression } from "../syntax/expression.ts";
import type { GroupBy, PipeOperator, Select, SetOperation } from "../syntax/query.ts";
import { parseNamedExpression, startsClause } from "./alias.ts";
import { parseExpr } from "./expression.ts";
import { parseName } from "./name.ts";
import { parsePivot, parseUnpivot } from "./pivot.ts";
import { type Clauses, parseClauses, parseQuantifier, parseSide, parseWindows } from "./query.ts";
import { callsOf } from "./references.ts";
import { refuse, refuseLongChain, refuseOperation } from "./refuse.ts";
import { parseJoin } from "./relation.ts";
import { parseSample } from "./sample.ts";
import { parseGroupBy, parseSelectClause } from "./select.ts";

type Operator<K extends PipeOperator["kind"]> = Omit<Extract<PipeOperator, { kind: K }>, "start" | "end">;
type AnyOperator = { [K in PipeOperator["kind"]]: Operator<K> }[PipeOperator["kind"]];

/** `|> operator`, any number. */
export function parsePipes(c: Cursor): PipeOperator[] {
  const pipes: PipeOperator[] = [];
  while (c.accept("|>")) {
    refuseLongChain(c, pipes.length);
    const start = c.peek().start;
    pipes.push({ ...parseOperator(c), ...c.spanFrom(start) } as PipeOperator);
  }
  return pipes;
}

function parseOperator(c: Cursor): AnyOperator {
  const parse = OPERATORS[c.peek().word];
  if (parse) return parse(c);
  const join = parseJoin(c);
  if (join) return { kind: "join", join };
  return parseOrganize(c);
}

const setOperation =
  (operator: SetOperation["operator"]) =>
  (c: Cursor): Operator<"setOperation"> => {
    c.next();
    const quantifier = parseQuantifier(c);
    return { kind: "setOperation", operator, ...(quantifier ? { quantifier } : {}), right: parseSide(c) };
  };

const OPERATORS: Readonly<Record<string, (c: Cursor) => AnyOperator>> = {
  SELECT: parsePipeSelect,
  EXTEND: (c) => {
    c.expect("EXTEND");
    return { kind: "extend", items: c.list(() => parseNamedExpression(c)) };
  },
  SET: parseSet,
  DROP: (c) => {
    c.expect("DROP");
    return { kind: "drop", columns: c.list(() => c.declaredIdentifier()) };
  },
  AS: (c) => {
    c.expect("AS");
    return { kind: "as", alias: c.declaredIdentifier() };
  },
  WHERE: parseWhere,
  AGGREGATE: parseAggregate,
  PIVOT: (c) => {
    const start = c.peek();
    const pivot = parsePivot(c);
    if (c.at("UNPIVOT")) refuse(c, "NOT_ALLOWED_IN_FROM.UNPIVOT_WITH_PIVOT", {}, start);
    return { kind: "pivot", pivot };
  },
  UNPIVOT: (c) => {
    const start = c.peek();
    const unpivot = parseUnpivot(c);
    if (c.at("PIVOT")) refuse(c, "NOT_ALLOWED_IN_FROM.UNPIVOT_WITH_PIVOT", {}, start);
    return { kind: "unpivot", unpivot };
  },
  TABLESAMPLE: (c) => ({ kind: "sample", sample: parseSample(c) }),
  UNION: setOperation("union"),
  EXCEPT: setOperation("except"),
  MINUS: setOperation("except"),
  INTERSECT: setOperation("intersect"),
};

function parsePipeSelect(c: Cursor): Operator<"select"> {
  const start = c.peek().start;
  const select: Select = { kind: "select", ...parseSelectClause(c), lateralViews: [], ...c.spanFrom(start) };
  const windows = parseWindows(c);
  return { kind: "select", select, ...(windows ? { windows } : {}) };
}

function parseSet(c: Cursor): Operator<"set"> {
  const start = c.expect("SET");
  const assignments = c.list(() => {
    const name = parseName(c);
    c.expect("=");
    return { name, value: parseExpr(c) };
  });
  if (assignments.some(({ name }) => name.kind !== "name" || name.parts.length > 1)) {
    refuseOperation(c, "SQL pipe syntax |> SET operator with multi-part assignment key (only single-part keys are allowed)", start);
  }
  return { kind: "set", assignments };
}

function parseWhere(c: Cursor): Operator<"where"> {
  const start = c.expect("WHERE");
  const condition = parseExpr(c);
  if (c.at("WINDOW") && parseWindows(c)) refuse(c, "NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE", {}, start);
  return { kind: "where", condition };
}

/** `|> AGGREGATE sum(x) AS s GROUP BY a AS b`: the keys come first in what it gives, so they may have names. */
function parseAggregate(c: Cursor): Operator<"aggregate"> {
  const start = c.expect("AGGREGATE");
  const listed = !(c.at("GROUP") && startsClause(c)) && !c.at("|>") && !c.at(")") && !c.at(";") && c.peek().kind !== "end";
  const aggregates = listed ? c.list(() => parseNamedExpression(c)) : [];
  const groupBy = parseGroupBy(c, parseNamedExpression);
  if (!listed && !groupBy) {
    const message = "The AGGREGATE clause requires a list of aggregate expressions or a list of grouping expressions, or both";
    refuseOperation(c, message, start);
  }
  if (groupBy) refuseGrouping(c, groupBy, aggregates);
  return { kind: "aggregate", aggregates, ...(groupBy ? { groupBy } : {}) };
}

function refuseGrouping(c: Cursor, groupBy: GroupBy, aggregates: readonly Expression[]): void {
  const unsupported = (what: string): never => refuse(c, "UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE", { case: what });
  if (groupBy.kind === "all") unsupported("GROUP BY ALL");
  if (groupBy.kind === "with") {
    unsupported(typeof groupBy.sets === "string" ? `GROUP BY ${groupBy.sets.toUpperCase()}` : "GROUPING SETS");
  }
  const items = groupBy.kind === "items" ? groupBy.items : [];
  for (const { kind } of items) {
    if (kind === "cube" || kind === "rollup") unsupported(`GROUP BY ${kind.toUpperCase()}`);
    if (kind === "groupingSets") unsupported("GROUPING SETS");
  }
  for (const call of callsOf([items, aggregates])) {
    const name = call.name.kind === "name" && call.name.parts.length === 1 ? call.name.parts[0]!.name.toUpperCase() : "";
    if (call.args.length === 1 && (name === "GROUPING" || name === "GROUPING_ID")) unsupported(name);
    if (call.over && "kind" in call.over) {
      unsupported("window functions; please update the query to move the window functions to a subsequent |> SELECT operator instead");
    }
  }
}

/** Clauses of a query that may stand behind `|>`: one of them, or LIMIT with OFFSET. */
function parseOrganize(c: Cursor): Operator<"organize"> {
  const start = c.peek();
  if (c.at("WINDOW") && startsClause(c)) {
    parseWindows(c);
    refuse(c, "UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS", { clauses: "the WINDOW clause" }, start);
  }
  const clauses = parseClauses(c);
  // The grammar takes none at all as well: `t |> |> SELECT a`.
  const ends = c.peek().kind === "end" || c.atAny("|>", ")", ";");
  if (Object.keys(clauses).length === 0 && !ends) return c.fail();
  const order = orderingOf(clauses);
  const second = clauses.offset ? "OFFSET" : clauses.limit ? "LIMIT" : undefined;
  if (order && second) refuse(c, "MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS", { clause1: order, clause2: second }, start);
  if (clauses.windows) refuse(c, "UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS", { clauses: "the WINDOW clause" }, start);
  return { kind: "organize", clauses: { ...clauses, ...c.spanFrom(start.start) } };
}

function orderingOf({ orderBy, sortBy, distributeBy, clusterBy }: Clauses): string | undefined {
  if (orderBy) return "ORDER BY";
  if (sortBy) return distributeBy ? "SORT BY ... DISTRIBUTE BY ..." : "SORT BY";
  if (distributeBy) return "DISTRIBUTE BY";
  return clusterBy ? "CLUSTER BY" : undefined;
}
