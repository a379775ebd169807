import { AnalysisError } from "../engine/errors.ts";
import { typeSql } from "../engine/expressions/print-type.ts";
import type { SinkColumn } from "../engine/ports/source.ts";
import type { DataType } from "../engine/types/data-type.ts";
import { isAtomic } from "../engine/types/data-type.ts";
import { refuseDuplicates } from "./fold.ts";

/** The columns that go into the files, in order, partition columns left out. */
export const dataColumns = (columns: readonly SinkColumn[], partitionBy: readonly string[]): readonly SinkColumn[] => {
  const partitioned = new Set(partitionBy.map((name) => name.toLowerCase()));
  return columns.filter(({ name }) => !partitioned.has(name.toLowerCase()));
};

/** What every file sink asks of a write. Gives the data columns. Source: Spark's PartitioningUtils and DataSourceUtils.verifySchema. */
export function checkFileWrite(
  columns: readonly SinkColumn[],
  partitionBy: readonly string[],
  format: string,
  supports: (type: DataType) => boolean,
): readonly SinkColumn[] {
  refuseDuplicates(
    columns.map(({ name }) => name),
    (name) => name.toLowerCase(),
  );
  for (const name of partitionBy) {
    const column = columns.find((c) => c.name.toLowerCase() === name.toLowerCase());
    if (!column)
      throw new AnalysisError("UNRESOLVED_COLUMN.WITH_SUGGESTION", {
        objectName: `\`${name}\``,
        proposal: columns.map((c) => `\`${c.name}\``).join(", "),
      });
    if (!isAtomic(column.type)) throw new AnalysisError("INVALID_PARTITION_COLUMN_DATA_TYPE", { type: `"${typeSql(column.type)}"` });
  }
  const data = dataColumns(columns, partitionBy);
  if (data.length === 0 && partitionBy.length > 0) throw new AnalysisError("ALL_PARTITION_COLUMNS_NOT_ALLOWED", {});
  for (const { name, type } of data)
    if (!supports(type))
      throw new AnalysisError("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", {
        format,
        columnName: `\`${name}\``,
        columnType: `"${typeSql(type)}"`,
      });
  return data;
}
