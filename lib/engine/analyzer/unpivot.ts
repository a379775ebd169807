import { AnalysisError } from "../errors.ts";
import { newAttribute, stringLiteral } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan, Unpivot } from "../logical/plan.ts";
import { type DataType, sameTypeIgnoringNullability, stringType } from "../types/data-type.ts";
import { widestCommonType } from "./common-type.ts";
import { expandProjection } from "./projection.ts";

/** Each row once for each value column: ids, the column's name, its value in the common type. Source: Spark's UnpivotTransformer. */
export function resolveUnpivot(plan: Unpivot, session: SessionSettings): LogicalPlan {
  const ids = expandProjection(plan.ids, plan.child, session);
  const idColumns = new Set(ids.map((e) => (e.kind === "attribute" ? e.id : -1)));
  const values = plan.values
    ? expandProjection(plan.values, plan.child, session)
    : outputOf(plan.child).filter((a) => !idColumns.has(a.id));
  if (values.length === 0) throw new AnalysisError("UNPIVOT_REQUIRES_VALUE_COLUMNS", {});
  const type = valueType(values, session);
  const computed: LogicalPlan = { kind: "project", expressions: dedupe([...ids, ...values]), child: plan.child };
  const columns = (expressions: readonly Expression[]): Attribute[] =>
    expressions.map((e) => outputOf(computed).find((a) => a.id === (e as Attribute).id)!);
  const idAttributes = columns(ids);
  const output = [
    ...idAttributes,
    newAttribute(plan.variableColumnName, stringType, false),
    newAttribute(plan.valueColumnName, type, values.some(isNullable)),
  ];
  const projections = columns(values).map((value) => [
    ...idAttributes,
    stringLiteral(value.name),
    sameTypeIgnoringNullability(value.type, type)
      ? value
      : ({ kind: "cast", child: value, type, mode: session.ansi ? "ansi" : "legacy" } as const),
  ]);
  return { kind: "expand", projections, output, child: computed };
}

const dedupe = (expressions: readonly Expression[]): Expression[] => [
  ...new Map(expressions.map((e) => [(e as Attribute).id, e])).values(),
];

function valueType(values: readonly Expression[], session: SessionSettings): DataType {
  return values.map(typeOf).reduce((left, right) => {
    const type = widestCommonType(left, right, session);
    if (type) return type;
    throw new AnalysisError("UNPIVOT_VALUE_DATA_TYPE_MISMATCH", {
      types: values.map((v) => `"${typeOf(v).kind.toUpperCase()}" (\`${prettyName(v)}\`)`).join(", "),
    });
  });
}
