import { AnalysisError } from "../engine/errors.ts";
import { literal } from "../engine/expressions/build.ts";
import type { Expression } from "../engine/expressions/expression.ts";
import { Column } from "./column.ts";
import type { DataFrame } from "./dataframe.ts";

/** The distinct values of a column in order, as literals. Throws above `spark.sql.pivotMaxValues`. */
export async function distinctPivotValues<T>(df: DataFrame<T>, column: Expression): Promise<Expression[]> {
  const limit = Number(df.sparkSession.conf.get("spark.sql.pivotMaxValues"));
  const values = df.select(new Column<unknown, "value">(column).as("value")).distinct();
  const sorted = values.sort("value").limit(limit + 1);
  const type = (await sorted.schema()).fields[0]!.dataType;
  const rows = await sorted.collect();
  if (rows.length > limit)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `A pivot of more than ${limit} distinct values`,
      advice: "Give the values, or raise spark.sql.pivotMaxValues.",
    });
  return rows.map((row) => literal((row as { value: never }).value, type));
}
