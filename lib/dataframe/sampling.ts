import { sortOrder } from "../engine/expressions/build.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import type { DataType } from "../engine/types/data-type.ts";
import { Column, type ColumnOrName, type ColumnOrValue, columnExpression, fieldExpression, lit } from "./column.ts";
import type { DataFrame } from "./dataframe.ts";
import { deferred } from "./deferred.ts";
import { when } from "./functions/conditional.ts";
import { randomSeed } from "./functions/invoke.ts";
import { rand } from "./functions/math.ts";

/** `sample(fraction, seed?)` and `sample(withReplacement, fraction, seed?)`. */
export function sampled<T>(df: DataFrame<T>, given: readonly (boolean | number | undefined)[]): DataFrame<T> {
  const withReplacement = given[0] === true;
  const [fraction, seed] = (typeof given[0] === "boolean" ? given.slice(1) : given) as [number, number | undefined];
  if (!(fraction >= 0) || (!withReplacement && fraction > 1))
    throw new RangeError(`a fraction of rows lies between 0 and 1, or above 0 with replacement, not at ${fraction}`);
  return df.derive({ kind: "sample", lowerBound: 0, upperBound: fraction, withReplacement, seed: seedOf(seed), child: df.plan });
}

/** Shares of rows, from 0 to 1, by a column's values. */
export type Fractions = ReadonlyMap<ColumnOrValue, number> | Readonly<Record<string, number>>;

/** Keeps a row where a random number is below its stratum's fraction; strata without one are left out. */
export function stratified<T>(df: DataFrame<T>, column: ColumnOrName, fractions: Fractions, seed?: number | bigint): DataFrame<T> {
  const stratum = new Column(columnExpression(column));
  let fraction: Column | undefined;
  for (const [value, share] of fractions instanceof Map ? fractions : Object.entries(fractions)) {
    if (!(share >= 0 && share <= 1)) throw new RangeError(`the fraction of ${String(value)} must lie between 0 and 1, not at ${share}`);
    const matches = stratum.eq(value);
    fraction = fraction ? fraction.when(matches, doubleOf(share)) : when(matches, doubleOf(share));
  }
  const chance = fraction ? fraction.otherwise(doubleOf(0)) : doubleOf(0);
  return df.filter(rand(lit(seedOf(seed))).lt(chance));
}

const doubleOf = (value: number): Column => lit(value).cast("double");

/** Splits by one random number a row: the parts draw the same numbers because they sort the rows of a partition the same way first. */
export function randomSplits<T>(df: DataFrame<T>, weights: readonly number[], givenSeed?: number): DataFrame<T>[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (weights.length === 0 || weights.some((weight) => !(weight >= 0)) || !(total > 0))
    throw new RangeError(`weights must not be negative and their sum must be positive: [${weights.join(", ")}]`);
  const seed = seedOf(givenSeed);
  const child = deferred(() => sortedWithinPartitions(df));
  let upperBound = 0;
  return weights.map((weight, i) => {
    const lowerBound = upperBound;
    upperBound = i === weights.length - 1 ? 1 : lowerBound + weight / total;
    return df.derive({ kind: "sample", lowerBound, upperBound, withReplacement: false, seed, child });
  });
}

/** Rows in an order that a plan run twice has twice. */
export async function sortedWithinPartitions<T>(df: DataFrame<T>): Promise<LogicalPlan> {
  const { fields } = await df.schema();
  const order = fields.filter((field) => isOrderable(field.dataType)).map((field) => sortOrder(fieldExpression(field.name)));
  return order.length > 0 ? { kind: "sort", order, global: false, child: df.plan } : df.plan;
}

function isOrderable(type: DataType): boolean {
  if (type.kind === "array") return isOrderable(type.elementType);
  if (type.kind === "struct") return type.fields.every((field) => isOrderable(field.dataType));
  return type.kind !== "map" && type.kind !== "variant" && type.kind !== "interval";
}

const seedOf = (seed: number | bigint | undefined): bigint =>
  seed === undefined ? randomSeed() : typeof seed === "bigint" ? seed : BigInt(Math.trunc(seed));
