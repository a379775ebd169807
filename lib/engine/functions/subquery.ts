import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, raise, takes } from "./function.ts";

const scalar = scalarsOf("operator");

export const subqueryFunctions: readonly FunctionEntry[] = [
  scalar(
    "scalar_subquery",
    "The value of a subquery of so many rows: an error where they are more than one.",
    takes(any, any),
    ([type]) => type!,
    ([value, rows]) => `(CASE WHEN ${rows} > 1 THEN ${raise("SCALAR_SUBQUERY_TOO_MANY_ROWS")} ELSE ${value} END)`,
    { internal: true },
  ),
];
