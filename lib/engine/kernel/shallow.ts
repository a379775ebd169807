import { namedAs, newAttribute } from "../expressions/build.ts";
import type { Alias, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { childrenOf, mapChildren } from "../expressions/traverse.ts";
import { outputOf } from "../planner/output.ts";
import type { PhysicalPlan } from "../planner/plan.ts";

/** What DuckDB makes of a sum of n parts takes it n³: 0.01 s for 50, 0.3 s for 200, 4 s for 500. In parts of this depth it takes a millisecond. */
const DEEPEST = 16;
/** Calls that evaluate all arguments, whatever their values: what they are called with may as well be computed before. */
const EAGER: ReadonlySet<string> = new Set(
  `+ - * / % div mod pmod negative positive abs = < <= > >= <=> not concat | & ^ ~ upper lower trim ltrim rtrim round bround floor ceil
  date_add date_sub replace regexp_replace translate sqrt exp pow power`.split(/\s+/),
);

export interface Shallow {
  readonly expressions: readonly Expression[];
  readonly child: PhysicalPlan;
}

/** The same values of the same rows, without expressions that are very deep: parts of these come from projections in between. */
export function shallow(given: readonly Expression[], child: PhysicalPlan): Shallow {
  const depths = new Map<Expression, number>();
  if (!given.some((e) => depthOf(e, depths) > DEEPEST)) return { expressions: given, child };
  const parts: Alias[] = [];
  const cut = (e: Expression): Expression => {
    const depth = depthOf(e, depths);
    if (depth < DEEPEST || !isEager(e)) return e;
    return depth === DEEPEST && isPart(e) ? part(e) : mapChildren(e, cut);
  };
  const part = (e: Expression): Expression => {
    // Each level has all columns of those below, so a part's id is the number of columns that were there.
    const column = newAttribute("part", typeOf(e), isNullable(e), -(outputOf(child).length + parts.length + 1));
    parts.push(namedAs(e, column.id, column.name));
    return column;
  };
  const expressions = given.map(cut);
  if (parts.length === 0) return { expressions, child };
  return shallow(expressions, { kind: "project", expressions: [...outputOf(child), ...parts], child });
}

const isEager = (e: Expression): boolean => e.kind === "alias" || e.kind === "cast" || (e.kind === "call" && EAGER.has(e.name));
/** Not decimals: they may be narrower in the kernel than their type says (planner/narrow-decimals.ts). */
const isPart = (e: Expression): boolean => isEager(e) && e.kind !== "alias" && typeOf(e).kind !== "decimal";

function depthOf(expression: Expression, known: Map<Expression, number>): number {
  const found = known.get(expression);
  if (found !== undefined) return found;
  let deepest = 0;
  for (const child of childrenOf(expression)) deepest = Math.max(deepest, depthOf(child, known));
  const depth = expression.kind === "alias" ? deepest : deepest + 1;
  known.set(expression, depth);
  return depth;
}
