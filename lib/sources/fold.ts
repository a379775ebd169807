import { AnalysisError } from "../engine/errors.ts";
import type { StructField } from "../engine/types/data-type.ts";

/** How a session compares column names. */
export const foldOf = (session: { readonly caseSensitive: boolean }): ((name: string) => string) =>
  session.caseSensitive ? (name) => name : (name) => name.toLowerCase();

/** Throws COLUMN_ALREADY_EXISTS for two names that the session takes for one. */
export function refuseDuplicates(names: readonly string[], fold: (name: string) => string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(fold(name))) throw new AnalysisError("COLUMN_ALREADY_EXISTS", { columnName: `\`${fold(name).replaceAll("`", "``")}\`` });
    seen.add(fold(name));
  }
}

/** Data columns with the partition columns in Spark's order: one that is in the data too stands there, others at the end. */
export function withPartitionFields(
  data: readonly StructField[],
  partition: readonly StructField[],
  fold: (name: string) => string,
): { readonly all: readonly StructField[]; readonly data: readonly StructField[] } {
  const byName = new Map(partition.map((field) => [fold(field.name), field]));
  const inData = new Set(data.map((field) => fold(field.name)).filter((name) => byName.has(name)));
  return {
    all: [...data.map((field) => byName.get(fold(field.name)) ?? field), ...partition.filter((field) => !inData.has(fold(field.name)))],
    data: data.filter((field) => !byName.has(fold(field.name))),
  };
}
