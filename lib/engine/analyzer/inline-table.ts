import { AnalysisError } from "../errors.ts";
import { fn, freshId, namedAs, newAttribute, stringLiteral } from "../expressions/build.ts";
import type { Attribute, Expression, Literal } from "../expressions/expression.ts";
import { fold } from "../expressions/fold.ts";
import { isFoldable, isNullable, originOf, typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlId } from "../expressions/quoting.ts";
import { someExpression, transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { InlineTable, LogicalPlan } from "../logical/plan.ts";
import { rowsToArrow } from "../types/convert.ts";
import { type DataType, sameTypeIgnoringNullability, structField, structType } from "../types/data-type.ts";
import { widestCommonTypeWithoutStrings } from "./common-type.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { emptyScope } from "./scope.ts";

/** One row without columns: what stands for the absent FROM. */
export const oneRow = (): LogicalPlan => ({
  kind: "project",
  expressions: [],
  child: { kind: "range", start: 0n, end: 1n, step: 1n, partitions: 1, output: [newAttribute("id", { kind: "long" }, false)] },
});

/** Each column has the widest common type of its cells. Source: Spark's EvaluateUnresolvedInlineTable. */
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
  return literalRows(cells, output) ?? unnested(cells, output, session);
}

/** Rows of values that are known now. */
function literalRows(cells: readonly (readonly Expression[])[], output: readonly Attribute[]): LogicalPlan | undefined {
  const rows = cells.map((row) => row.map((cell) => transformUp(cell, fold)));
  if (!output.every((a) => isPlain(a.type)) || !rows.every((row) => row.every((cell) => cell.kind === "literal"))) return undefined;
  const schema = structType(output.map((a, i) => structField(`c${i}`, a.type, a.nullable)));
  const values = rows.map((row) => Object.fromEntries(row.map((cell, i) => [`c${i}`, (cell as Literal).value])));
  return { kind: "localRelation", schema, arrow: Buffer.from(rowsToArrow(values, schema)).toString("base64"), rows: rows.length, output };
}

const PLAIN: ReadonlySet<DataType["kind"]> = new Set([
  "boolean",
  "byte",
  "short",
  "integer",
  "long",
  "float",
  "double",
  "decimal",
  "date",
  "string",
  "timestamp",
  "timestamp_ntz",
]);
const isPlain = (type: DataType): boolean => PLAIN.has(type.kind) && !(type.kind === "string" && type.collation !== undefined);

/** Rows that the kernel computes: the elements of one array, in their order. */
function unnested(cells: readonly (readonly Expression[])[], output: readonly Attribute[], session: SessionSettings): LogicalPlan {
  const structs = cells.map((row) => fn("named_struct", ...row.flatMap((cell, i) => [stringLiteral(`c${i}`), cell])));
  const array = resolveExpression(fn("array", ...structs), emptyScope, session);
  const fields = output.map((a) => structField(a.name, a.type, a.nullable));
  const generator: Expression = { kind: "generator", name: "inline", args: [array], fields, outer: false };
  return { kind: "generate", generator, outer: false, output, child: oneRow() };
}

function constant(cell: Expression, session: SessionSettings): Expression {
  const resolved = resolveExpression(cell, emptyScope, session);
  const value = resolved.kind === "alias" ? resolved.child : resolved;
  if (isFoldable(value)) return value;
  if (someExpression(value, (e) => e.kind === "scalarSubquery"))
    throw new AnalysisError("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES", {});
  throw new AnalysisError("INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE", { expr: sqlExpr(value) }, originOf(value));
}

const commonType = (types: readonly DataType[], name: string, session: SessionSettings): DataType =>
  types.reduce((left, right) => {
    const type = widestCommonTypeWithoutStrings(left, right, session);
    if (type) return type;
    throw new AnalysisError("INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE", { colName: sqlId([name]) });
  });

const castTo = (cell: Expression, type: DataType, session: SessionSettings): Expression =>
  sameTypeIgnoringNullability(typeOf(cell), type) ? cell : { kind: "cast", child: cell, type, mode: session.ansi ? "ansi" : "legacy" };
