import type { Attribute, Expression, Literal } from "../engine/expressions/expression.ts";
import type { Scan, ScanFile } from "../engine/logical/plan.ts";
import { sameType } from "../engine/types/data-type.ts";
import { type Bounds, compareOrdered, orderedValue, parseBound } from "./bounds.ts";

export type BoundsOf = (attribute: Attribute) => Bounds | undefined;

/** False only where no row within the bounds can make the filter true. */
export function mightMatch(filter: Expression, boundsOf: BoundsOf): boolean {
  if (filter.kind === "literal") return filter.value !== false && filter.value !== null;
  if (filter.kind !== "call") return true;
  return tests[filter.name]?.(filter.args, boundsOf) ?? true;
}

/** Files whose partition values cannot satisfy the filters are left out. */
export function keepsPartition(scan: Scan, file: ScanFile): boolean {
  const partitioned = new Set(scan.partitionColumns);
  const boundsOf: BoundsOf = ({ name, type }) => {
    if (!partitioned.has(name)) return undefined;
    const text = file.partitionValues[name];
    if (text === null || text === undefined) return { rows: 1, nulls: 1 };
    const value = parseBound(text, type);
    // The text of an instant hangs on the session's zone.
    return value === undefined || type.kind === "timestamp" ? { rows: 1, nulls: 0 } : { rows: 1, nulls: 0, min: value, max: value };
  };
  return scan.filters.every((filter) => mightMatch(filter, boundsOf));
}

type Test = (args: readonly Expression[], boundsOf: BoundsOf) => boolean;

const tests: Readonly<Record<string, Test>> = {
  and: (args, boundsOf) => args.every((arg) => mightMatch(arg, boundsOf)),
  or: (args, boundsOf) => args.some((arg) => mightMatch(arg, boundsOf)),
  "=": comparison("="),
  "<": comparison("<"),
  "<=": comparison("<="),
  ">": comparison(">"),
  ">=": comparison(">="),
  in: ([value, ...list], boundsOf) => list.some((item) => comparison("=")([value!, item], boundsOf)),
  isnull: ([value], boundsOf) => value?.kind !== "attribute" || boundsOf(value)?.nulls !== 0,
  isnotnull: ([value], boundsOf) => {
    const bounds = value?.kind === "attribute" ? boundsOf(value) : undefined;
    return bounds?.nulls === undefined || bounds.nulls < bounds.rows;
  },
};

const MIRRORED: Readonly<Record<string, string>> = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function comparison(operator: string): Test {
  return ([left, right], boundsOf) => {
    if (left?.kind === "attribute" && right?.kind === "literal") return compareWithLiteral(operator, left, right, boundsOf);
    if (left?.kind === "literal" && right?.kind === "attribute") return compareWithLiteral(MIRRORED[operator]!, right, left, boundsOf);
    return true;
  };
}

function compareWithLiteral(operator: string, attribute: Attribute, literal: Literal, boundsOf: BoundsOf): boolean {
  if (literal.value === null) return false;
  const bounds = boundsOf(attribute);
  if (!bounds) return true;
  if (bounds.nulls !== undefined && bounds.nulls >= bounds.rows) return false;
  if (!sameType(attribute.type, literal.type)) return true;
  const value = orderedValue(literal.value, literal.type);
  if (value === undefined) return true;
  const { min } = bounds;
  // NaN is the greatest of all, and statistics leave it out: a maximum of floating point numbers bounds nothing but equality.
  const floating = attribute.type.kind === "float" || attribute.type.kind === "double";
  const max = floating && operator !== "=" ? undefined : bounds.max;
  const belowMin = min !== undefined && compareOrdered(value, min) < 0;
  const aboveMax = max !== undefined && compareOrdered(value, max) > 0;
  switch (operator) {
    case "=":
      return !belowMin && !aboveMax;
    case "<":
      return min === undefined || compareOrdered(value, min) > 0;
    case "<=":
      return !belowMin;
    case ">":
      return max === undefined || compareOrdered(value, max) < 0;
    default:
      return !aboveMax;
  }
}
