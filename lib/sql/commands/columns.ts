import { AnalysisError } from "../../engine/errors.ts";
import { literal } from "../../engine/expressions/build.ts";
import type { Literal } from "../../engine/expressions/expression.ts";
import { sqlId, sqlTypeOf } from "../../engine/expressions/quoting.ts";
import { withoutLengths } from "../../engine/types/char-type.ts";
import { type DataType, type StructField, structField } from "../../engine/types/data-type.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { ColumnDefinition } from "../syntax/statement.ts";
import { formatOf } from "./format.ts";
import { canStore } from "./store-assignment.ts";

/** Where Spark keeps a column's DEFAULT: its text. */
export const DEFAULT_METADATA = "CURRENT_DEFAULT";

/** The columns that definitions make. Throws INVALID_DEFAULT_VALUE and the like. */
export async function columnFields(
  columns: readonly ColumnDefinition[],
  provider: string,
  collation: string | undefined,
  context: StatementContext,
): Promise<StructField[]> {
  const fields: StructField[] = [];
  for (const column of columns) fields.push(await columnField(column, provider, "CREATE TABLE", collation, context));
  return fields;
}

export async function columnField(
  column: Omit<ColumnDefinition, "name"> & { readonly name: { readonly name: string } },
  provider: string,
  statement: string,
  collation: string | undefined,
  context: StatementContext,
): Promise<StructField> {
  const { name, notNull, comment, defaultText } = column;
  const type = collated(column.type, column.collation ?? collation);
  if (column.default) {
    if (formatOf(provider) === "text") throw new AnalysisError("DEFAULT_UNSUPPORTED", { statementType: statement, dataSource: provider });
    await checkDefault(column.default, defaultText ?? "", name.name, type, statement, context);
  }
  return structField(name.name, type, !notNull, {
    ...(comment === undefined ? {} : { comment }),
    ...(column.default ? { [DEFAULT_METADATA]: defaultText ?? "" } : {}),
  });
}

const collated = (type: DataType, collation: string | undefined): DataType =>
  type.kind === "string" && type.collation === undefined && collation !== undefined && collation.toUpperCase() !== "UTF8_BINARY"
    ? { kind: "string", collation: collation.toUpperCase() }
    : type;

/** A default's value. Throws INVALID_DEFAULT_VALUE where an expression is no value of the column. Source: Spark's ResolveDefaultColumns.analyze. */
export async function checkDefault(
  expression: NonNullable<ColumnDefinition["default"]>,
  defaultValue: string,
  column: string,
  type: DataType,
  statement: string,
  context: StatementContext,
): Promise<Literal> {
  const parameters = { statement, colName: sqlId([column]), defaultValue };
  if (expression.kind === "subquery" || expression.kind === "exists")
    throw new AnalysisError("INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION", parameters);
  const found = await context
    .withoutVariables()
    .evaluate(expression)
    .catch((thrown: unknown) => {
      if (thrown instanceof AnalysisError && /^(?:UNRESOLVED_|ROUTINE_)/.test(thrown.condition))
        throw new AnalysisError("INVALID_DEFAULT_VALUE.UNRESOLVED_EXPRESSION", parameters);
      throw thrown;
    });
  const to = withoutLengths(type);
  if (!canStore(found.type, to) && !fitsAsLiteral(found.value, to))
    throw new AnalysisError("INVALID_DEFAULT_VALUE.DATA_TYPE", {
      ...parameters,
      expectedType: sqlTypeOf(to),
      actualType: sqlTypeOf(found.type),
    });
  return context.evaluated({ kind: "cast", child: literal(found.value, found.type), type: to, mode: "ansi" });
}

const fitsAsLiteral = (value: unknown, to: DataType): boolean =>
  typeof value === "string" && (to.kind === "date" || to.kind === "timestamp");
