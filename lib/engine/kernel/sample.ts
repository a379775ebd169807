import { seededUniform } from "../functions/random.ts";
import { outputOf } from "../planner/output.ts";
import type { SampleExec } from "../planner/plan.ts";
import { columnsOf, type FragmentContext, from } from "./fragment.ts";

/** Poisson counts above this are as good as impossible for the fractions that sampling is used with. */
const MOST_COPIES = 30;

/**
 * Each row gets a uniform number from its partition, its position there and the seed, so that a sample is the same whenever the rows come in
 * the same order, and the bounds of one seed (randomSplit) cut the rows without overlap.
 */
export function sampleSql(plan: SampleExec, context: FragmentContext): string {
  const columns = columnsOf(outputOf(plan));
  const uniform = seededUniform(String(plan.seed));
  const drawn = `SELECT *, ${uniform} AS sample_draw FROM ${from(plan.child, context)}`;
  if (!plan.withReplacement)
    return `SELECT ${columns} FROM (${drawn}) WHERE sample_draw >= ${plan.lowerBound} AND sample_draw < ${plan.upperBound}`;
  return `SELECT ${columns} FROM (SELECT *, unnest(range(${poisson("sample_draw", plan.upperBound - plan.lowerBound)})) AS sample_copy FROM (${drawn}))`;
}

/** The inverse of the Poisson distribution's cumulative function, as nested thresholds. */
function poisson(uniform: string, mean: number): string {
  let probability = Math.exp(-mean);
  let cumulative = 0;
  const branches: string[] = [];
  for (let k = 0; k < MOST_COPIES; k++) {
    cumulative += probability;
    branches.push(`WHEN ${uniform} < ${cumulative} THEN ${k}`);
    probability *= mean / (k + 1);
  }
  return `CASE ${branches.join(" ")} ELSE ${MOST_COPIES} END`;
}
