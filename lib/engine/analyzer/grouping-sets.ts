import { AnalysisError } from "../errors.ts";
import { call, freshId, integerLiteral, longLiteral, namedAs, newAttribute, nullLiteral } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { fingerprint, isNullable, typeOf } from "../expressions/properties.ts";
import { mapChildren } from "../expressions/traverse.ts";
import { outputOf } from "../logical/output.ts";
import type { Aggregate, GroupingSets } from "../logical/plan.ts";
import { byteType, longType } from "../types/data-type.ts";

/** The columns of a cube beyond this make more than 65,536 sets; Spark stops at 64 grouping columns, long after it could have run. */
const MAX_CUBE_COLUMNS = 16;

/**
 * Rollup, cube and grouping sets as Expand below a plain aggregate: each row once for each set, the columns outside the set NULL,
 * and a grouping id whose bit i (from the left) is 1 where column i is outside. Source: Spark's ResolveGroupingAnalytics.
 */
export function expandGroupingSets(plan: Aggregate): Aggregate {
  const sets = setsOf(plan.groupingSets!, plan.grouping.length);
  const keys = plan.grouping.map((e) => namedAs(e, freshId(), e.kind === "attribute" ? e.name : prettyName(e)));
  const computed = { kind: "project" as const, expressions: [...outputOf(plan.child), ...keys], child: plan.child };
  const keyColumns = plan.grouping.map((e, i) => ({ ...newAttribute(keys[i]!.name, typeOf(e), isNullable(e), keys[i]!.id) }));
  const groups = keyColumns.map((key) => newAttribute(key.name, key.type, true));
  const groupingId = newAttribute("spark_grouping_id", longType, false);
  const duplicates = new Set(sets.map((set) => set.join())).size < sets.length;
  const position = duplicates ? [newAttribute("_gen_grouping_pos", longType, false)] : [];
  const passed = outputOf(plan.child);
  const projections = sets.map((set, index) => [
    ...passed,
    ...keyColumns.map((key, i): Expression => (set.includes(i) ? key : nullLiteral(key.type))),
    longLiteral(idOf(set, groups.length)),
    ...position.map(() => longLiteral(index)),
  ]);
  const child = { kind: "expand" as const, projections, output: [...passed, ...groups, groupingId, ...position], child: computed };
  const { groupingSets: _, ...rest } = plan;
  return {
    ...rest,
    grouping: [...groups, groupingId, ...position],
    aggregates: plan.aggregates.map((e) => replaceGroups(e, plan.grouping, groups, groupingId)),
    child,
  };
}

function setsOf(groupingSets: GroupingSets, columns: number): readonly (readonly number[])[] {
  const all = Array.from({ length: columns }, (_, i) => i);
  switch (groupingSets.kind) {
    case "rollup":
      return Array.from({ length: columns + 1 }, (_, i) => all.slice(0, columns - i));
    case "cube":
      if (columns > MAX_CUBE_COLUMNS) throw new AnalysisError("GROUPING_SIZE_LIMIT_EXCEEDED", { maxSize: String(MAX_CUBE_COLUMNS) });
      return Array.from({ length: 2 ** columns }, (_, mask) => all.filter((i) => (mask & (1 << (columns - 1 - i))) === 0));
    case "sets":
      return groupingSets.sets;
  }
}

const idOf = (set: readonly number[], columns: number): bigint =>
  Array.from({ length: columns }, (_, i) => (set.includes(i) ? 0n : 1n << BigInt(columns - 1 - i))).reduce((a, b) => a | b, 0n);

/** Outside aggregate functions a grouping expression means its (nullable) group column; inside, the row's own value. */
function replaceGroups(expression: Expression, grouping: readonly Expression[], groups: readonly Attribute[], id: Attribute): Expression {
  if (expression.kind === "aggregate" && expression.name === "grouping") return groupingBit(expression.args[0]!, grouping, id);
  if (expression.kind === "aggregate" && expression.name === "grouping_id") return id;
  if (expression.kind === "aggregate") return expression;
  const index = grouping.findIndex((g) => fingerprint(g) === fingerprint(expression));
  if (index >= 0) {
    const group = groups[index]!;
    return expression.kind === "alias" ? { ...expression, child: group } : group;
  }
  return mapChildren(expression, (child) => replaceGroups(child, grouping, groups, id));
}

function groupingBit(argument: Expression, grouping: readonly Expression[], id: Attribute): Expression {
  const index = grouping.findIndex((g) => fingerprint(g) === fingerprint(argument));
  if (index < 0)
    throw new AnalysisError("GROUPING_COLUMN_MISMATCH", {
      grouping: prettyName(argument),
      groupingColumns: grouping.map((g) => prettyName(g)).join(", "),
    });
  const shifted = call("shiftright", [id, integerLiteral(grouping.length - 1 - index)], longType, false);
  return { kind: "cast", child: call("&", [shifted, longLiteral(1)], longType, false), type: byteType, mode: "ansi" };
}
