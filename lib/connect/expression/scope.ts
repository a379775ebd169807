import type { LambdaVariable } from "../../engine/expressions/expression.ts";
import { invalidPlan } from "../invalid-plan.ts";
import type { Translation } from "../translation.ts";

/** Expressions of clients nest as deep as this at most: what protobuf decodes by default in Spark's server is 1,024 messages. */
const MAX_DEPTH = 600;

/** Where an expression stands. */
export interface Scope {
  readonly t: Translation;
  /** The variables of the lambdas around, by name. */
  readonly variables: ReadonlyMap<string, LambdaVariable>;
  readonly depth: number;
}

export const outermost = (t: Translation): Scope => ({ t, variables: new Map(), depth: 0 });

/** One level further in. Throws where there are too many. */
export function inside(scope: Scope): Scope {
  if (scope.depth >= MAX_DEPTH) throw invalidPlan(`an expression nested deeper than ${MAX_DEPTH}`);
  return { ...scope, depth: scope.depth + 1 };
}
