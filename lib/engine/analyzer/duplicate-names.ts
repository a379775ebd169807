import { AnalysisError } from "../errors.ts";
import type { SessionSettings } from "../functions/function.ts";
import { quoted } from "./resolve-expression.ts";

/** Throws for two names that the session takes for one. Source: Spark's SchemaUtils.checkColumnNameDuplication. */
export function refuseDuplicates(names: readonly string[], { caseSensitive }: SessionSettings): void {
  const folded = caseSensitive ? names : names.map((name) => name.toLowerCase());
  const [first] = folded.filter((name, i) => folded.indexOf(name) < i).toSorted();
  if (first !== undefined) throw new AnalysisError("COLUMN_ALREADY_EXISTS", { columnName: quoted([first]) });
}
