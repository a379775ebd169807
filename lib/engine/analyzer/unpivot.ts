import { AnalysisError } from "../errors.ts";
import { newAttribute, stringLiteral } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan, Unpivot } from "../logical/plan.ts";
import { type DataType, sameTypeIgnoringNullability, stringType } from "../types/data-type.ts";
import { widestCommonTypeWithoutStrings } from "./common-type.ts";
import { expandProjection } from "./projection.ts";

/**
 * Each row once for each group of value columns: ids, the group's name, its values in the common types.
 * Source: Spark's UnpivotTransformer, ResolveUnpivot.
 */
export function resolveUnpivot(plan: Unpivot, session: SessionSettings): LogicalPlan {
  const width = plan.valueColumnNames.length;
  const given = plan.values && expandProjection(plan.values, plan.child, session);
  const ids = plan.ids ? expandProjection(plan.ids, plan.child, session) : others(plan.child, given ?? []);
  const values = given ?? others(plan.child, ids);
  if (values.length === 0) throw new AnalysisError("UNPIVOT_REQUIRES_VALUE_COLUMNS", {});
  const types = Array.from({ length: width }, (_, column) =>
    valueType(
      values.filter((_, i) => i % width === column),
      session,
    ),
  );
  const computed: LogicalPlan = { kind: "project", expressions: dedupe([...ids, ...values]), child: plan.child };
  const byId = new Map(outputOf(computed).map((a) => [a.id, a]));
  const columns = (expressions: readonly Expression[]): Attribute[] => expressions.map((e) => byId.get((e as Attribute).id)!);
  const idAttributes = columns(ids).map(({ qualifier: _, ...id }) => id);
  const output = [
    ...idAttributes,
    newAttribute(plan.variableColumnName, stringType, false),
    ...plan.valueColumnNames.map((name, column) =>
      newAttribute(
        name,
        types[column]!,
        values.some((value, i) => i % width === column && isNullable(value)),
      ),
    ),
  ];
  const columnValues = columns(values);
  const projections = Array.from({ length: values.length / width }, (_, group) => {
    const members = columnValues.slice(group * width, (group + 1) * width);
    const name = plan.aliases?.[group] ?? members.map((member) => member.name).join("_");
    return [...idAttributes, stringLiteral(name), ...members.map((member, column) => castTo(member, types[column]!, session))];
  });
  return { kind: "expand", projections, output, child: computed };
}

function others(child: LogicalPlan, used: readonly Expression[]): Attribute[] {
  const ids = new Set(used.map((e) => (e.kind === "attribute" ? e.id : -1)));
  return outputOf(child).filter((a) => !ids.has(a.id));
}

const castTo = (value: Attribute, type: DataType, session: SessionSettings): Expression =>
  sameTypeIgnoringNullability(value.type, type) ? value : { kind: "cast", child: value, type, mode: session.ansi ? "ansi" : "legacy" };

const dedupe = (expressions: readonly Expression[]): Expression[] => [
  ...new Map(expressions.map((e) => [(e as Attribute).id, e])).values(),
];

function valueType(values: readonly Expression[], session: SessionSettings): DataType {
  return values.map(typeOf).reduce((left, right) => {
    const type = widestCommonTypeWithoutStrings(left, right, session);
    if (type) return type;
    const byType = Map.groupBy(values, (value) => sqlTypeOf(typeOf(value)));
    const types = [...byType].map(
      ([name, columns]) =>
        `${name} (${columns
          .slice(0, SHOWN_COLUMNS)
          .map((c) => sqlExpr(c).replaceAll('"', "`"))
          .join(", ")}${columns.length > SHOWN_COLUMNS ? ", ..." : ""})`,
    );
    throw new AnalysisError("UNPIVOT_VALUE_DATA_TYPE_MISMATCH", { types: types.join(", ") });
  });
}
const SHOWN_COLUMNS = 3;
