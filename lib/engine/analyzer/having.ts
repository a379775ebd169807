import { AnalysisError } from "../errors.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { fingerprint } from "../expressions/properties.ts";
import { childrenOf, someExpression, transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { toAttribute } from "../logical/output.ts";
import type { Aggregate } from "../logical/plan.ts";
import type { DataType } from "../types/data-type.ts";
import { groupedInput } from "./aggregate.ts";
import { havingPredicate } from "./predicate.ts";
import { equalNames, resolveExpression, type Scope, unresolvedColumn, withOrigin } from "./resolve-expression.ts";
import { matching, scopeOf } from "./scope.ts";
import { inputColumns } from "./sql-function.ts";

/**
 * HAVING over groups and aggregates: names mean the columns below GROUP BY first, and the output's where those are neither
 * grouped nor inside an aggregate. What it uses of the output stands in it as that column's own expression. Source: Spark's
 * ResolveReferences (UnresolvedHaving), SPARK-31519.
 */
export function resolveHaving(written: Expression, aggregate: Aggregate, session: SessionSettings): Expression {
  const { child, replace } = groupedInput(aggregate);
  const below = withFields(scopeOf([child], session), session);
  const output = aggregate.aggregates.map(toAttribute);
  const above: Scope = { candidates: (nameParts) => matching(output, nameParts, session), all: () => output };
  const definitions = new Map(aggregate.aggregates.flatMap((e) => (e.kind === "alias" ? [[e.id, e.child] as const] : [])));
  const attempt = (first: Scope, second: Scope): Expression => {
    const resolved = havingPredicate(resolveExpression(written, { ...chained(first, second), grouped: true }, session), session);
    return transformUp(replace(resolved), (e) => (e.kind === "attribute" ? (definitions.get(e.id) ?? e) : e));
  };
  const condition = attempt(below, above);
  const stray = ungrouped(condition, aggregate.grouping);
  const settled = stray ? attempt(above, below) : condition;
  const left = stray && ungrouped(settled, aggregate.grouping);
  if (left) throw withOrigin(unresolvedColumn([left.name], output), nameIn(written, left.name, session) ?? {});
  if (someExpression(settled, (e) => e.kind === "window")) {
    throw new AnalysisError("_LEGACY_ERROR_TEMP_1034", { clauseName: "HAVING" });
  }
  return settled;
}

/** Where a column's name stands in a condition. */
function nameIn(written: Expression, name: string, session: SessionSettings): Expression | undefined {
  if (written.kind === "unresolvedAttribute" && written.nameParts.some((part) => equalNames(part, name, session))) return written;
  for (const child of childrenOf(written)) {
    const found = nameIn(child, name, session);
    if (found) return found;
  }
  return undefined;
}

/** Whether a name was found, but has no such field. */
export const isExtraction = (error: unknown): boolean =>
  error instanceof AnalysisError && /^(INVALID_EXTRACT_|FIELD_NOT_FOUND)/.test(error.condition);

/** A name with fields behind it means what has such fields. */
const withFields = (scope: Scope, session: SessionSettings): Scope => ({
  candidates: (nameParts, planId) =>
    scope.candidates(nameParts, planId).filter(({ attribute, rest }) => hasFields(attribute.type, rest, session)),
  all: (target, planId) => scope.all(target, planId),
  holds: (planId) => scope.holds?.(planId) === true,
});

function hasFields(type: DataType, [field, ...rest]: readonly string[], session: SessionSettings): boolean {
  if (field === undefined) return true;
  if (type.kind === "array") return hasFields(type.elementType, [field, ...rest], session);
  if (type.kind === "map") return hasFields(type.valueType, rest, session);
  const found = type.kind === "struct" ? type.fields.find(({ name }) => equalNames(name, field, session)) : undefined;
  return found !== undefined && hasFields(found.dataType, rest, session);
}

/** Names in one scope, else in another. */
export const chained = (first: Scope, second: Scope): Scope => ({
  candidates: (nameParts, planId) => {
    const found = first.candidates(nameParts, planId);
    return found.length > 0 ? found : second.candidates(nameParts, planId);
  },
  all: (target, planId) => first.all(target, planId),
  holds: (planId) => first.holds?.(planId) === true || second.holds?.(planId) === true,
});

/** A column that is neither grouped by nor inside an aggregate function. */
export function ungrouped(expression: Expression, grouping: readonly Expression[]): Attribute | undefined {
  const groups = new Set(grouping.map(fingerprint));
  const inputs = new Set(inputColumns([expression]).map(({ id }) => id));
  const find = (e: Expression): Attribute | undefined => {
    if (groups.has(fingerprint(e)) || e.kind === "aggregate") return undefined;
    if (e.kind === "attribute") return inputs.has(e.id) ? undefined : e;
    for (const child of childrenOf(e)) {
      const found = find(child);
      if (found) return found;
    }
    return undefined;
  };
  return find(expression);
}
