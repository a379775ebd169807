import type { DataType } from "../types/data-type.ts";
import type { Expression } from "./expression.ts";
import { prettyName } from "./print.ts";
import { typeSql } from "./print-type.ts";

/** How messages quote what they name. Source: Spark's QueryErrorsBase (toSQLId, toSQLExpr, toSQLType, toSQLConf). */

/** `a`.`b` in backticks. */
export const sqlId = (parts: readonly string[]): string => parts.map((part) => `\`${part.replaceAll("`", "``")}\``).join(".");
/** "(a + 1)". */
export const sqlExpr = (expression: Expression): string => `"${prettyName(expression)}"`;
/** "ARRAY<INT>". */
export const sqlTypeOf = (type: DataType): string => `"${typeSql(type)}"`;
/** "spark.sql.ansi.enabled". */
export const sqlConf = (key: string): string => `"${key}"`;
