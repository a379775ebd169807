import { AnalysisError } from "../../engine/errors.ts";
import { freshId } from "../../engine/expressions/build.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { CteDefinition } from "../../engine/logical/cte.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { mapChildren } from "../../engine/logical/traverse.ts";
import type * as s from "../syntax/query.ts";
import type { Cte, Lowering } from "./context.ts";
import { lowerQuery, wholeNumber } from "./query.ts";

/**
 * Which of two definitions of a name is meant. `CORRECTED`: the inner one. `EXCEPTION`: the same, but an error where Spark 2 would have
 * meant the outer one. `LEGACY`: as Spark 2. Source: Spark's CTESubstitution.
 */
export const ctePolicy = (scope: Lowering): string =>
  scope.conf["spark.sql.legacy.ctePrecedencePolicy"]?.trim().toUpperCase() ?? "CORRECTED";

/** The definition that a name means. */
export const cteNamed = (name: string, scope: Lowering): Cte | undefined =>
  [...scope.ctes, ...(scope.laterCtes ?? [])].find((cte) => equal(cte.name, name, scope));

const equal = (a: string, b: string, scope: Lowering): boolean =>
  scope.session.caseSensitive ? a === b : a.toLowerCase() === b.toLowerCase();

/** What a query inside an expression sees of the definitions around it. */
export function insideExpression(scope: Lowering): Lowering {
  const { windows: _, inSelectList: __, inQuery: ___, laterCtes = [], ...rest } = scope;
  return { ...rest, ctes: [...scope.ctes, ...laterCtes] };
}

/** The plan of WITH; `lowerMain` gives that of the query which it is for. */
export function lowerWith(clause: s.With, scope: Lowering, lowerMain: (inner: Lowering) => LogicalPlan): LogicalPlan {
  checkNames(clause);
  const legacy = ctePolicy(scope) === "LEGACY";
  if (legacy && clause.recursive) throw new AnalysisError("RECURSIVE_CTE_IN_LEGACY_MODE", {});
  const definitions: CteDefinition[] = [];
  let own: readonly Cte[] = [];
  for (const written of clause.definitions) {
    checkConflict(written.name.name, scope);
    const cte: Cte = { name: written.name.name, id: freshId() };
    const siblings = clause.recursive ? [{ ...cte, self: true }, ...own] : own;
    definitions.push(lowerDefinition(written, cte, clause.recursive, definitionScope(siblings, legacy, scope)));
    own = [cte, ...own];
  }
  const inner: Lowering = legacy
    ? { ...scope, laterCtes: [...own, ...(scope.laterCtes ?? [])] }
    : { ...scope, ctes: [...own, ...scope.ctes] };
  const child = lowerMain({ ...inner, inQuery: true });
  if (!legacy) return { kind: "with", definitions, child };
  const kept = referred(definitions, child);
  return kept.length > 0 ? { kind: "with", definitions: kept, child } : child;
}

/** As Spark 2 had it, definitions were put into a query before the definitions of what they hold: those see nothing of the query around. */
function definitionScope(siblings: readonly Cte[], legacy: boolean, scope: Lowering): Lowering {
  const { windows: _, inQuery: __, laterCtes = [], ...rest } = scope;
  return { ...rest, ctes: [...siblings, ...(legacy ? laterCtes : scope.ctes)] };
}

function lowerDefinition(
  { columns, maxRecursion, query }: s.CteDefinition,
  { id, name }: Cte,
  recursive: boolean,
  scope: Lowering,
): CteDefinition {
  const plan = lowerQuery(query, scope);
  const maxLevel = maxRecursion && wholeNumber(maxRecursion, scope);
  return {
    id,
    name,
    plan,
    ...(columns ? { columns: columns.map((column) => column.name) } : {}),
    ...(recursive && refersTo(plan, id) ? { recursive: true } : {}),
    ...(maxLevel === undefined ? {} : { maxLevel }),
  };
}

/** Only what could have a WITH before Spark 3 could mean another one then: definitions, queries of expressions. */
function checkConflict(name: string, scope: Lowering): void {
  if (ctePolicy(scope) !== "EXCEPTION" || scope.inQuery || !scope.ctes.some((cte) => !cte.self && equal(cte.name, name, scope))) return;
  throw new AnalysisError("AMBIGUOUS_ALIAS_IN_NESTED_CTE", {
    name: sqlId([name]),
    config: '"spark.sql.legacy.ctePrecedencePolicy"',
    docroot: "https://spark.apache.org/docs/latest",
  });
}

function checkNames({ definitions }: s.With): void {
  const names = definitions.map(({ name }) => name.name.toLowerCase());
  const repeated = definitions.filter(({ name }, i) => names.indexOf(name.name.toLowerCase()) !== i).map(({ name }) => sqlId([name.name]));
  if (repeated.length > 0) throw new AnalysisError("DUPLICATED_CTE_NAMES", { duplicateNames: repeated.join(", ") });
}

/** The definitions that a query needs, in their order. */
function referred(definitions: readonly CteDefinition[], child: LogicalPlan): CteDefinition[] {
  const kept: CteDefinition[] = [];
  for (const definition of definitions.toReversed()) {
    if (refersTo([child, kept], definition.id)) kept.push(definition);
  }
  return kept.reverse();
}

/** Whether a reference to a definition stands anywhere in a plan, in the queries of its expressions too. */
function refersTo(value: unknown, id: number): boolean {
  if (Array.isArray(value)) return value.some((item) => refersTo(item, id));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  const node = value as { readonly kind?: unknown; readonly id?: unknown };
  return (node.kind === "cteRef" && node.id === id) || Object.values(value).some((item) => refersTo(item, id));
}

const PASSING: ReadonlySet<LogicalPlan["kind"]> = new Set([
  "project",
  "filter",
  "join",
  "union",
  "offset",
  "aggregate",
  "window",
  "subqueryAlias",
]);

/** LIMIT ALL is no limit, but lets recursive definitions below it have any number of rows. Source: Spark's ApplyLimitAll. */
export function withoutLimits(plan: LogicalPlan): LogicalPlan {
  if (plan.kind === "cteRef") return { ...plan, unlimited: true };
  return PASSING.has(plan.kind) ? mapChildren(plan, withoutLimits) : plan;
}
