import { nearest } from "../engine/analyzer/suggestion.ts";
import { AnalysisError } from "../engine/errors.ts";
import { sqlId } from "../engine/expressions/quoting.ts";
import type { StructField } from "../engine/types/data-type.ts";

/** Names that an error proposes. */
const MOST_PROPOSED = 5;

/** The error of a column that there is not. */
export function unresolvedName(name: string, fields: readonly Pick<StructField, "name">[]): AnalysisError {
  const objectName = sqlId([name]);
  const known = [...new Set(fields.map((field) => field.name))];
  const proposal = nearest(name, known, MOST_PROPOSED).map((one) => sqlId([one]));
  if (proposal.length === 0) return new AnalysisError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", { objectName });
  return new AnalysisError("UNRESOLVED_COLUMN.WITH_SUGGESTION", { objectName, proposal: proposal.join(", ") });
}
