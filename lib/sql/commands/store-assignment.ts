import { AnalysisError } from "../../engine/errors.ts";
import { alias, attribute, cast, fn, integerLiteral } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { sqlId, sqlTypeOf } from "../../engine/expressions/quoting.ts";
import { withoutLengths } from "../../engine/types/char-type.ts";
import * as t from "../../engine/types/data-type.ts";
import type { StatementContext } from "../session/statement-context.ts";

/** How values are brought to a column's type: `spark.sql.storeAssignmentPolicy`. */
export type Policy = "ANSI" | "LEGACY";

export function policyOf({ session: { conf } }: StatementContext): Policy {
  const policy = conf.get("spark.sql.storeAssignmentPolicy", "ANSI").toUpperCase();
  if (policy === "ANSI" || policy === "LEGACY") return policy;
  throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `The store assignment policy ${policy}`, advice: "Use ANSI or LEGACY." });
}

const isDatetime = (type: t.DataType): boolean => t.isDatetime(type) || type.kind === "time";

/** Whether ANSI mode stores a value of a type in a column of another. Source: Spark's Cast.canANSIStoreAssign. */
export function canStore(from: t.DataType, to: t.DataType): boolean {
  if (from.kind === "void" || t.sameTypeIgnoringNullability(from, to)) return true;
  if (t.isNumeric(from) && t.isNumeric(to)) return true;
  if (to.kind === "string") return t.isAtomic(from) || from.kind === "interval";
  if (isDatetime(from) && isDatetime(to)) return true;
  if (from.kind === "array" && to.kind === "array") return canStore(from.elementType, to.elementType);
  if (from.kind === "map" && to.kind === "map") return canStore(from.keyType, to.keyType) && canStore(from.valueType, to.valueType);
  if (from.kind === "struct" && to.kind === "struct")
    return from.fields.length === to.fields.length && from.fields.every((field, i) => canStore(field.dataType, to.fields[i]!.dataType));
  return false;
}

/** A column's value in the type of the table's column. Throws INCOMPATIBLE_DATA_FOR_TABLE. */
export function assigned(value: Expression, from: t.DataType, column: t.StructField, tableName: string, policy: Policy): Expression {
  const to = withoutLengths(column.dataType);
  if (policy === "ANSI" && !canStore(from, to)) {
    throw new AnalysisError("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST", {
      tableName,
      colName: sqlId([column.name]),
      srcType: sqlTypeOf(from),
      targetType: sqlTypeOf(to),
    });
  }
  const stored = t.sameType(from, to) ? value : { ...cast(value, to), mode: policy === "ANSI" ? ("ansi" as const) : ("legacy" as const) };
  return alias(withLength(stored, column.dataType), column.name);
}

/** A text of a char's or varchar's length: blanks behind it may be cut, other characters may not. */
export const withLength = (value: Expression, type: t.DataType): Expression =>
  type.kind === "char" || type.kind === "varchar" ? fn(`${type.kind}_type_write_side_check`, value, integerLiteral(type.length)) : value;

/** A column by its exact name. */
export const columnNamed = (name: string): Expression => attribute(sqlId([name]));
