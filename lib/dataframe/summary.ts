import { requirementFailed } from "../engine/errors/requirement.ts";
import { AnalysisError } from "../engine/errors.ts";
import { quoteText } from "../engine/functions/function.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { isNumeric, isStringLike } from "../engine/types/data-type.ts";
import { Column, col, fieldExpression, lit } from "./column.ts";
import type { DataFrame } from "./dataframe.ts";
import { approx_count_distinct, avg, count, count_distinct, max, min, percentile_approx, stddev } from "./functions/aggregate.ts";
import { array } from "./functions/array.ts";
import { inline } from "./functions/generator.ts";
import { struct } from "./functions/struct.ts";

type Statistic = (column: Column) => Column<unknown, string>;

/** By Spark's names; what is of numbers comes as one. */
const STATISTICS: Readonly<Record<string, Statistic>> = {
  count,
  count_distinct,
  approx_count_distinct,
  mean: avg,
  stddev,
  min,
  max,
};

/** A row a statistic, a column of text for each column (of numbers or text where none is named), in one pass over the rows. */
export async function summaryPlan<T>(df: DataFrame<T>, statistics: readonly string[], names: readonly string[]): Promise<LogicalPlan> {
  const { fields } = await df.schema();
  const described = names.length > 0 ? names : fields.filter((f) => isNumeric(f.dataType) || isStringLike(f.dataType)).map((f) => f.name);
  const numeric = new Set(fields.filter((f) => isNumeric(f.dataType)).map((f) => f.name));
  const cells = statistics.map((statistic, row) =>
    described.map((name, column) => ({ key: `cell_${row}_${column}`, value: cell(statistic, name, numeric.has(name)) })),
  );
  const computed = df.agg(lit(statistics.length).as("rows"), ...cells.flat().map(({ key, value }) => value.as(key)));
  const rows = statistics.map((statistic, i) =>
    struct(lit(statistic).as("summary"), ...described.map((name, j) => col(cells[i]![j]!.key).as(name))),
  );
  return computed.select(inline(array(...rows))).plan;
}

/** Those that read texts as numbers; decimals stay exact. */
const NUMERIC: ReadonlySet<string> = new Set(["mean", "stddev"]);

function cell(statistic: string, name: string, isNumber: boolean): Column {
  const column = new Column(fieldExpression(name));
  const number = isNumber ? column : column.try_cast("double");
  const percentile = /^(\d+(?:\.\d+)?)%$/.exec(statistic);
  if (percentile) {
    const rank = Number(percentile[1]) / 100;
    if (rank > 1) throw requirementFailed("Percentiles must be in the range [0, 1]");
    return percentile_approx(number, lit(rank).cast("double")).cast("string");
  }
  const compute = Object.hasOwn(STATISTICS, statistic) ? STATISTICS[statistic] : undefined;
  if (!compute) throw new AnalysisError("UNRECOGNIZED_STATISTIC", { stats: quoteText(statistic) });
  return compute(NUMERIC.has(statistic) ? number : column).cast("string");
}
