import { AnalysisError } from "../errors.ts";

/** What Spark's sources demand by `require`, without a condition of its own. */
export const requirementFailed = (rule: string): AnalysisError =>
  new AnalysisError("_LEGACY_ERROR_TEMP_0063", { msg: `requirement failed: ${rule}` });
