import { AnalysisError } from "../../engine/errors.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { fingerprint } from "../../engine/expressions/properties.ts";
import type { Aggregate } from "../../engine/logical/plan.ts";
import type * as e from "../syntax/expression.ts";
import type * as s from "../syntax/query.ts";
import type { Lowering } from "./context.ts";
import { lowerExpression } from "./expression.ts";
import { isAll, ordinalOr } from "./query.ts";

/**
 * GROUP BY: plain expressions, and ROLLUP, CUBE and GROUPING SETS, which combine as a product of their sets.
 * Source: Spark's GroupingAnalytics (BaseGroupingSets, partialResultOf...).
 */
export function lowerGroupBy(groupBy: s.GroupBy, scope: Lowering): Pick<Aggregate, "grouping" | "groupingSets" | "groupByAll"> {
  if (groupBy.kind === "all") return { grouping: [{ kind: "unresolvedAttribute", nameParts: ["all"] }], groupByAll: true };
  const keys = new Keys(scope);
  if (groupBy.kind === "with") return withSets(groupBy, keys);
  const [only] = groupBy.items;
  if (groupBy.items.length === 1 && only?.kind === "column" && isAll(only)) {
    return { grouping: [lowerExpression(only, scope)], groupByAll: true };
  }
  if (!groupBy.items.some(isAnalytic)) return { grouping: groupBy.items.map((item) => keys.lower(item as e.Expression)) };
  const factors = groupBy.items.map((item) => (isAnalytic(item) ? setsOf(item, keys) : [[keys.add(item)]]));
  const sets = factors.reduce<number[][]>(
    (product, factor) => product.flatMap((left) => factor.map((right) => unique([...left, ...right]))),
    [[]],
  );
  return { grouping: keys.all, groupingSets: { kind: "sets", sets } };
}

const unique = (positions: readonly number[]): number[] => [...new Set(positions)];

type Analytic = Exclude<s.GroupingItem, e.Expression>;
const isAnalytic = (item: s.GroupingItem): item is Analytic =>
  item.kind === "rollup" || item.kind === "cube" || item.kind === "groupingSets";

/** The grouping expressions, each once, in the order of their first use. */
class Keys {
  readonly all: Expression[] = [];
  readonly #scope: Lowering;
  readonly #positions = new Map<string, number>();

  constructor(scope: Lowering) {
    this.#scope = scope;
  }
  lower(expression: e.Expression): Expression {
    return ordinalOr(lowerExpression(expression, this.#scope), "spark.sql.groupByOrdinal", this.#scope, expression);
  }
  add(expression: e.Expression): number {
    const lowered = this.lower(expression);
    const key = fingerprint(lowered).toLowerCase();
    const position = this.#positions.get(key) ?? this.all.push(lowered) - 1;
    this.#positions.set(key, position);
    return position;
  }
}

/** `GROUP BY a, b WITH ROLLUP` and `GROUP BY a, b GROUPING SETS ((a), (b))`. */
function withSets(groupBy: Extract<s.GroupBy, { kind: "with" }>, keys: Keys): Pick<Aggregate, "grouping" | "groupingSets"> {
  const { sets } = groupBy;
  const positions = groupBy.expressions.map((expression) => [keys.add(expression)]);
  if (typeof sets !== "string") {
    const indexes = sets.map((set) => unique(set.map((expression) => keys.add(expression))));
    return { grouping: keys.all, groupingSets: { kind: "sets", sets: indexes } };
  }
  return { grouping: keys.all, groupingSets: { kind: "sets", sets: sets === "rollup" ? rollup(positions) : cube(positions) } };
}

function setsOf(item: Analytic, keys: Keys): number[][] {
  if (item.kind === "groupingSets") {
    return item.sets.flatMap((set) => (isList(set) ? [unique(set.map((expression) => keys.add(expression)))] : setsOf(set, keys)));
  }
  if (item.sets.some((set) => set.length === 0)) throw new AnalysisError("_LEGACY_ERROR_TEMP_0051", { element: item.kind.toUpperCase() });
  const groups = item.sets.map((set) => set.map((expression) => keys.add(expression)));
  return item.kind === "rollup" ? rollup(groups) : cube(groups);
}

const isList = (set: s.GroupingSet): set is readonly e.Expression[] => Array.isArray(set);

/** From all of the groups to none, the last one going first. */
const rollup = (groups: readonly (readonly number[])[]): number[][] =>
  Array.from({ length: groups.length + 1 }, (_, i) => unique(groups.slice(0, groups.length - i).flat()));

/** Beyond this many groups a cube has more than 65,536 sets. */
const MOST_CUBE_GROUPS = 16;

/** Every choice of groups, in Spark's order: those with the first group before those without. */
function cube(groups: readonly (readonly number[])[]): number[][] {
  if (groups.length > MOST_CUBE_GROUPS) throw new AnalysisError("GROUPING_SIZE_LIMIT_EXCEEDED", { maxSize: String(MOST_CUBE_GROUPS) });
  const [first, ...rest] = groups;
  if (!first) return [[]];
  const others = cube(rest);
  return [...others.map((set) => unique([...first, ...set])), ...others];
}
