import { AnalysisError } from "../errors.ts";
import { freshId, namedAs, newAttribute, stringLiteral } from "../expressions/build.ts";
import type { Attribute, Expression, GeneratorCall, UnresolvedAttribute } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeOf } from "../expressions/properties.ts";
import { someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { translateRegex } from "../functions/java-regex.ts";
import { outputOf } from "../logical/output.ts";
import type { Drop, LogicalPlan, Rename, ToNames, WithColumns } from "../logical/plan.ts";
import { resolveAggregate } from "./aggregate.ts";
import { equalNames, resolveExpression, type Scope } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";
import { extractWindows } from "./window.ts";

/** Stars and regular expressions become columns, everything is resolved and has a name. */
export function expandProjection(expressions: readonly Expression[], child: LogicalPlan, session: SessionSettings): Expression[] {
  const scope = scopeOf([child], session);
  return expressions.flatMap((expression): Expression[] => {
    switch (expression.kind) {
      case "unresolvedStar": {
        const found = scope.all(expression.target, expression.planId);
        if (found.length === 0 && expression.target) {
          const fields = fieldsOf({ ...expression, kind: "unresolvedAttribute", nameParts: expression.target }, scope, session);
          if (fields) return fields;
          throw new AnalysisError("CANNOT_RESOLVE_STAR_EXPAND", {
            targetString: `\`${expression.target.join("`.`")}\``,
            columns: scope
              .all()
              .map((a) => `\`${a.name}\``)
              .join(", "),
          });
        }
        return [...found];
      }
      case "unresolvedRegex": {
        const { js, jsFlags } = translateRegex(expression.pattern, "colRegex");
        const pattern = new RegExp(`^(?:${js})$`, session.caseSensitive ? jsFlags : `${jsFlags}i`);
        return scope.all(undefined, expression.planId).filter((a) => pattern.test(a.name));
      }
      default:
        return [namedAsWritten(expression, resolveExpression(expression, scope, session))];
    }
  });
}

/** The columns of `struct.*`; undefined where the name is no one struct's. */
function fieldsOf(written: UnresolvedAttribute, scope: Scope, session: SessionSettings): Expression[] | undefined {
  if (scope.candidates(written.nameParts, written.planId).length !== 1) return undefined;
  const struct = resolveExpression(written, scope, session);
  const type = typeOf(struct);
  if (type.kind !== "struct") return undefined;
  return type.fields.map(({ name }) => {
    const field = resolveExpression({ kind: "unresolvedExtract", child: struct, key: stringLiteral(name) }, scope, session);
    return namedAs(field, freshId(), name);
  });
}

/** `home.city` is called `city`. */
function namedAsWritten(written: Expression, resolved: Expression): Expression {
  if (written.kind !== "unresolvedAttribute" || resolved.kind === "attribute") return named(resolved);
  return namedAs(resolved, freshId(), written.nameParts.at(-1)!);
}

/** An expression that a projection can put out: a column, an alias or a generator. */
export function named(expression: Expression): Expression {
  switch (expression.kind) {
    case "attribute":
    case "alias":
    case "generator":
      return expression;
    case "outerReference":
      return namedAs(expression, freshId(), expression.attribute.name);
    case "cast":
      // `CAST(a AS INT)` is called `a`, but `CAST(a + 1 AS INT)` by its text. Source: Spark's ResolveAliases.
      return namedAs(expression, freshId(), expression.child.kind === "attribute" ? expression.child.name : prettyName(expression));
    default:
      return namedAs(expression, freshId(), prettyName(expression));
  }
}

/** A projection, with what cannot stand in one taken out below it: aggregates (a global aggregate), windows, generators. */
export function project(child: LogicalPlan, expressions: readonly Expression[], session: SessionSettings): LogicalPlan {
  if (expressions.some(hasAggregateOutsideWindow)) {
    return resolveAggregate({ kind: "aggregate", grouping: [], aggregates: expressions, child }, session);
  }
  if (expressions.some((e) => someExpression(e, (x) => x.kind === "generator"))) return projectGenerator(child, expressions, session);
  if (expressions.some((e) => someExpression(e, (x) => x.kind === "window"))) return extractWindows(child, expressions);
  return { kind: "project", expressions, child };
}

function hasAggregateOutsideWindow(expression: Expression): boolean {
  if (expression.kind === "aggregate") return true;
  if (expression.kind === "window") return false;
  return "child" in expression
    ? hasAggregateOutsideWindow(expression.child)
    : "args" in expression
      ? expression.args.some(hasAggregateOutsideWindow)
      : false;
}

/** One generator at the top of a projection; Spark allows no more. */
function projectGenerator(child: LogicalPlan, expressions: readonly Expression[], session: SessionSettings): LogicalPlan {
  const unwrapped = expressions.map(unwrapGenerator);
  const generators = unwrapped.filter((e) => e.kind === "generator");
  const nested = unwrapped.find((e) => e.kind !== "generator" && someExpression(e, (x) => x.kind === "generator"));
  if (nested) throw new AnalysisError("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", { expression: `"${prettyName(nested)}"` });
  if (generators.length > 1) {
    throw new AnalysisError("UNSUPPORTED_GENERATOR.MULTI_GENERATOR", {
      num: String(generators.length),
      generators: generators.map((g) => `"${prettyName(g)}"`).join(", "),
    });
  }
  const generator = generators[0] as GeneratorCall;
  const output = generator.fields.map((f) => newAttribute(f.name, f.dataType, f.nullable || generator.outer));
  const generate: LogicalPlan = { kind: "generate", generator, outer: generator.outer, output, child };
  return project(
    generate,
    unwrapped.flatMap((e): Expression[] => (e.kind === "generator" ? output : [e])),
    session,
  );
}

function unwrapGenerator(expression: Expression): Expression {
  if (expression.kind !== "alias" || expression.child.kind !== "generator") return expression;
  const generator = expression.child;
  return { ...generator, fields: generator.fields.map((f, i) => (i === 0 ? { ...f, name: expression.name } : f)) };
}

export function withColumns(plan: WithColumns, session: SessionSettings): LogicalPlan {
  const output = outputOf(plan.child);
  const scope = scopeOf([plan.child], session);
  const added = plan.columns.map(({ name, expression, metadata }) => {
    const resolved = resolveExpression(expression, scope, session);
    const child = resolved.kind === "alias" ? resolved.child : resolved;
    return { name, expression: { kind: "alias", child, id: freshId(), name, ...(metadata ? { metadata } : {}) } as Expression };
  });
  const kept = output.map((a) => added.findLast(({ name }) => equalNames(name, a.name, session))?.expression ?? a);
  const appended = added.filter(({ name }) => !output.some((a) => equalNames(a.name, name, session))).map(({ expression }) => expression);
  return project(plan.child, [...kept, ...appended], session);
}

export function rename(plan: Rename, session: SessionSettings): LogicalPlan {
  const expressions = outputOf(plan.child).map((a) => {
    const to = plan.names.findLast(([from]) => equalNames(from, a.name, session))?.[1];
    return to === undefined ? a : namedAs(a, freshId(), to);
  });
  return { kind: "project", expressions, child: plan.child };
}

/** A column that is not there is dropped already. A name drops every column of that name, an expression must mean one. */
export function drop(plan: Drop, session: SessionSettings): LogicalPlan {
  const scope = scopeOf([plan.child], session);
  const dropped = new Set(
    plan.columns.flatMap((column) => {
      if (column.kind === "unresolvedAttribute" && scope.candidates(column.nameParts, column.planId).length === 0) return [];
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
    throw new AnalysisError("ASSIGNMENT_ARITY_MISMATCH", { numExpr: String(output.length), numTarget: String(plan.names.length) });
  }
  return { kind: "project", expressions: output.map((a, i) => namedAs(a, freshId(), plan.names[i]!)), child: plan.child };
}
