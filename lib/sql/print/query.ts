import type * as s from "../syntax/query.ts";
import { printExpression, printExpressions } from "./expression.ts";
import { printIdentifier, printIdentifiers, printName } from "./name.ts";
import { printPipe } from "./pipe.ts";
import { printRelation, printTableAlias } from "./relation.ts";
import { printSortItems, printWindow } from "./window.ts";

/** A query as text that parses to the same tree, places and needless quotes apart. */
export function printQuery(query: s.Query): string {
  const pipes = (query.pipes ?? []).map((pipe) => `|> ${printPipe(pipe)}`);
  return words(query.with && printWith(query.with), printBody(query.body), printClauses(query), ...pipes);
}

/** The words that are there, with blanks between. */
export function words(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter((part) => part !== undefined && part !== false && part !== "").join(" ");
}

export function printWith({ recursive, definitions }: s.With): string {
  return `WITH ${recursive ? "RECURSIVE " : ""}${definitions.map(printDefinition).join(", ")}`;
}

function printDefinition({ name, columns, maxRecursion, query }: s.CteDefinition): string {
  const limit = maxRecursion ? `MAX RECURSION LEVEL ${printExpression(maxRecursion)}` : undefined;
  return words(printIdentifier(name) + (columns ? `(${printIdentifiers(columns)})` : ""), limit, `AS (${printQuery(query)})`);
}

type Clauses = Omit<s.Query, "with" | "body" | "pipes">;

/** ORDER BY to OFFSET. */
export function printClauses({ orderBy, orderAll, clusterBy, distributeBy, sortBy, windows, limit, offset }: Clauses): string {
  const { direction, nulls } = orderAll ?? {};
  const all = words("ORDER BY ALL", direction?.toUpperCase(), nulls && `NULLS ${nulls.toUpperCase()}`);
  return words(
    orderBy && (orderBy === "all" ? all : `ORDER BY ${printSortItems(orderBy)}`),
    clusterBy && `CLUSTER BY ${printExpressions(clusterBy)}`,
    distributeBy && `DISTRIBUTE BY ${printExpressions(distributeBy)}`,
    sortBy && `SORT BY ${printSortItems(sortBy)}`,
    windows && printWindows(windows),
    limit && `LIMIT ${limit === "all" ? "ALL" : printExpression(limit)}`,
    offset && `OFFSET ${printExpression(offset)}`,
  );
}

export function printWindows(windows: readonly s.NamedWindow[]): string {
  return `WINDOW ${windows.map(({ name, window }) => `${printIdentifier(name)} AS ${printWindow(window)}`).join(", ")}`;
}

type Bodies = { readonly [K in s.QueryBody["kind"]]: (body: Extract<s.QueryBody, { kind: K }>) => string };

const bodies: Bodies = {
  select: printSelectBody,
  setOperation: (body) => `${printBody(body.left)} ${printSetOperator(body)} ${printBody(body.right)}`,
  values: printValues,
  table: ({ name }) => `TABLE ${printName(name)}`,
  nested: ({ query }) => `(${printQuery(query)})`,
};

/** A query without what may stand around it. */
export function printBody(body: s.QueryBody): string {
  return (bodies[body.kind] as (b: s.QueryBody) => string)(body);
}

/** `UNION ALL`. */
export function printSetOperator({ operator, quantifier, byName }: Pick<s.SetOperation, "operator" | "quantifier" | "byName">): string {
  return words(operator.toUpperCase(), quantifier?.toUpperCase(), byName && "BY NAME");
}

export function printValues({ rows, alias }: s.Values): string {
  return words(`VALUES ${printExpressions(rows)}`, alias && printTableAlias(alias));
}

/** A SELECT without items begins with FROM. */
export function printSelectBody(select: s.Select): string {
  const { from, lateralViews, where, groupBy, having, qualify } = select;
  return words(
    select.items.length > 0 && printSelectClause(select),
    from && `FROM ${from.map(printRelation).join(", ")}`,
    ...lateralViews.map(printLateralView),
    where && `WHERE ${printExpression(where)}`,
    groupBy && printGroupBy(groupBy),
    having && `HAVING ${printExpression(having)}`,
    qualify && `QUALIFY ${printExpression(qualify)}`,
  );
}

/** `SELECT DISTINCT a, b`. */
export function printSelectClause({ hints, quantifier, items }: s.Select): string {
  const hint = hints.length > 0 && `/*+ ${hints.map(printHint).join(", ")} */`;
  return words("SELECT", hint, quantifier?.toUpperCase(), printExpressions(items));
}

function printHint({ name, parameters }: s.Hint): string {
  return printIdentifier(name) + (parameters.length > 0 ? `(${printExpressions(parameters)})` : "");
}

export function printLateralView({ outer, function: name, args, table, columns }: s.LateralView): string {
  const call = `${printName(name)}(${printExpressions(args)})`;
  return words("LATERAL VIEW", outer && "OUTER", call, printIdentifier(table), columns.length > 0 && `AS ${printIdentifiers(columns)}`);
}

/** `GROUP BY ...` in the form that it had. */
export function printGroupBy(groupBy: s.GroupBy): string {
  if (groupBy.kind === "all") return "GROUP BY ALL";
  if (groupBy.kind === "items") return `GROUP BY ${groupBy.items.map(printGroupingItem).join(", ")}`;
  const { expressions, sets } = groupBy;
  const behind = typeof sets === "string" ? `WITH ${sets.toUpperCase()}` : `GROUPING SETS (${sets.map(printSet).join(", ")})`;
  return `GROUP BY ${printExpressions(expressions)} ${behind}`;
}

function printGroupingItem(item: s.GroupingItem): string {
  if (item.kind === "groupingSets") return `GROUPING SETS (${item.sets.map(printGroupingSet).join(", ")})`;
  if ("sets" in item) return `${item.kind.toUpperCase()}(${item.sets.map(printSet).join(", ")})`;
  return printExpression(item);
}

function printGroupingSet(set: s.GroupingSet): string {
  return "kind" in set ? printGroupingItem(set) : printSet(set);
}

const printSet = (set: Parameters<typeof printExpressions>[0]): string => `(${printExpressions(set)})`;
