import { AnalysisError } from "../errors.ts";
import { freshId, namedAs, newAttribute } from "../expressions/build.ts";
import type { Attribute, Expression, GeneratorCall, UnresolvedAttribute } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { originOf } from "../expressions/properties.ts";
import { childrenOf, someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { Drop, LogicalPlan, Project, Rename, ToNames, WithColumns } from "../logical/plan.ts";
import { resolveAggregate } from "./aggregate.ts";
import { refuseNestedGenerator } from "./check-generator.ts";
import { refuseDuplicates } from "./duplicate-names.ts";
import { isHidden } from "./hidden-columns.ts";
import { checkLateral, LateralScope, layered } from "./lateral-alias.ts";
import { strangeColumn } from "./plan-column.ts";
import { equalNames, resolveExpression } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";
import { withInputs } from "./sql-function.ts";
import { expandRegex, expandStar } from "./star.ts";
import { extractWindows } from "./window.ts";

/**
 * Stars and regular expressions become columns, everything is resolved and has a name. What stands further right may use the
 * aliases of what stands left of it (lateral-alias.ts).
 */
export function expandProjection(expressions: readonly Expression[], child: LogicalPlan, session: SessionSettings): Expression[] {
  const scope = scopeOf([child], session);
  const lateral = session.lateralAliases === false ? undefined : new LateralScope(scope, session);
  return expressions.flatMap((expression): Expression[] => {
    if (expression.kind === "unresolvedStar") return expandStar(expression, scope, session);
    if (expression.kind === "unresolvedRegex") return expandRegex(expression, scope, session);
    refuseNestedGenerator(expression);
    const resolved = namedAsWritten(expression, resolveExpression(expression, lateral ?? scope, session), session);
    if (!isVariable(expression, resolved)) lateral?.add(resolved);
    return [resolved];
  });
}

/** SELECT, and the pipe operators that are one. */
export function resolveProject(plan: Project, session: SessionSettings): LogicalPlan {
  if (plan.pipe === "boundary") return { kind: "project", expressions: outputOf(plan.child), pipe: "boundary", child: plan.child };
  const expressions = expandProjection(plan.expressions, plan.child, session);
  checkLateral(expressions);
  const aggregate = plan.pipe && expressions.map(aggregateOutsideWindow).find((e) => e !== undefined);
  if (aggregate)
    throw new AnalysisError(
      "PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION",
      { expr: prettyName(aggregate), clause: plan.pipe! },
      originOf(aggregate),
    );
  return project(plan.child, expressions, session);
}

/** `home.city` is called `city`. */
function namedAsWritten(written: Expression, resolved: Expression, { timeZone }: SessionSettings): Expression {
  if (written.kind !== "unresolvedAttribute" || resolved.kind === "attribute") return named(resolved, timeZone);
  if (
    resolved.kind === "alias" ||
    written.computed ||
    (resolved.kind === "replaced" && resolved.form === "call") ||
    resolved.kind === "outerReference" ||
    isConstantFunction(written, resolved)
  )
    return named(resolved, timeZone);
  return namedAs(resolved, freshId(), written.nameParts.at(-1)!);
}

/** A variable is called by its name, but that is no alias: what stands further right means the variable. */
const isVariable = (written: Expression, resolved: Expression): boolean =>
  written.kind === "unresolvedAttribute" && resolved.kind === "alias" && resolved.child.kind === "replaced";

/** CURRENT_DATE is called as the function is. */
const isConstantFunction = (written: UnresolvedAttribute, resolved: Expression): boolean =>
  written.variable !== undefined && resolved.kind === "call" && resolved.args.length === 0;

/** An expression that a projection can put out: a column, an alias or a generator; names show instants in the session's zone. */
export function named(expression: Expression, timeZone = "UTC"): Expression {
  switch (expression.kind) {
    case "attribute":
    case "alias":
    case "generator":
      return expression;
    case "outerReference":
      return namedAs(expression, freshId(), expression.attribute.name);
    case "cast":
      // `CAST(a AS INT)` is called `a`, but `CAST(a + 1 AS INT)` by its text. Source: Spark's ResolveAliases.
      return namedAs(
        expression,
        freshId(),
        expression.child.kind === "attribute" || expression.child.kind === "alias"
          ? expression.child.name
          : prettyName(expression, timeZone),
      );
    default:
      return namedAs(expression, freshId(), prettyName(expression, timeZone));
  }
}

/** A projection, with what cannot stand in one taken out below it: aggregates (a global aggregate), windows, generators. */
export function project(child: LogicalPlan, expressions: readonly Expression[], session: SessionSettings): LogicalPlan {
  if (expressions.some((e) => aggregateOutsideWindow(e))) {
    checkAlone(expressions);
    return resolveAggregate({ kind: "aggregate", grouping: [], aggregates: expressions, child }, session);
  }
  return plainProject(child, expressions, session);
}

/** A generator of no aggregates is applied to the rows before they are one group, in which its column is none. Source: Spark's ExtractGenerator. */
function checkAlone(expressions: readonly Expression[]): void {
  const generators = expressions.map(unwrapGenerator).filter((e) => e.kind === "generator");
  if (generators.length > 0 && !generators.some((e) => aggregateOutsideWindow(e))) throw new AnalysisError("MISSING_GROUP_BY", {});
}

/** The same where no aggregate is left. */
export const plainProject = (child: LogicalPlan, expressions: readonly Expression[], session: SessionSettings): LogicalPlan =>
  layered(child, expressions, (plan, written) => {
    const { child: below, expressions: layer } = withInputs(plan, written);
    if (layer.some((e) => someExpression(e, (x) => x.kind === "generator"))) return projectGenerator(below, layer, session);
    if (layer.some((e) => someExpression(e, (x) => x.kind === "window"))) return extractWindows(below, layer);
    return { kind: "project", expressions: layer, child: below };
  });

/** The first aggregate function that is none of a window's: an argument of a window's function is one. */
function aggregateOutsideWindow(expression: Expression): Expression | undefined {
  if (expression.kind === "aggregate") return expression;
  const children =
    expression.kind === "window"
      ? [...childrenOf(expression.function), ...expression.partitionBy, ...expression.orderBy]
      : childrenOf(expression);
  for (const child of children) {
    const found = aggregateOutsideWindow(child);
    if (found) return found;
  }
  return undefined;
}

/** The first generator of a projection, which the others see the rows of. */
function projectGenerator(child: LogicalPlan, expressions: readonly Expression[], session: SessionSettings): LogicalPlan {
  const unwrapped = expressions.map(unwrapGenerator);
  const generator = unwrapped.find((e) => e.kind === "generator") as GeneratorCall;
  const nested = unwrapped.find((e) => e.kind !== "generator" && someExpression(e, (x) => x.kind === "generator"));
  if (nested) throw new AnalysisError("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", { expression: `"${prettyName(nested)}"` });
  const output = generator.fields.map((f) => newAttribute(f.name, f.dataType, f.nullable || generator.outer));
  const generate: LogicalPlan = { kind: "generate", generator, outer: generator.outer, output, child };
  return project(
    generate,
    unwrapped.flatMap((e): Expression[] => (e === generator ? output : [e])),
    session,
  );
}

function unwrapGenerator(expression: Expression): Expression {
  if (expression.kind !== "alias" || expression.child.kind !== "generator") return expression;
  const generator = expression.child;
  return { ...generator, fields: generator.fields.map((f, i) => (i === 0 ? { ...f, name: expression.name } : f)) };
}

export function withColumns(plan: WithColumns, session: SessionSettings): LogicalPlan {
  refuseDuplicates(
    plan.columns.map(({ name }) => name),
    session,
  );
  const output = outputOf(plan.child);
  const scope = scopeOf([plan.child], session);
  const added = plan.columns.map(({ name, expression, metadata }) => {
    const resolved = resolveExpression(expression, scope, session);
    const child = resolved.kind === "alias" ? resolved.child : resolved;
    return { name, expression: { kind: "alias", child, id: freshId(), name, ...(metadata ? { metadata } : {}) } as Expression };
  });
  const isNamed = (a: Attribute, name: string) => !isHidden(a) && equalNames(a.name, name, session);
  const kept = output.map((a) => added.find(({ name }) => isNamed(a, name))?.expression ?? a);
  const appended = added.filter(({ name }) => !output.some((a) => isNamed(a, name))).map(({ expression }) => expression);
  return project(plan.child, [...kept, ...appended], session);
}

/** One renaming after the other: what the first one has named, the next one may name again. */
export function rename(plan: Rename, session: SessionSettings): LogicalPlan {
  const renamed = (name: string) => plan.names.reduce((now, [from, to]) => (equalNames(from, now, session) ? to : now), name);
  const isNamed = (name: string) => plan.names.some(([from]) => equalNames(from, name, session));
  const expressions = outputOf(plan.child).map((a) => (isNamed(a.name) ? namedAs(a, freshId(), renamed(a.name)) : a));
  return { kind: "project", expressions, child: plan.child };
}

/** A column that is not there is dropped already. A name drops every column of that name, an expression must mean one. */
export function drop(plan: Drop, session: SessionSettings): LogicalPlan {
  const scope = scopeOf([plan.child], session);
  const dropped = new Set(
    plan.columns.flatMap((column) => {
      if (column.kind === "unresolvedAttribute" && scope.candidates(column.nameParts, column.planId).length === 0) {
        if (column.planId !== undefined && !scope.holds?.(column.planId)) throw strangeColumn(column);
        return [];
      }
      const resolved = resolveExpression(column, scope, session);
      return resolved.kind === "attribute" ? [resolved.id] : [];
    }),
  );
  const isKept = (a: Attribute) => !dropped.has(a.id) && !plan.names?.some((name) => equalNames(name, a.name, session));
  return { kind: "project", expressions: outputOf(plan.child).filter(isKept), child: plan.child };
}

export function toNames(plan: ToNames): LogicalPlan {
  const output: readonly Attribute[] = outputOf(plan.child);
  if (output.length !== plan.names.length) {
    throw new AnalysisError("ASSIGNMENT_ARITY_MISMATCH", { numExpr: String(plan.names.length), numTarget: String(output.length) });
  }
  return { kind: "project", expressions: output.map((a, i) => namedAs(a, freshId(), plan.names[i]!)), child: plan.child };
}
