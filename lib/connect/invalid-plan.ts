import { AnalysisError } from "../engine/errors.ts";

/** The error of a message that says too little, or what cannot be. */
export const invalidPlan = (problem: string, path = "the message"): AnalysisError =>
  new AnalysisError("FIRECREST_INVALID_PLAN", { path, problem });
