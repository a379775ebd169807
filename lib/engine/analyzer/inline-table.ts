import { AnalysisError } from "../errors.ts";
import { freshId, namedAs, newAttribute } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { isFoldable, isNullable, typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlId } from "../expressions/quoting.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { InlineTable, LogicalPlan } from "../logical/plan.ts";
import { type DataType, sameTypeIgnoringNullability } from "../types/data-type.ts";
import { widestCommonType } from "./common-type.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { emptyScope } from "./scope.ts";

/** One row without columns: what stands for the absent FROM. */
export const oneRow = (): LogicalPlan => ({
  kind: "project",
  expressions: [],
  child: { kind: "range", start: 0n, end: 1n, step: 1n, partitions: 1, output: [newAttribute("id", { kind: "long" }, false)] },
});

/** Each row a projection of the one row; each column the widest common type. Source: Spark's EvaluateUnresolvedInlineTable. */
export function resolveInlineTable(plan: InlineTable, session: SessionSettings): LogicalPlan {
  const width = plan.names?.length ?? plan.rows[0]?.length ?? 0;
  const rows = plan.rows.map((row, rowIndex) => {
    if (row.length !== width) {
      throw new AnalysisError("INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH", {
        expectedNumCols: String(width),
        actualNumCols: String(row.length),
        rowIndex: String(rowIndex),
      });
    }
    return row.map((cell) => constant(cell, session));
  });
  const names = plan.names ?? Array.from({ length: width }, (_, i) => `col${i + 1}`);
  const types = names.map((name, column) =>
    commonType(
      rows.map((row) => typeOf(row[column]!)),
      name,
      session,
    ),
  );
  const cells = rows.map((row) => row.map((cell, i) => castTo(cell, types[i]!, session)));
  const [first] = cells;
  if (first && cells.length === 1) {
    return { kind: "project", expressions: first.map((cell, i) => namedAs(cell, freshId(), names[i]!)), child: oneRow() };
  }
  const output = names.map((name, i) =>
    newAttribute(
      name,
      types[i]!,
      cells.some((row) => isNullable(row[i]!)),
    ),
  );
  return { kind: "expand", projections: cells, output, child: oneRow() };
}

function constant(cell: Expression, session: SessionSettings): Expression {
  const resolved = resolveExpression(cell, emptyScope, session);
  const value = resolved.kind === "alias" ? resolved.child : resolved;
  if (isFoldable(value)) return value;
  throw new AnalysisError("INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE", { expr: sqlExpr(value) });
}

const commonType = (types: readonly DataType[], name: string, session: SessionSettings): DataType =>
  types.reduce((left, right) => {
    const type = widestCommonType(left, right, session);
    if (type) return type;
    throw new AnalysisError("INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE", { colName: sqlId([name]) });
  });

const castTo = (cell: Expression, type: DataType, session: SessionSettings): Expression =>
  sameTypeIgnoringNullability(typeOf(cell), type) ? cell : { kind: "cast", child: cell, type, mode: session.ansi ? "ansi" : "legacy" };
