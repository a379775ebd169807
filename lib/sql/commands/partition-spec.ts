import type { CatalogTable, PartitionSpec } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { cast } from "../../engine/expressions/build.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { type DataType, stringType } from "../../engine/types/data-type.ts";
import { idOf } from "../session/names.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { PartitionValue } from "../syntax/statement.ts";

/** Of PARTITION (a = 1, b): the values as folders have them, and the columns without one. Names are the table's. */
export interface GivenPartition {
  readonly fixed: PartitionSpec;
  readonly dynamic: readonly string[];
}

/** Throws NON_PARTITION_COLUMN and DUPLICATE_KEY. */
export async function partitionOf(
  given: readonly PartitionValue[],
  table: CatalogTable,
  context: StatementContext,
): Promise<GivenPartition> {
  const fixed: Record<string, string | null> = {};
  const dynamic: string[] = [];
  const seen = new Set<string>();
  for (const { column, value } of given) {
    const name = table.partitionColumns.find((known) => known.toLowerCase() === column.name.toLowerCase());
    if (name === undefined) throw new AnalysisError("NON_PARTITION_COLUMN", { columnName: sqlId([column.name]) });
    if (seen.has(name)) throw new AnalysisError("DUPLICATE_KEY", { keyColumn: sqlId([column.name]) });
    seen.add(name);
    if (value) fixed[name] = await valueText(value, typeOfColumn(table, name), context);
    else dynamic.push(name);
  }
  return { fixed, dynamic };
}

/** A whole partition, or the columns that a prefix names. Throws INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE. */
export async function specOf(given: readonly PartitionValue[], table: CatalogTable, context: StatementContext): Promise<PartitionSpec> {
  const empty = given.find(({ value }) => !value);
  if (empty) throw new AnalysisError("INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE", { partKey: sqlId([empty.column.name]) });
  return (await partitionOf(given, table, context)).fixed;
}

/** Throws where not all partition columns are named. */
export function refusePrefix(spec: PartitionSpec, table: CatalogTable): void {
  if (Object.keys(spec).length === table.partitionColumns.length) return;
  throw new AnalysisError("_LEGACY_ERROR_TEMP_1232", {
    specKeys: Object.keys(spec).join(", "),
    partitionColumnNames: table.partitionColumns.join(", "),
    tableName: idOf(table),
  });
}

const typeOfColumn = (table: CatalogTable, name: string): DataType => table.columns.fields.find((field) => field.name === name)!.dataType;

/** A value as a folder's name has it: cast to the column's type, then to text. */
async function valueText(value: NonNullable<PartitionValue["value"]>, type: DataType, context: StatementContext): Promise<string | null> {
  const found = await context.evaluate(value);
  if (found.value === null) return null;
  const typed = { ...cast(found, type), mode: "ansi" as const };
  const { value: text } = await context.evaluated({ ...cast(typed, stringType), mode: "ansi" });
  return text === null ? null : String(text);
}
