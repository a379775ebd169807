import { evaluateConstant } from "../../engine/analyzer/constant.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type * as e from "../syntax/expression.ts";
import type * as s from "../syntax/query.ts";
import type { Lowering } from "./context.ts";
import { lowerExpression } from "./expression.ts";
import { limited } from "./query.ts";

/** How far rounding may carry a fraction beyond 0 and 1. Source: Spark's RandomSampler.roundingEpsilon. */
const EPSILON = 1e-6;

/** TABLESAMPLE above a plan. Source: Spark's AstBuilder.withSample. */
export function withSample(sample: s.Sample | undefined, child: LogicalPlan, scope: Lowering): LogicalPlan {
  if (!sample) return child;
  const { method } = sample;
  switch (method.kind) {
    case "rows":
      return limited("limit", method.count, child, scope);
    case "percent":
      return fraction(percentage(method.percentage, scope) / 100, sample, child);
    case "bytes":
      throw /^[0-9]+[bkmg]$/i.test(method.text)
        ? new AnalysisError("_LEGACY_ERROR_TEMP_0015", { msg: "byteLengthLiteral" })
        : new AnalysisError("_LEGACY_ERROR_TEMP_0016", { bytesStr: method.text });
    case "bucket":
      if (method.on) {
        const what = method.on.kind === "column" ? "colname" : "function";
        throw new AnalysisError("_LEGACY_ERROR_TEMP_0015", { msg: `BUCKET x OUT OF y ON ${what}` });
      }
      return fraction(Number(method.bucket) / Number(method.of), sample, child);
  }
}

function percentage(expression: e.Expression, scope: Lowering): number {
  const constant = evaluateConstant(lowerExpression(expression, scope), scope.session);
  return constant ? Number(String(constant.value)) : Number.NaN;
}

function fraction(upperBound: number, sample: s.Sample, child: LogicalPlan): LogicalPlan {
  if (!(upperBound >= -EPSILON && upperBound <= 1 + EPSILON)) {
    throw new AnalysisError("_LEGACY_ERROR_TEMP_0064", { msg: `Sampling fraction (${shown(upperBound)}) must be on interval [0, 1]` });
  }
  const bound = Math.min(1, Math.max(0, upperBound));
  return { kind: "sample", lowerBound: 0, upperBound: bound, withReplacement: false, seed: sample.seed ?? seedOf(sample), child };
}

const shown = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** Any seed does where none is given; lowering is pure, so it comes from the sample's place in the text. */
const seedOf = ({ start, end }: s.Sample): bigint => BigInt((start * 31 + end) % 1000);
