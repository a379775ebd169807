import { splitConjuncts, splitDisjuncts } from "../expressions/build.ts";
import type { Attribute, Call, Expression, Literal } from "../expressions/expression.ts";
import { order } from "../expressions/fold.ts";

/** Values of one column that `low <= column AND column <= high` keeps. */
interface Range {
  readonly column: Attribute;
  readonly low: Literal;
  readonly high: Literal;
  /** The two comparisons. */
  readonly atLeast: Call;
  readonly atMost: Call;
}

/**
 * An OR of ranges of one column that overlap as the one range that they are together: the kernel tests that while it reads, and skips
 * row groups by it, but takes an OR for a filter of its own (TPC-H Q19: a fifth of the query). NULL for NULL, as the OR.
 */
export function oneRange(e: Call): Call | undefined {
  // A long OR of something else costs one look.
  if (e.name !== "or" || !rangeOf(e.args[1]!)) return undefined;
  const ranges: Range[] = [];
  for (const branch of splitDisjuncts(e)) {
    const range = rangeOf(branch);
    if (!range || range.column.id !== (ranges[0] ?? range).column.id) return undefined;
    ranges.push(range);
  }
  let [together, ...others] = ranges.toSorted((a, b) => order(a.low, b.low) ?? 0);
  for (const next of others) {
    if (!together || !isAtMost(next.low, together.high)) return undefined;
    if (isAtMost(together.high, next.high)) together = { ...together, high: next.high, atMost: next.atMost };
  }
  return together && { ...e, name: "and", args: [together.atLeast, together.atMost] };
}

function rangeOf(branch: Expression): Range | undefined {
  const bounds = splitConjuncts(branch);
  const [atLeast, atMost] = [">=", "<="].map((name) => bounds.find((e): e is Call => e.kind === "call" && e.name === name));
  if (bounds.length !== 2 || !atLeast || !atMost) return undefined;
  const [[column, low], [same, high]] = [atLeast.args, atMost.args];
  if (column?.kind !== "attribute" || same?.kind !== "attribute" || same.id !== column.id) return undefined;
  if (low?.kind !== "literal" || high?.kind !== "literal" || column.type.kind === "string") return undefined;
  return isAtMost(low, high) ? { column, low, high, atLeast, atMost } : undefined;
}

const isAtMost = (a: Literal, b: Literal): boolean => (order(a, b) ?? 1) <= 0;
