import { AnalysisError, ExecutionError } from "../errors.ts";
import { integerLiteral } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import { castSql } from "../kernel/cast.ts";
import * as t from "../types/data-type.ts";
import { constantOf, requireConstant } from "./constant.ts";
import { scalarsOf } from "./define.ts";
import { exactly, type FunctionEntry, numeric, of, quoteName, takes, takesUpTo } from "./function.ts";

/** Random numbers and texts. With a seed they are Spark's own sequence for it in each partition (random-sequence.ts). */
const scalar = scalarsOf("math");
const text = scalarsOf("string");
const seed = of(t.integerType, t.longType);

/** The number of the task's partition. */
export const partitionNumber = "CAST(coalesce(getvariable('firecrest_partition'), 0) AS BIGINT)";

/** What finds a row's place in a sequence: its number and its partition's seed. A NULL seed is 0. */
export const placeOf = (seedSql: string): string => `row_number() OVER (), CAST(coalesce(${seedSql}, 0) AS BIGINT) + ${partitionNumber}`;

/** A number in [0, 1). */
export const drawn = (seedSql: string | undefined): string =>
  seedSql === undefined ? "random()" : `firecrest_random(${placeOf(seedSql)})`;
/** Box and Muller where no sequence is asked for; 1 - u is never 0. */
const normal = (seedSql: string | undefined): string =>
  seedSql === undefined ? "(sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))" : `firecrest_normal(${placeOf(seedSql)})`;

const seeded = (count: number) => ({ deterministic: false as const, positional: (args: readonly unknown[]) => args.length === count });

/** Spark's CheckAnalysis: a seed does not change from row to row. */
const constantSeed = (name: string) => (args: readonly Expression[]) => {
  const given = args[0];
  if (!given || isFoldable(given)) return args;
  throw new AnalysisError("SEED_EXPRESSION_IS_UNFOLDABLE", {
    seedExpr: `"${prettyName(given)}"`,
    exprWithSeed: `"${prettyName({ kind: "unresolvedFunction", name, args })}"`,
  });
};

const WIDTHS = ["byte", "short", "integer", "long"];

/** Source: Spark's Uniform.dataType: the wider of two of a kind, and never anything wider than both. */
function between([first, second]: readonly t.DataType[]): t.DataType {
  const [low, high] = [first!, second!];
  if (t.isIntegral(low) && t.isIntegral(high)) return WIDTHS.indexOf(low.kind) <= WIDTHS.indexOf(high.kind) ? high : low;
  for (const kind of ["double", "float"]) {
    const found = [low, high].find((type) => type.kind === kind);
    if (found) return found;
  }
  if (low.kind !== "decimal" || high.kind !== "decimal") return low.kind === "decimal" ? low : high;
  const isWider = low.precision - low.scale >= high.precision - high.scale && low.scale >= high.scale;
  return isWider ? low : high;
}

function checkUniform(args: readonly Expression[]): readonly Expression[] {
  for (const [i, name] of ["min", "max", "seed"].entries()) requireConstant("uniform", args, i, name, "integer or floating-point");
  return args;
}

const MOST_LETTERS = 2 ** 31 - 1;

function checkRandomText(args: readonly Expression[]): readonly Expression[] {
  for (const [i, name] of ["length", "seed"].entries()) requireConstant("randstr", args, i, name, "integer");
  const length = Math.trunc(Number(String(constantOf(args[0]!) ?? 0)));
  if (length >= 0 && length <= MOST_LETTERS) return [integerLiteral(length), ...args.slice(1)];
  throw new ExecutionError("INVALID_PARAMETER_VALUE.LENGTH", {
    parameter: "`length`",
    length: String(length),
    functionName: "`randstr`",
  });
}

/** What a recursive query is called while it runs. */
export const loopName = (id: number): string => quoteName(`loop#${id}`);

export const randomFunctions: readonly FunctionEntry[] = [
  scalar(
    "loop_seed",
    "The seed of a recursive query's level, from the seed that is written and the query's number.",
    takes(seed, of(t.integerType)),
    t.longType,
    ([s], { args: [, id] }) => `(CAST(coalesce(${s}, 0) AS BIGINT) + (SELECT max(level) - 1 FROM ${loopName(constantOf(id!) as number)}))`,
    { nullable: false, internal: true },
  ),
  scalar("rand random", "Returns a random double, at least 0 and below 1.", exactly(takesUpTo(1, seed)), t.doubleType, ([s]) => drawn(s), {
    ...seeded(1),
    nullable: false,
    check: constantSeed("rand"),
  }),
  scalar(
    "randn",
    "Returns a random double of the standard normal distribution.",
    exactly(takesUpTo(1, seed)),
    t.doubleType,
    ([s]) => normal(s),
    { ...seeded(1), nullable: false, check: constantSeed("randn") },
  ),
  scalar(
    "uniform",
    "Returns a random number between two constant bounds, of their type.",
    exactly(takesUpTo(1, numeric, numeric, seed)),
    between,
    ([low, high, s], call, session) => {
      const [from, to] = [low!, high!].map((bound, i) => castSql(bound, typeOf(call.args[i]!), t.doubleType, "ansi", session));
      return castSql(`(${from} + ${drawn(s)} * (${to} - ${from}))`, t.doubleType, call.type, session.ansi ? "ansi" : "legacy", session);
    },
    { ...seeded(3), check: checkUniform },
  ),
  text(
    "randstr",
    "Returns a random text of a constant length, of digits and letters.",
    takesUpTo(1, of(t.integerType), { ...seed, exact: true }),
    t.stringType,
    ([length, s]) => `firecrest_randstr(${placeOf(s ?? "CAST(random() * 9e15 AS BIGINT)")}, ${length})`,
    { ...seeded(2), nullable: false, check: checkRandomText },
  ),
];
