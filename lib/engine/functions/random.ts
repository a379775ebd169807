import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { scalarsOf } from "./define.ts";
import { common, type FunctionEntry, of, takesUpTo } from "./function.ts";

const scalar = scalarsOf("math");
const seed = of(t.longType);

/**
 * A number in [0, 1) from a row's partition and its position there: the same for the same seed whenever the rows come in the
 * same order. Spark's own sequence of a seed hangs on its partitions and is not repeated here. 53 bits, so never 1.
 */
export const seededUniform = (seedSql: string, stream = 0): string =>
  `((hash(row_number() OVER (), ${seedSql}, getvariable('firecrest_partition'), ${stream}) >> 11) / 9007199254740992.0::DOUBLE)`;

const uniform = (seedSql: string | undefined, stream = 0): string => (seedSql === undefined ? "random()" : seededUniform(seedSql, stream));

/** Box and Muller; 1 - u is never 0. */
const normal = (seedSql: string | undefined): string => `(sqrt(-2 * ln(1 - ${uniform(seedSql)})) * cos(2 * pi() * ${uniform(seedSql, 1)}))`;

const isSeeded = (count: number) => ({ deterministic: false as const, positional: (args: readonly unknown[]) => args.length === count });

export const randomFunctions: readonly FunctionEntry[] = [
  scalar("rand random", "Returns a random double, at least 0 and below 1.", takesUpTo(1, seed), t.doubleType, ([s]) => uniform(s), {
    ...isSeeded(1),
    nullable: false,
  }),
  scalar("randn", "Returns a random double of the standard normal distribution.", takesUpTo(1, seed), t.doubleType, ([s]) => normal(s), {
    ...isSeeded(1),
    nullable: false,
  }),
  scalar(
    "uniform",
    "Returns a random number between two bounds, of their type.",
    takesUpTo(1, common, common, seed),
    ([low]) => low!,
    ([low, high, s], call) => {
      const drawn = `${low} + ${uniform(s)} * (${high} - ${low})`;
      return `CAST(${t.isIntegral(call.type) ? `floor(${drawn})` : drawn} AS ${sqlTypeOf(call.type)})`;
    },
    isSeeded(3),
  ),
];
