import { drawn, partitionNumber } from "../functions/random.ts";
import { outputOf } from "../planner/output.ts";
import type { SampleExec } from "../planner/plan.ts";
import { columnsOf, type FragmentContext, from } from "./fragment.ts";

/**
 * Each row draws a number of its partition's sequence for the seed, as Spark's SampleExec lets it: a sample is Spark's own wherever the rows of
 * a partition come in the same order, and the bounds of one seed (randomSplit) cut the rows without overlap.
 */
export function sampleSql(plan: SampleExec, context: FragmentContext): string {
  const columns = columnsOf(outputOf(plan));
  const rows = from(plan.child, context);
  if (plan.withReplacement) {
    const mean = `CAST(${plan.upperBound - plan.lowerBound} AS DOUBLE)`;
    const copies = `firecrest_copies(row_number() OVER (), CAST(${plan.seed} AS BIGINT), ${partitionNumber}, ${mean})`;
    return `SELECT ${columns} FROM (SELECT *, unnest(range(${copies})) AS sample_copy FROM ${rows})`;
  }
  const drew = `SELECT *, ${drawn(String(plan.seed))} AS sample_draw FROM ${rows}`;
  return `SELECT ${columns} FROM (${drew}) WHERE sample_draw >= ${plan.lowerBound} AND sample_draw < ${plan.upperBound}`;
}
