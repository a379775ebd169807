import { AnalysisError } from "../../engine/errors.ts";

/** The error of a relation that Firecrest does not have; `feature` begins a sentence, `advice` is one. */
export const unsupported = (feature: string, advice = ""): AnalysisError => new AnalysisError("FIRECREST_UNSUPPORTED", { feature, advice });

/** The error of a message that no client sends. */
export const malformed = (message: string): AnalysisError => new AnalysisError("INTERNAL_ERROR", { message });
