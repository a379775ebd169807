import type { Attribute } from "../engine/expressions/expression.ts";
import { quoteName } from "../engine/functions/function.ts";
import { columnName } from "../engine/kernel/names.ts";
import { sqlTypeOf } from "../engine/kernel/sql-type.ts";

/** What a SELECT without columns has instead: DuckDB needs one. */
export const NO_COLUMNS = `1 AS ${quoteName("no columns")}`;

/** A SELECT of the columns without a row. */
export const emptySelect = (output: readonly Attribute[]): string =>
  `SELECT ${output.length === 0 ? NO_COLUMNS : output.map((a) => `CAST(NULL AS ${sqlTypeOf(a.type)}) AS ${columnName(a)}`).join(", ")} WHERE false`;
