import { create } from "@bufbuild/protobuf";
import { inJobScope } from "../../../dataframe/job-scope.ts";
import { analyzeOf } from "../../analyze/analyze.ts";
import {
  type AnalyzePlanRequest,
  type AnalyzePlanResponse,
  AnalyzePlanResponseSchema,
  type Plan,
} from "../../protocol/spark/connect/base_pb.js";
import type { Sessions } from "../../session/sessions.ts";
import { uncompressed } from "../../session/uncompressed.ts";

/** Tells what a plan is, without running it. Some plans have jobs of their own to be known, such as a pivot for its columns: they end with the call. */
export async function analyzePlan(request: AnalyzePlanRequest, sessions: Sessions, stop: AbortSignal): Promise<AnalyzePlanResponse> {
  const session = sessions.open(request);
  const question = withPlans(request.analyze, (plan) => uncompressed(plan, session.bounds.planBytes));
  const result = await inJobScope(
    () => ({ signal: stop }),
    () => analyzeOf(question, session.translation()),
  );
  return create(AnalyzePlanResponseSchema, { ...session.ids, result });
}

type Question = AnalyzePlanRequest["analyze"];

/** Questions hold their plans under three names. */
function withPlans(question: Question, each: (plan: Plan) => Plan): Question {
  const asked = question.value as Record<string, unknown> | undefined;
  if (!asked) return question;
  const plans = ["plan", "targetPlan", "otherPlan"].flatMap((name) => (asked[name] ? [[name, each(asked[name] as Plan)] as const] : []));
  return { ...question, value: { ...asked, ...Object.fromEntries(plans) } } as Question;
}
