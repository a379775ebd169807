import { AnalysisError } from "../errors.ts";
import type { Alias, Expression, UnresolvedOrdinal } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { originOf, referencesOf } from "../expressions/properties.ts";
import { childrenOf, someExpression, transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { toAttribute } from "../logical/output.ts";
import type { Aggregate } from "../logical/plan.ts";
import { equalNames, resolveExpression, type Scope } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";

/** What GROUP BY names: columns, else aliases and positions of the output, else all of it. Source: Spark's ResolveReferencesInAggregate. */
export function resolveGrouping(plan: Aggregate, output: readonly Expression[], session: SessionSettings): Expression[] {
  const base = scopeOf([plan.child], session);
  const aliases = output.filter((e): e is Alias => e.kind === "alias");
  const scope = session.groupByAliases === false ? base : withAliases(base, aliases, session);
  if (plan.groupByAll && scope.candidates(["all"], undefined).length === 0) return checkedLateral(allGroups(output), aliases);
  const children = new Map(aliases.map((alias) => [alias.id, alias.child]));
  const groups = plan.grouping.map((expression) => {
    if (expression.kind === "unresolvedOrdinal")
      return plan.pipeAggregates === undefined ? atPosition(expression, plan, output) : unnamed(output[plan.grouping.indexOf(expression)]!);
    const resolved = unnamed(resolveExpression(expression, scope, session));
    return transformUp(resolved, (e) => (e.kind === "attribute" ? (children.get(e.id) ?? e) : e));
  });
  return checkedLateral(groups, aliases);
}

const unnamed = (expression: Expression): Expression => (expression.kind === "alias" ? expression.child : expression);

/** A group cannot be made of an alias that uses another. */
function checkedLateral(groups: Expression[], aliases: readonly Alias[]): Expression[] {
  const ids = new Set(aliases.map((alias) => alias.id));
  if (groups.some((group) => referencesOf(group).some((a) => ids.has(a.id)))) {
    throw new AnalysisError("UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_GROUP_BY", {});
  }
  return groups;
}

const hasAggregate = (expression: Expression): boolean => someExpression(expression, (e) => e.kind === "aggregate");

/** All of the output without aggregates; it is an error where none is, but some column stands beside an aggregate. */
function allGroups(output: readonly Expression[]): Expression[] {
  const groups = output.filter((e) => !hasAggregate(e));
  if (groups.length === 0 && output.some(hasPlainColumn)) throw new AnalysisError("UNRESOLVED_ALL_IN_GROUP_BY", {});
  return groups.map(unnamed);
}

function hasPlainColumn(expression: Expression): boolean {
  if (expression.kind === "aggregate") return false;
  if (expression.kind === "attribute") return true;
  return childrenOf(expression).some(hasPlainColumn);
}

function atPosition(written: UnresolvedOrdinal, plan: Aggregate, output: readonly Expression[]): Expression {
  const { position } = written;
  if (plan.aggregates.some((e) => e.kind === "unresolvedStar")) throw new AnalysisError("STAR_GROUP_BY_POS", {});
  const item = output[position - 1];
  if (!item)
    throw new AnalysisError("GROUP_BY_POS_OUT_OF_RANGE", { index: String(position), size: String(output.length) }, originOf(written));
  if (hasAggregate(item))
    throw new AnalysisError("GROUP_BY_POS_AGGREGATE", { index: String(position), aggExpr: prettyName(item) }, originOf(written));
  return unnamed(item);
}

function withAliases(scope: Scope, aliases: readonly Alias[], session: SessionSettings): Scope {
  return {
    all: (target, planId) => scope.all(target, planId),
    holds: (planId) => scope.holds?.(planId) === true,
    candidates: (nameParts, planId) => {
      const found = scope.candidates(nameParts, planId);
      if (found.length > 0 || planId !== undefined || nameParts.length > 1) return found;
      const alias = aliases.find(({ name }) => equalNames(name, nameParts[0]!, session));
      return alias ? [{ attribute: toAttribute(alias), rest: [] }] : [];
    },
  };
}
