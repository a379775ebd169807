import { splitConjuncts } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { referencesOf } from "../expressions/properties.ts";
import { outputOf } from "../planner/output.ts";
import type { JoinExec } from "../planner/plan.ts";
import { columnsOf, type FragmentContext, from } from "./fragment.ts";
import { columnName } from "./names.ts";

/**
 * Semi, anti and existence joins by the numbers of the left rows that match. DuckDB looks at each pair of rows for a semi join on more than
 * comparisons, and for EXISTS in a SELECT on more than equality: 100,000 by 100,000 rows take minutes, and a second by numbers.
 */
export function numberedJoinSql(plan: JoinExec, conditions: readonly string[], context: FragmentContext): string {
  const columns = columnsOf(outputOf(plan.left)) || "1";
  const [left, right] = [from(plan.left, context), from(plan.right, context)];
  const on = conditions.length > 0 ? conditions.join(" AND ") : "true";
  const matches = comparesSides(plan) ? `numbered SEMI JOIN ${right} ON ${on}` : `numbered JOIN ${right} ON ${on}`;
  const matched = `(SELECT DISTINCT row_number AS matched FROM ${matches})`;
  const numbered = `WITH numbered AS MATERIALIZED (SELECT *, row_number() OVER () AS row_number FROM ${left})`;
  if (plan.type === "existence") {
    const exists = `matched IS NOT NULL AS ${columnName(plan.exists!)}`;
    return `${numbered} SELECT ${columns}, ${exists} FROM numbered LEFT JOIN ${matched} ON row_number = matched`;
  }
  return `${numbered} SELECT ${columns} FROM numbered ${plan.type === "leftSemi" ? "SEMI" : "ANTI"} JOIN ${matched} ON row_number = matched`;
}

/** Whether a semi or anti join is better done so: by keys, and by something that the kernel's own hash join does not take. */
export const needsNumbers = (plan: JoinExec): boolean =>
  (plan.type === "leftSemi" || plan.type === "leftAnti") && plan.keys.length > 0 && !comparesSides(plan);

const COMPARISONS: ReadonlySet<string> = new Set(["=", "<=>", "<", "<=", ">", ">="]);

/** Whether what is asked for beside the keys, if anything, compares a value of one side with one of the other. Without keys no way is better. */
function comparesSides({ condition, keys, left, right }: JoinExec): boolean {
  if (!condition || keys.length === 0) return true;
  const [leftIds, rightIds] = [left, right].map((side) => new Set(outputOf(side).map((a) => a.id))) as [Set<number>, Set<number>];
  const of = (e: Expression, ids: ReadonlySet<number>) => referencesOf(e).length > 0 && referencesOf(e).every((a) => ids.has(a.id));
  return splitConjuncts(condition).every((conjunct) => {
    const [a, b] = comparedBy(conjunct);
    return a !== undefined && b !== undefined && ((of(a, leftIds) && of(b, rightIds)) || (of(a, rightIds) && of(b, leftIds)));
  });
}

/** What a comparison compares; the kernel takes NOT (a = b) for one. */
function comparedBy(e: Expression): readonly Expression[] {
  if (e.kind !== "call") return [];
  const [only] = e.args;
  if (e.name === "not") return only?.kind === "call" && only.name === "=" ? only.args : [];
  return COMPARISONS.has(e.name) ? e.args : [];
}
