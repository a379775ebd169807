import { ExecutionError } from "../errors.ts";
import type { Variant } from "../types/variant/variant.ts";

/** A step into a variant: a field's name or an element's index. */
type Step = string | number;

const STEP = /\.([^.[]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/y;

/** `$.a[0]['b c']` as steps. Throws INVALID_VARIANT_GET_PATH. Source: Spark's VariantPathParser. */
export function parseVariantPath(path: string, functionName: string): readonly Step[] {
  const invalid = () => new ExecutionError("INVALID_VARIANT_GET_PATH", { path, functionName: `\`${functionName}\`` });
  if (!path.startsWith("$")) throw invalid();
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (!match) throw invalid();
    steps.push(match[4] === undefined ? (match[1] ?? match[2] ?? match[3])! : Number(match[4]));
  }
  return steps;
}

/** What stands at a path; undefined where nothing does. */
export function variantAt(variant: Variant, steps: readonly Step[]): Variant | undefined {
  let found: Variant | undefined = variant;
  for (const step of steps) {
    found = typeof step === "number" ? found.item(step) : found.field(step);
    if (!found) return undefined;
  }
  return found;
}
