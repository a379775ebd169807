import { AnalysisError } from "../errors.ts";
import { freshId, namedAs } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { sqlTypeOf } from "../expressions/quoting.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan, View } from "../logical/plan.ts";
import { type DataType, sameTypeIgnoringNullability } from "../types/data-type.ts";
import { canUpCast } from "../types/up-cast.ts";
import { project } from "./projection.ts";
import { equalNames, quoted } from "./resolve-expression.ts";

/** Brings the rows of a view's query, which is resolved already, to the view's columns. Source: Spark's SessionCatalog.fromCatalogTable. */
export function resolveView(view: View, session: SessionSettings): LogicalPlan {
  const { child, schema, queryColumns } = view;
  if (!schema) return child;
  const output = outputOf(child);
  const expressions = schema.fields.map((field, i): Expression => {
    const column = queryColumns ? nthNamed(view, output, queryColumns, i, session) : output[i];
    if (!column) throw incompatible(view, field.name, 1, output);
    const value = storedColumn(column, field.dataType, view.casts);
    return namedAs(value, freshId(), field.name);
  });
  return project(child, expressions, session);
}

/** A column that changed its type since the view was made. Throws CANNOT_UP_CAST_DATATYPE. */
function storedColumn(column: Attribute, type: DataType, casts: View["casts"]): Expression {
  if (!casts || sameTypeIgnoringNullability(column.type, type)) return column;
  if (casts === "widening" && !canUpCast(column.type, type))
    throw new AnalysisError("CANNOT_UP_CAST_DATATYPE", {
      expression: [...(column.qualifier ?? []), column.name].join("."),
      sourceType: sqlTypeOf(column.type),
      targetType: sqlTypeOf(type),
      details:
        "The type path of the target object is:\n\nYou can either add an explicit cast to the input data or choose a higher precision type of the field in the target object",
    });
  return { kind: "cast", child: column, type, mode: "ansi" };
}

/** The column of the query that is the i-th of the view's: of several with its name, the one at the same place among them. */
function nthNamed(
  view: View,
  output: readonly Attribute[],
  names: readonly string[],
  i: number,
  session: SessionSettings,
): Attribute | undefined {
  const name = names[i]!;
  const same = (other: string) => equalNames(other, name, session);
  const found = output.filter((a) => same(a.name));
  const expected = names.filter(same).length;
  if (found.length !== expected) throw incompatible(view, name, expected, found);
  return found[names.slice(0, i).filter(same).length];
}

function incompatible({ nameParts }: View, column: string, expected: number, actual: readonly Attribute[]): AnalysisError {
  return new AnalysisError("INCOMPATIBLE_VIEW_SCHEMA_CHANGE", {
    viewName: quoted(nameParts),
    colName: column,
    expectedNum: String(expected),
    actualCols: `[${actual.map((a) => a.name).join(",")}]`,
    suggestion: "CREATE OR REPLACE TEMPORARY VIEW",
  });
}
