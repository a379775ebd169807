import { AnalysisError } from "../engine/errors.ts";
import { captureOrigin } from "./origin.ts";

/** The error of a feature that Firecrest does not have; `feature` begins a sentence, `advice` is one. */
export function unsupported(feature: string, advice = ""): AnalysisError {
  const origin = captureOrigin();
  return new AnalysisError("FIRECREST_UNSUPPORTED", { feature, advice }, origin === undefined ? {} : { origin });
}
