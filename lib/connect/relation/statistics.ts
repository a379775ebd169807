import { localRelation } from "../../dataframe/create-dataframe.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { arrayType, type DataType, doubleType, structField, structType } from "../../engine/types/data-type.ts";
import type {
  StatApproxQuantile,
  StatCorr,
  StatCov,
  StatCrosstab,
  StatDescribe,
  StatFreqItems,
  StatSummary,
} from "../protocol/spark/connect/relations_pb.js";
import { builtBy, frameOf } from "./frame.ts";
import type { Scope } from "./scope.ts";
import { unsupported } from "./unsupported.ts";

export const summaryOf = async ({ input, statistics }: StatSummary, t: Scope): Promise<LogicalPlan> =>
  builtBy((await frameOf(input, t)).summary(...statistics));

export const describeOf = async ({ input, cols }: StatDescribe, t: Scope): Promise<LogicalPlan> =>
  builtBy((await frameOf(input, t)).describe(...cols));

export const crosstabOf = async ({ input, col1, col2 }: StatCrosstab, t: Scope): Promise<LogicalPlan> =>
  builtBy((await frameOf(input, t)).crosstab(col1, col2));

export const freqItemsOf = async ({ input, cols, support }: StatFreqItems, t: Scope): Promise<LogicalPlan> =>
  builtBy((await frameOf(input, t)).freqItems(cols, support));

export async function covOf({ input, col1, col2 }: StatCov, t: Scope): Promise<LogicalPlan> {
  return oneValue("cov", doubleType, await (await frameOf(input, t)).cov(col1, col2));
}

export async function corrOf({ input, col1, col2, method = "pearson" }: StatCorr, t: Scope): Promise<LogicalPlan> {
  if (method !== "pearson") throw unsupported(`DataFrame.corr by ${method}`, "Use pearson.");
  return oneValue("corr", doubleType, await (await frameOf(input, t)).corr(col1, col2));
}

export async function approxQuantileOf({ input, cols, probabilities, relativeError }: StatApproxQuantile, t: Scope): Promise<LogicalPlan> {
  const quantiles = await (await frameOf(input, t)).approxQuantile(cols, probabilities, relativeError);
  return oneValue("approx_quantile", arrayType(arrayType(doubleType, false), false), quantiles);
}

const oneValue = (name: string, type: DataType, value: unknown): LogicalPlan =>
  localRelation([[value]], structType([structField(name, type, false)]));
