import type { JoinType } from "../logical/plan.ts";
import type { JoinExec } from "../planner/plan.ts";
import { emit } from "./emit.ts";
import { type FragmentContext, from } from "./fragment.ts";
import { columnName } from "./names.ts";
import { needsNumbers, numberedJoinSql } from "./numbered-join.ts";

const KEYWORDS: Readonly<Record<Exclude<JoinType, "existence">, string>> = {
  inner: "JOIN",
  cross: "JOIN",
  left: "LEFT JOIN",
  right: "RIGHT JOIN",
  full: "FULL JOIN",
  leftSemi: "SEMI JOIN",
  leftAnti: "ANTI JOIN",
};

/**
 * All strategies are DuckDB's join of the rows that the planner brought together: its hash join partitions and spills
 * what does not fit, so a sort-merge join needs no sort here. Column names are unique, so no side needs an alias.
 */
export function joinSql(plan: JoinExec, context: FragmentContext): string {
  const keys = plan.keys.map((k) => `${emit(k.left, context)} ${k.nullSafe ? "IS NOT DISTINCT FROM" : "="} ${emit(k.right, context)}`);
  const conditions = [...keys, ...(plan.condition ? [emit(plan.condition, context)] : [])];
  const [left, right] = [from(plan.left, context), from(plan.right, context)];
  const [only] = plan.keys;
  if (plan.nullAware && only)
    return `SELECT * FROM ${left} WHERE ${emit(only.left, context)} NOT IN (SELECT ${emit(only.right, context)} FROM ${right})`;
  if (needsNumbers(plan)) return numberedJoinSql(plan, conditions, context);
  if (plan.type === "existence") return existenceSql(plan, conditions, context);
  if (conditions.length === 0 && (plan.type === "inner" || plan.type === "cross")) return `SELECT * FROM ${left} CROSS JOIN ${right}`;
  return `SELECT * FROM ${left} ${KEYWORDS[plan.type]} ${right} ON ${conditions.length > 0 ? conditions.join(" AND ") : "true"}`;
}

/** By keys alone it is IN, which DuckDB answers by one hash table; NULL keys match nothing. */
function existenceSql(plan: JoinExec, conditions: readonly string[], context: FragmentContext): string {
  const [left, right] = [from(plan.left, context), from(plan.right, context)];
  const exists = columnName(plan.exists!);
  if (plan.keys.length > 0 && !plan.condition && plan.keys.every((key) => !key.nullSafe)) {
    const values = plan.keys.map((key) => emit(key.left, context)).join(", ");
    const columns = plan.keys.map((key) => emit(key.right, context)).join(", ");
    return `SELECT *, coalesce((${values}) IN (SELECT ${columns} FROM ${right}), false) AS ${exists} FROM ${left}`;
  }
  if (conditions.length > 0) return numberedJoinSql(plan, conditions, context);
  return `SELECT *, EXISTS (SELECT 1 FROM ${right}) AS ${exists} FROM ${left}`;
}
