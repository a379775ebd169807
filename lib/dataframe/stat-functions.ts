import { Column, type ColumnOrName, col, fieldExpression, lit } from "./column.ts";
import type { DataFrame } from "./dataframe.ts";
import { collect_list, corr, count, covar_samp, percentile_approx } from "./functions/aggregate.ts";
import { array } from "./functions/array.ts";
import { coalesce } from "./functions/conditional.ts";
import type { NameOf, Row } from "./row.ts";
import type { Fractions } from "./sampling.ts";

/** NULL counts as 0 here. Source: Spark's StatFunctions.calculateCorrImpl, calculateCovImpl. */
const orZero = (column: string) => coalesce(new Column(fieldExpression(column)).cast("double"), lit(0).cast("double"));

/** `percentile_approx` is exact at this accuracy for anything it can count. */
const EXACT = 2_147_483_647;

/** Statistics of a DataFrame, as `pyspark.sql.DataFrameStatFunctions`. */
export class StatFunctions<T> {
  readonly #df: DataFrame<T>;

  /** @internal */
  constructor(df: DataFrame<T>) {
    this.#df = df;
  }

  /** Values at these ranks (0 to 1) of a numeric column; `relativeError` is how far a rank may be off, 0 for exact. */
  approxQuantile(column: NameOf<T>, probabilities: readonly number[], relativeError: number): Promise<number[]>;
  approxQuantile(columns: readonly NameOf<T>[], probabilities: readonly number[], relativeError: number): Promise<number[][]>;
  async approxQuantile(columns: NameOf<T> | readonly NameOf<T>[], ranks: readonly number[], relativeError: number): Promise<unknown> {
    const quantiles = [columns].flat().map((column) => this.#quantiles(column as string, ranks, relativeError));
    return typeof columns === "string" ? quantiles[0] : Promise.all(quantiles);
  }
  async #quantiles(column: string, probabilities: readonly number[], relativeError: number): Promise<number[]> {
    if (!(relativeError >= 0)) throw new RangeError(`relativeError must not be negative: ${relativeError}`);
    const accuracy = relativeError === 0 ? EXACT : Math.min(EXACT, Math.ceil(1 / relativeError));
    const values = new Column(fieldExpression(column)).cast("double");
    const ranks = array(...probabilities.map((p) => lit(p).cast("double")));
    const present = this.#df.filter(values.isNotNull().and(values.isNaN().not()));
    const row = await present.agg(percentile_approx(values, ranks, accuracy).as("quantiles")).first();
    return [...((row as { quantiles: readonly number[] | null } | null)?.quantiles ?? [])];
  }
  /** Pearson's correlation; NaN where there is none. */
  async corr(col1: NameOf<T>, col2: NameOf<T>): Promise<number> {
    return this.#number(corr(orZero(col1), orZero(col2)), Number.NaN);
  }
  /** The sample covariance; NaN of one row. */
  async cov(col1: NameOf<T>, col2: NameOf<T>): Promise<number> {
    return this.#number(covar_samp(orZero(col1), orZero(col2)), Number.NaN);
  }
  /** Counts of pairs of values: a row for each of col1, a column for each of col2. */
  crosstab(col1: NameOf<T>, col2: NameOf<T>): DataFrame<Row> {
    const name = `${col1}_${col2}`;
    const text = (column: string) => coalesce(new Column(fieldExpression(column)).cast("string"), lit("null"));
    const pairs = this.#df.select(text(col1).as("row"), text(col2).as("column"));
    const counts = pairs
      .groupBy("row")
      .pivot("column")
      .agg(count(lit(1)));
    return counts.na.fill(0).withColumnRenamed("row", name);
  }
  /** One row: for each column, `column_freqItems`, the values that more than this share of the rows have. Exact. */
  freqItems(columns: readonly NameOf<T>[], support = 0.01): DataFrame<Row> {
    if (!(support >= 1e-4 && support <= 1)) throw new RangeError(`support must lie between 0.0001 and 1, not at ${support}`);
    if (columns.length === 0) throw new TypeError("freqItems needs at least one column");
    return this.#df.deriveLater(async () => {
      const least = support * (await this.#df.count());
      const items = columns.map((column) => {
        const counts = this.#df.groupBy(new Column(fieldExpression(column)).as("item")).agg(count(lit(1)).as("rows"));
        return counts.filter(col("rows").gt(lit(least).cast("double"))).agg(collect_list("item").as(`${column}_freqItems`));
      });
      return items.map((item) => item.as<Row>()).reduce((left, right) => left.crossJoin(right)).plan;
    });
  }
  sampleBy(column: ColumnOrName, fractions: Fractions, seed?: number): DataFrame<T> {
    return this.#df.sampleBy(column, fractions, seed);
  }

  async #number(aggregate: Column<number | null>, missing: number): Promise<number> {
    const row = await this.#df.agg(aggregate.as("value")).first();
    return (row as { value: number | null } | null)?.value ?? missing;
  }
}
