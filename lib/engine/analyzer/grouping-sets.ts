import { AnalysisError } from "../errors.ts";
import { call, freshId, integerLiteral, longLiteral, namedAs, newAttribute, nullLiteral } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { fingerprint, isNullable, typeOf } from "../expressions/properties.ts";
import { mapChildren } from "../expressions/traverse.ts";
import { outputOf } from "../logical/output.ts";
import type { GroupingSets, LogicalPlan } from "../logical/plan.ts";
import { byteType, longType } from "../types/data-type.ts";

/** The columns of a cube beyond this make more than 65,536 sets; Spark stops at 64 grouping columns, long after it could have run. */
const MAX_CUBE_COLUMNS = 16;

export interface ExpandedGroups {
  readonly child: LogicalPlan;
  readonly grouping: readonly Attribute[];
  /** An expression over the groups, over their columns. */
  readonly replace: (expression: Expression) => Expression;
}

/**
 * Rollup, cube and grouping sets as Expand below a plain aggregate: each row once for each set, the columns outside the set NULL,
 * and a grouping id whose bit i (from the left) is 1 where column i is outside. Source: Spark's ResolveGroupingAnalytics.
 */
export function expandGroupingSets(groupingSets: GroupingSets, written: readonly Expression[], input: LogicalPlan): ExpandedGroups {
  const { grouping, sets } = distinctGroups(written, setsOf(groupingSets, written.length));
  const keys = grouping.map((e) => namedAs(e, freshId(), e.kind === "attribute" ? e.name : prettyName(e)));
  const computed = { kind: "project" as const, expressions: [...outputOf(input), ...keys], child: input };
  const keyColumns = grouping.map((e, i) => ({ ...newAttribute(keys[i]!.name, typeOf(e), isNullable(e), keys[i]!.id) }));
  const groups = keyColumns.map((key, i) => newAttribute(key.name, key.type, key.nullable || sets.some((set) => !set.includes(i))));
  const groupingId = newAttribute("spark_grouping_id", longType, false);
  const duplicates = new Set(sets.map((set) => set.toSorted((a, b) => a - b).join())).size < sets.length;
  const position = duplicates ? [newAttribute("_gen_grouping_pos", longType, false)] : [];
  const passed = outputOf(input);
  const projections = sets.map((set, index) => [
    ...passed,
    ...keyColumns.map((key, i): Expression => (set.includes(i) ? key : nullLiteral(key.type))),
    longLiteral(idOf(set, groups.length)),
    ...position.map(() => longLiteral(index)),
  ]);
  return {
    child: { kind: "expand", projections, output: [...passed, ...groups, groupingId, ...position], child: computed },
    grouping: [...groups, groupingId, ...position],
    replace: (expression) => replaceGroups(expression, grouping, groups, groupingId),
  };
}

/** Groups that are written in two ways are one. */
function distinctGroups(written: readonly Expression[], sets: readonly (readonly number[])[]) {
  const keys = written.map(fingerprint);
  const first = keys.map((key) => keys.indexOf(key));
  const kept = [...new Set(first)];
  return {
    grouping: kept.map((i) => written[i]!),
    sets: sets.map((set) => [...new Set(set.map((i) => kept.indexOf(first[i]!)))]),
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
  if (expression.kind === "alias") return { ...expression, child: replaceGroups(expression.child, grouping, groups, id) };
  if (expression.kind === "aggregate" && expression.name === "grouping") return groupingBit(expression.args[0]!, grouping, groups, id);
  if (expression.kind === "aggregate" && expression.name === "grouping_id") return groupingId(expression.args, grouping, id);
  if (expression.kind === "aggregate") return expression;
  const key = fingerprint(expression);
  const index = grouping.findIndex((g) => fingerprint(g) === key);
  if (index >= 0) return groups[index]!;
  if (expression.kind === "window" && expression.function.kind === "aggregate") {
    const inner = mapChildren(expression.function, (child) => replaceGroups(child, grouping, groups, id));
    const around = mapChildren({ ...expression, function: nullLiteral() }, (child) => replaceGroups(child, grouping, groups, id));
    return { ...(around as typeof expression), function: inner };
  }
  return mapChildren(expression, (child) => replaceGroups(child, grouping, groups, id));
}

const listOf = (expressions: readonly Expression[]): string => expressions.map((e) => prettyName(e)).join(", ");

function groupingId(args: readonly Expression[], grouping: readonly Expression[], id: Attribute): Expression {
  const same = args.length === grouping.length && args.every((arg, i) => fingerprint(arg) === fingerprint(grouping[i]!));
  if (args.length === 0 || same) return id;
  throw new AnalysisError("GROUPING_ID_COLUMN_MISMATCH", { groupingIdColumn: listOf(args), groupByColumns: listOf(grouping) });
}

function groupingBit(argument: Expression, grouping: readonly Expression[], groups: readonly Attribute[], id: Attribute): Expression {
  const key = fingerprint(argument);
  const index = grouping.findIndex((g, i) => fingerprint(g) === key || fingerprint(groups[i]!) === key);
  if (index < 0) throw new AnalysisError("GROUPING_COLUMN_MISMATCH", { grouping: prettyName(argument), groupingColumns: listOf(grouping) });
  const shifted = call("shiftright", [id, integerLiteral(grouping.length - 1 - index)], longType, false);
  return { kind: "cast", child: call("&", [shifted, longLiteral(1)], longType, false), type: byteType, mode: "ansi" };
}
