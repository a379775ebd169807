import { raise } from "../functions/function.ts";
import { loopName } from "../functions/random.ts";
import { outputOf } from "../planner/output.ts";
import type { LoopRead, PhysicalPlan, UnionLoopExec } from "../planner/plan.ts";
import { type FragmentContext, from } from "./fragment.ts";
import { columnName } from "./names.ts";

/**
 * DuckDB's recursive CTE, whose working table is the rows of the last iteration. Each row knows its level and how many rows came before its
 * level: a row of one level too many raises, and a loop that has its limit of rows goes no further.
 */
export function unionLoopSql(plan: UnionLoopExec, context: FragmentContext): string {
  const loop = loopName(plan.id);
  const columns = plan.output.map((_, i) => `c${i}`);
  const named = (side: PhysicalPlan) => outputOf(side).map((a, i) => `${columnName(a)} AS c${i}`);
  const anchor = `SELECT ${["1 AS level", "0 AS before", ...named(plan.anchor)].join(", ")} FROM ${from(plan.anchor, context)}`;
  const rows = `(SELECT max(before) + count(*) FROM ${loop})`;
  const more = plan.limit === undefined ? "" : ` WHERE ${rows} < ${plan.limit}`;
  const step = `SELECT ${[nextLevel(plan), rows, ...named(plan.step)].join(", ")} FROM ${from(plan.step, context)}${more}`;
  const all = `WITH RECURSIVE ${loop}(${["level", "before", ...columns].join(", ")}) AS (${anchor} UNION ALL ${step})`;
  const renamed = plan.output.map((a, i) => `c${i} AS ${columnName(a)}`).join(", ");
  if (plan.maxRows < 0 || plan.limit !== undefined) return `${all} SELECT ${renamed} FROM ${loop}`;
  // Counted as they come out, so that a loop without an end is not waited for.
  const counted = `SELECT *, row_number() OVER () AS loop_rows FROM ${loop}`;
  return `${all} SELECT ${renamed} FROM (${counted}) WHERE CASE WHEN loop_rows >= ${plan.maxRows} THEN ${tooMany(plan)} ELSE true END`;
}

function nextLevel(plan: UnionLoopExec): string {
  const level = `(SELECT max(level) FROM ${loopName(plan.id)})`;
  if (plan.maxLevel < 0) return `${level} + 1`;
  const tooDeep = raise("RECURSION_LEVEL_LIMIT_EXCEEDED", { levelLimit: String(plan.maxLevel) });
  return `CASE WHEN ${level} >= ${plan.maxLevel} THEN ${tooDeep} ELSE ${level} + 1 END`;
}

const tooMany = ({ maxRows }: UnionLoopExec): string => raise("RECURSION_ROW_LIMIT_EXCEEDED", { rowLimit: String(maxRows) });

export function loopReadSql(plan: LoopRead): string {
  const columns = plan.output.map((a, i) => `c${i} AS ${columnName(a)}`);
  return `SELECT ${columns.join(", ")} FROM ${loopName(plan.id)}`;
}
