import { AnalysisError } from "../errors.ts";
import { freshId, namedAs } from "../expressions/build.ts";
import type { Attribute, ExistsSubquery, Expression, InSubquery, ScalarSubquery } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeName, typeSql } from "../expressions/print-type.ts";
import { hasSubquery, isDeterministic, typeOf } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import { bindOuterOf, outerReferencesOf } from "../logical/outer-references.ts";
import { outputOf } from "../logical/output.ts";
import type { Join, LogicalPlan } from "../logical/plan.ts";
import { type DataType, sameTypeIgnoringNullability } from "../types/data-type.ts";
import { analyze } from "./analyze.ts";
import { checkCorrelations } from "./check-correlation.ts";
import { widestCommonType } from "./common-type.ts";
import { bindings, type OuterScope, withOuter } from "./context.ts";
import { castTo, isOrderable } from "./implicit-cast.ts";
import { renumber } from "./renumber.ts";
import type { Scope } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";

type Subquery = ScalarSubquery | ExistsSubquery | InSubquery;

/**
 * A subquery with its plan resolved, whose names mean the query's own columns first, then those of the plan around it.
 * `values` of IN are resolved already. Source: Spark's ResolveSubquery.
 */
export function resolveSubquery<S extends Subquery>(subquery: S, scope: Scope, session: SessionSettings): S {
  if (subquery.outer) return subquery;
  const { plan, ...bound } = resolveInner(subquery.plan, scope, session);
  checkCorrelations(plan);
  const resolved = { ...subquery, plan, ...bound };
  if (resolved.kind === "inSubquery") return coerced(resolved, session) as S;
  if (resolved.kind === "scalarSubquery" && outputOf(plan).length !== 1) {
    throw new AnalysisError("INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN", {
      number: String(outputOf(plan).length),
    });
  }
  return resolved;
}

/** The right side of a lateral join, over the columns of the left. */
export function resolveLateral(join: Join, left: LogicalPlan, session: SessionSettings): Join {
  const { plan: right, ...bound } = resolveInner(join.right, scopeOf([left], session), session);
  checkCorrelations(right);
  return { ...join, left, right, ...bound };
}

/**
 * The rows of a table function in SQL beside the one row of its arguments: only the former, with the arguments in the places of the
 * parameters. Source: Spark's ResolveSQLTableFunctions.
 */
export function resolveArguments({ right: body }: Join, left: LogicalPlan, session: SessionSettings): LogicalPlan {
  const { plan: right, outer, parameters } = resolveInner(body, scopeOf([left], session), session);
  checkCorrelations(right);
  const values = argumentsOf(left);
  const given = outer.map((column) => (column.kind === "attribute" ? values.get(column.id) : undefined));
  if (given.every((value) => value !== undefined && isDeterministic(value) && !hasSubquery(value)))
    return bindOuterOf(right, new Map(parameters.map(({ id }, i) => [id, given[i]!])));
  const join: Join = { kind: "join", type: "inner", lateral: true, left, right, outer, parameters };
  return { kind: "project", expressions: outputOf(right), child: join };
}

function argumentsOf(row: LogicalPlan): ReadonlyMap<number, Expression> {
  if (row.kind === "subqueryAlias") return argumentsOf(row.child);
  const expressions = row.kind === "project" ? row.expressions : [];
  return new Map(expressions.flatMap((e) => (e.kind === "alias" ? [[e.id, e.child] as const] : [])));
}

/** Scans are given their columns before analysis: one that stands around the query as well gets others here. */
function resolveInner(inner: LogicalPlan, scope: Scope, session: SessionSettings) {
  const outer: OuterScope = { scope, parameters: new Map() };
  const plan = analyze(renumber(inner), withOuter(session, outer));
  return { plan, ...bindings(plan, outer, outerReferencesOf) };
}

/** Both sides of IN as their common types. Source: Spark's InTypeCoercion and InSubquery.checkInputDataTypes. */
function coerced(subquery: InSubquery, session: SessionSettings): InSubquery {
  const output = outputOf(subquery.plan);
  const values = unpacked(subquery.values, output.length);
  const named = { ...subquery, values };
  const sqlExpr = sqlText(named);
  if (values.length !== output.length) {
    throw new AnalysisError("DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH", {
      sqlExpr,
      leftLength: String(values.length),
      rightLength: String(output.length),
      leftColumns: values.map(sqlText).join(", "),
      rightColumns: output.map(sqlText).join(", "),
    });
  }
  const types = values.map((value, i) => widestCommonType(typeOf(value), output[i]!.type, session));
  if (!types.every((type) => type !== undefined)) throw mismatch(values, output, sqlExpr);
  const unordered = types.find((type) => !isOrderable(type));
  if (unordered) {
    throw new AnalysisError("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", {
      sqlExpr,
      functionName: "`insubquery`",
      dataType: `"${typeSql(unordered)}"`,
    });
  }
  return {
    ...named,
    values: values.map((value, i) => castTo(value, types[i]!, session)),
    plan: castColumns(subquery.plan, output, types, session),
  };
}

/** `(a, b) IN (...)` may come as one struct. */
function unpacked(values: readonly Expression[], columns: number): readonly Expression[] {
  const [only] = values;
  if (values.length !== 1 || columns === 1 || only?.kind !== "call") return values;
  if (only.name === "struct") return only.args;
  return only.name === "named_struct" ? only.args.filter((_, i) => i % 2 === 1) : values;
}

const sqlText = (e: Expression): string => `"${prettyName(e)}"`;

function mismatch(values: readonly Expression[], output: readonly Attribute[], sqlExpr: string): AnalysisError {
  const text = (e: Expression) =>
    e.kind === "attribute" ? [...(e.qualifier ?? []), e.name].map(quotedWhereNeeded).join(".") : prettyName(e);
  const pairs = values.map((value, i) => [value, output[i]!] as const).filter(([l, r]) => !sameTypeIgnoringNullability(typeOf(l), r.type));
  return new AnalysisError("DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH", {
    mismatchedColumns: pairs.map(([l, r]) => `(${text(l)}:${typeName(typeOf(l))}, ${text(r)}:${typeName(r.type)})`).join(", "),
    leftType: values.map((value) => `"${typeSql(typeOf(value))}"`).join(", "),
    rightType: output.map((a) => `"${typeSql(a.type)}"`).join(", "),
    sqlExpr,
  });
}

const quotedWhereNeeded = (name: string): string => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `\`${name.replaceAll("`", "``")}\``);

function castColumns(plan: LogicalPlan, output: readonly Attribute[], types: readonly DataType[], session: SessionSettings): LogicalPlan {
  const expressions = output.map((a, i) => {
    const cast = castTo(a, types[i]!, session);
    return cast === a ? a : namedAs(cast, freshId(), a.name);
  });
  return expressions.every((e, i) => e === output[i]) ? plan : { kind: "project", expressions, child: plan };
}
