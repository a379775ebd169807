import { AnalysisError } from "../errors.ts";
import { conjunction, fn, freshId, namedAs } from "../expressions/build.ts";
import type { AggregateCall, Alias, Attribute, Expression, Literal } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeName } from "../expressions/print-type.ts";
import { isFoldable, referencesOf, typeOf } from "../expressions/properties.ts";
import { sqlExpr } from "../expressions/quoting.ts";
import { mapChildren, someExpression, transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { LogicalPlan, Pivot } from "../logical/plan.ts";
import { castable } from "../types/castable.ts";
import { type DataType, isNumeric } from "../types/data-type.ts";
import { valueText } from "../types/value-text.ts";
import { foldConstant } from "./constant.ts";
import { castTo } from "./implicit-cast.ts";
import { expandProjection, named } from "./projection.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";

interface PivotValue {
  readonly label: string;
  /** Of the pivot column's type. */
  readonly value: Expression;
}

/** Source: Spark's ResolvePivot. Grouping columns that SQL leaves out are those that neither the column nor an aggregate uses. */
export function resolvePivot(plan: Pivot, session: SessionSettings): LogicalPlan {
  const scope = scopeOf([plan.child], session);
  const resolve = (e: Expression) => resolveExpression(e, scope, session);
  const column = resolve(plan.column);
  if (someExpression(column, (e) => typeOf(e).kind === "map"))
    throw new AnalysisError("INCOMPARABLE_PIVOT_COLUMN", { columnName: `\`${prettyName(column)}\`` });
  const aggregates = plan.aggregates.map((e) => named(resolve(e), session.timeZone) as Alias);
  for (const aggregate of aggregates) checkAggregate(aggregate);
  const values = plan.values.map((value) => pivotValue(value, column, resolve, session));
  const used = new Set([column, ...aggregates].flatMap(referencesOf).map((a) => a.id));
  const groups = plan.grouping
    ? (expandProjection(plan.grouping, plan.child, session) as (Alias | Attribute)[])
    : outputOf(plan.child).filter((a) => !used.has(a.id));
  const nameOf = ({ label }: PivotValue, aggregate: Alias) => (aggregates.length === 1 ? label : `${label}_${aggregate.name}`);
  const two = aggregates.every((aggregate) => isPlain(typeOf(aggregate)));
  return (two ? twoPhases : filtered)({ groups, column, values, aggregates, nameOf, child: plan.child, session });
}

interface Resolved {
  readonly groups: readonly (Alias | Attribute)[];
  readonly column: Expression;
  readonly values: readonly PivotValue[];
  readonly aggregates: readonly Alias[];
  readonly nameOf: (value: PivotValue, aggregate: Alias) => string;
  readonly child: LogicalPlan;
  readonly session: SessionSettings;
}

/** Types of which Spark picks values out of a first aggregate. Source: PivotFirst.supportsDataType. */
const isPlain = (type: DataType): boolean => isNumeric(type) || type.kind === "boolean";

function checkAggregate(expression: Expression): void {
  if (expression.kind === "aggregate") return;
  if (expression.kind === "attribute") throw new AnalysisError("_LEGACY_ERROR_TEMP_1006", { sql: prettyName(expression) });
  mapChildren(expression, (child) => {
    checkAggregate(child);
    return child;
  });
}

function pivotValue(written: Expression, column: Expression, resolve: (e: Expression) => Expression, session: SessionSettings): PivotValue {
  const inner = written.kind === "unresolvedAlias" ? written.child : written;
  const resolved = resolve(inner);
  if (!isFoldable(resolved)) throw new AnalysisError("NON_LITERAL_PIVOT_VALUES", { expression: sqlExpr(resolved) });
  const type = typeOf(column);
  if (!castable(typeOf(resolved), type, session.ansi)) {
    throw new AnalysisError("PIVOT_VALUE_DATA_TYPE_MISMATCH", {
      value: prettyName(resolved),
      valueType: typeName(typeOf(resolved)),
      pivotType: typeName(type),
    });
  }
  const label = written.kind === "unresolvedAlias" ? written.names[0]! : labelOf(resolved, session);
  return { label, value: castTo(resolved, type, session) };
}

/** The value as a cast to string has it. */
function labelOf(value: Expression, session: SessionSettings): string {
  if (value.kind === "call" && (value.name === "struct" || value.name === "named_struct")) {
    const fields = value.name === "struct" ? value.args : value.args.filter((_, i) => i % 2 === 1);
    return `{${fields.map((field) => labelOf(field, session)).join(", ")}}`;
  }
  if (value.kind === "call" && value.name === "array") return `[${value.args.map((item) => labelOf(item, session)).join(", ")}]`;
  const constant: Literal | undefined = foldConstant(value);
  if (!constant) return prettyName(value);
  return constant.value === null ? "null" : valueText(constant.value, constant.type, session.timeZone);
}

const unnamed = (expression: Alias | Attribute): Expression => (expression.kind === "alias" ? expression.child : expression);

/** First by the groups and the pivot column, then each value's row picked: what does not occur gives NULL, for counts too. */
function twoPhases({ groups, column, values, aggregates, nameOf, child, session }: Resolved): LogicalPlan {
  const pivot = namedAs(column, freshId(), "__pivot_col");
  const first: LogicalPlan = {
    kind: "aggregate",
    grouping: [...groups.map(unnamed), column],
    aggregates: [...groups, pivot, ...aggregates],
    child,
  };
  const scope = scopeOf([first], session);
  const picked = values.flatMap((value) =>
    aggregates.map((aggregate) => {
      const filter = resolveExpression(fn("<=>", toAttribute(pivot), value.value), scope, session);
      const call = resolveExpression(fn("first", toAttribute(aggregate)), scope, session) as AggregateCall;
      return namedAs({ ...call, filter, nullable: true }, freshId(), nameOf(value, aggregate));
    }),
  );
  const groupColumns = groups.map(toAttribute);
  return { kind: "aggregate", grouping: groupColumns, aggregates: [...groupColumns, ...picked], child: first };
}

/** One aggregate, whose calls see the rows of their value alone. */
function filtered({ groups, column, values, aggregates, nameOf, child, session }: Resolved): LogicalPlan {
  const scope = scopeOf([child], session);
  const picked = values.flatMap((value) =>
    aggregates.map((aggregate) => {
      const matches = resolveExpression(fn("<=>", column, value.value), scope, session);
      const narrowed = transformUp(aggregate.child, (e) => (e.kind === "aggregate" ? narrow(e, matches) : e));
      return namedAs(narrowed, freshId(), nameOf(value, aggregate));
    }),
  );
  return { kind: "aggregate", grouping: groups.map(unnamed), aggregates: [...groups, ...picked], child };
}

const narrow = (call: AggregateCall, matches: Expression): AggregateCall => ({
  ...call,
  filter: call.filter ? conjunction([matches, call.filter]) : matches,
  ...(call.name === "first" || call.name === "last" ? { ignoreNulls: true, nullable: true } : {}),
});
