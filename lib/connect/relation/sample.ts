import { Column } from "../../dataframe/column.ts";
import { randomSeed } from "../../dataframe/functions/invoke.ts";
import { sortedWithinPartitions, stratified } from "../../dataframe/sampling.ts";
import { requirementFailed } from "../../engine/errors/requirement.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { javaDouble } from "../../engine/types/java-number.ts";
import { expressionOf } from "../expression/expression.ts";
import type { Sample, StatSampleBy } from "../protocol/spark/connect/relations_pb.js";
import { builtBy, frameOf, literalExpression } from "./frame.ts";
import type { Scope } from "./scope.ts";

export async function sampleOf(
  { input, lowerBound, upperBound, withReplacement = false, seed, deterministicOrder }: Sample,
  t: Scope,
): Promise<LogicalPlan> {
  const rows = await frameOf(input, t);
  refuseFraction(upperBound - lowerBound, withReplacement);
  const child = deterministicOrder ? await sortedWithinPartitions(rows) : rows.plan;
  return { kind: "sample", lowerBound, upperBound, withReplacement, seed: seed ?? randomSeed(), child };
}

export async function sampleByOf({ input, col, fractions, seed }: StatSampleBy, t: Scope): Promise<LogicalPlan> {
  const rows = await frameOf(input, t);
  const shares: [Column, number][] = [];
  for (const { stratum, fraction } of fractions) if (stratum) shares.push([new Column(await literalExpression(stratum, t)), fraction]);
  return builtBy(stratified(rows, new Column(await expressionOf(col, t)), new Map(shares), seed));
}

/** As much slack as Spark leaves for what was rounded. */
const SLACK = 1e-6;

function refuseFraction(fraction: number, withReplacement: boolean): void {
  if (fraction >= -SLACK && (withReplacement || fraction <= 1 + SLACK)) return;
  const rule = withReplacement ? "must be nonnegative with replacement" : "must be on interval [0, 1] without replacement";
  throw requirementFailed(`Sampling fraction (${javaDouble(fraction)}) ${rule}`);
}
