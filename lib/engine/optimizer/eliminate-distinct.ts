import { expressionRule } from "./expression-rule.ts";
import type { Rule } from "./rule.ts";

const BLIND_TO_REPEATS = new Set(["min", "max", "bit_and", "bit_or", "bool_and", "bool_or", "every", "some", "any", "collect_set"]);

/** max(DISTINCT a) is max(a). */
export const eliminateDistinct: Rule = expressionRule("EliminateDistinct", (e) =>
  e.kind === "aggregate" && e.distinct && BLIND_TO_REPEATS.has(e.name) ? { ...e, distinct: false } : e,
);
