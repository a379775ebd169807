import { type Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke, optional } from "./invoke.ts";

/** Tests of values. */

/** Equality that takes two NULLs as equal. */
export const equal_null = (col1: ColumnOrName, col2: ColumnOrName): Column<boolean> =>
  invoke("equal_null", columnExpression(col1), columnExpression(col2));

/** Whether the text matches a SQL LIKE pattern, without regard to case. */
export const ilike = (str: ColumnOrName, pattern: Column | string, escapeChar?: Column | string): Column<boolean | null> =>
  invoke("ilike", columnExpression(str), expressionOf(pattern), optional(escapeChar, expressionOf));

/** Whether the value is NaN. */
export const isnan = (col: ColumnOrName): Column<boolean> => invoke("isnan", columnExpression(col));

/** Whether the value is not NULL. */
export const isnotnull = (col: ColumnOrName): Column<boolean> => invoke("isnotnull", columnExpression(col));

/** Whether the value is NULL. */
export const isnull = (col: ColumnOrName): Column<boolean> => invoke("isnull", columnExpression(col));

/** Whether the text matches a SQL LIKE pattern. */
export const like = (str: ColumnOrName, pattern: Column | string, escapeChar?: Column | string): Column<boolean | null> =>
  invoke("like", columnExpression(str), expressionOf(pattern), optional(escapeChar, expressionOf));

/** Whether the text contains a match of a Java regular expression. */
export const regexp = (str: ColumnOrName, regexp: ColumnOrName): Column<boolean | null> =>
  invoke("regexp", columnExpression(str), columnExpression(regexp));

/** Whether the text contains a match of a Java regular expression. */
export const regexp_like = (str: ColumnOrName, regexp: ColumnOrName): Column<boolean | null> =>
  invoke("regexp_like", columnExpression(str), columnExpression(regexp));

/** Whether the text contains a match of a Java regular expression. */
export const rlike = (str: ColumnOrName, regexp: ColumnOrName): Column<boolean | null> =>
  invoke("rlike", columnExpression(str), columnExpression(regexp));
