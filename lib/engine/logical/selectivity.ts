import type { Call, Expression } from "../expressions/expression.ts";
import type { Value } from "../types/values.ts";
import { asNumber, type ColumnStatistics } from "./column-statistics.ts";

/** Where nothing is known of a column: System R's guesses. */
const GUESS = { equality: 0.1, range: 1 / 3, like: 0.25, isNull: 0.1, other: 0.5 };

export type Columns = ReadonlyMap<number, ColumnStatistics>;

/**
 * The share of rows for which a predicate holds, as Spark's FilterEstimation reckons it, columns independent:
 *   a AND b: s(a) s(b)      a OR b: s(a) + s(b) - s(a) s(b)      NOT a: 1 - s(a)
 *   a = v:   1 / distinct(a), 0 outside [min, max]      a IN (..): sum of its equalities
 *   a < v:   (v - min) / (max - min)                    a IS NULL: null fraction
 */
export function selectivity(e: Expression, columns: Columns): number {
  return Math.min(1, Math.max(0, estimate(e, columns)));
}

function estimate(e: Expression, columns: Columns): number {
  if (e.kind === "literal") return e.value === true ? 1 : 0;
  if (e.kind !== "call") return GUESS.other;
  const [left, right] = e.args;
  if (!left) return GUESS.other;
  switch (e.name) {
    case "and":
      return right ? selectivity(left, columns) * selectivity(right, columns) : GUESS.other;
    case "or": {
      if (!right) return GUESS.other;
      const [a, b] = [selectivity(left, columns), selectivity(right, columns)];
      return a + b - a * b;
    }
    case "not":
      return 1 - selectivity(left, columns);
    case "isnull":
      return nullFraction(left, columns);
    case "isnotnull":
      return 1 - nullFraction(left, columns);
    case "in":
      return e.args.slice(1).reduce((total, item) => total + equality(left, item, columns), 0);
    case "=":
    case "<=>":
      return right ? equality(left, right, columns) : GUESS.other;
    case "like":
      return GUESS.like;
    default:
      return right && e.name in FLIPPED ? range(e, left, right, columns) : GUESS.other;
  }
}

const columnOf = (e: Expression, columns: Columns): ColumnStatistics => (e.kind === "attribute" ? (columns.get(e.id) ?? {}) : {});
const numberOf = (e: Expression): number | undefined => (e.kind === "literal" ? asNumber(e.value as Value) : undefined);

function nullFraction(e: Expression, columns: Columns): number {
  if (e.kind === "attribute" && !e.nullable) return 0;
  return columnOf(e, columns).nullFraction ?? GUESS.isNull;
}

function equality(left: Expression, right: Expression, columns: Columns): number {
  if (left.kind === "literal" && right.kind !== "literal") return equality(right, left, columns);
  const column = columnOf(left, columns);
  const value = numberOf(right);
  if (value !== undefined && column.min !== undefined && column.max !== undefined && (value < column.min || value > column.max)) return 0;
  const distinct = Math.max(column.distinct ?? 0, columnOf(right, columns).distinct ?? 0);
  return distinct > 0 ? 1 / distinct : GUESS.equality;
}

const FLIPPED: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function range(e: Call, left: Expression, right: Expression, columns: Columns): number {
  if (left.kind === "literal" && right.kind === "literal") return GUESS.range;
  if (left.kind === "literal") return range({ ...e, name: FLIPPED[e.name]! }, right, left, columns);
  const { min, max } = columnOf(left, columns);
  const value = numberOf(right);
  if (min === undefined || max === undefined || value === undefined) return GUESS.range;
  const below = e.name.startsWith("<");
  if (value < min || value > max) return below === value > max ? 1 : 0;
  const share = max > min ? (value - min) / (max - min) : 1;
  return below ? share : max > min ? 1 - share : 1;
}
