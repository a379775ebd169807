import { quoteName, raise } from "../functions/function.ts";
import { outputOf } from "../planner/output.ts";
import type { LoopRead, PhysicalPlan, UnionLoopExec } from "../planner/plan.ts";
import { type FragmentContext, from } from "./fragment.ts";
import { columnName } from "./names.ts";

const nameOf = (id: number): string => quoteName(`loop#${id}`);

/**
 * DuckDB's recursive CTE, whose working table is the rows of the last iteration. Each row knows its level, so that a row of one level too
 * many raises; rows are counted as they come out, so that a LIMIT above ends a loop that would have no end.
 */
export function unionLoopSql(plan: UnionLoopExec, context: FragmentContext): string {
  const loop = nameOf(plan.id);
  const columns = plan.output.map((_, i) => `c${i}`);
  const named = (side: PhysicalPlan) => outputOf(side).map((a, i) => `${columnName(a)} AS c${i}`);
  const anchor = `SELECT ${["1 AS level", ...named(plan.anchor)].join(", ")} FROM ${from(plan.anchor, context)}`;
  const level = `(SELECT max(level) FROM ${loop})`;
  const next = plan.maxLevel < 0 ? `${level} + 1` : `CASE WHEN ${level} >= ${plan.maxLevel} THEN ${tooDeep(plan)} ELSE ${level} + 1 END`;
  const step = `SELECT ${[next, ...named(plan.step)].join(", ")} FROM ${from(plan.step, context)}`;
  const all = `WITH RECURSIVE ${loop}(${["level", ...columns].join(", ")}) AS (${anchor} UNION ALL ${step})`;
  const renamed = plan.output.map((a, i) => `c${i} AS ${columnName(a)}`).join(", ");
  if (plan.maxRows < 0) return `${all} SELECT ${renamed} FROM ${loop}`;
  const counted = `SELECT *, row_number() OVER () AS loop_rows FROM ${loop}`;
  return `${all} SELECT ${renamed} FROM (${counted}) WHERE CASE WHEN loop_rows >= ${plan.maxRows} THEN ${tooMany(plan)} ELSE true END`;
}

const tooDeep = ({ maxLevel }: UnionLoopExec): string => raise("RECURSION_LEVEL_LIMIT_EXCEEDED", { levelLimit: String(maxLevel) });
const tooMany = ({ maxRows }: UnionLoopExec): string => raise("RECURSION_ROW_LIMIT_EXCEEDED", { rowLimit: String(maxRows) });

export function loopReadSql(plan: LoopRead): string {
  const columns = plan.output.map((a, i) => `c${i} AS ${columnName(a)}`);
  return `SELECT ${columns.join(", ")} FROM ${nameOf(plan.id)}`;
}
