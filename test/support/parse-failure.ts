import { AnalysisError } from "../../lib/engine/errors.ts";

/** The error that a parse ends with; undefined where it succeeds. */
export function failure(parse: () => unknown): AnalysisError | undefined {
  try {
    parse();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof AnalysisError) return thrown;
    throw thrown;
  }
}
