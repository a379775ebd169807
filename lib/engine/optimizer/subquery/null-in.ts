import { booleanLiteral, call, freshId, integerLiteral, longLiteral, namedAs, nullLiteral } from "../../expressions/build.ts";
import type { Expression, InSubquery, ScalarSubquery } from "../../expressions/expression.ts";
import { isNullable } from "../../expressions/properties.ts";
import type { SessionSettings } from "../../functions/function.ts";
import { isCorrelated } from "../../logical/outer-references.ts";
import { outputOf } from "../../logical/output.ts";
import { booleanType, longType } from "../../types/data-type.ts";
import { isFoldableOver } from "./foldable-columns.ts";

/** `NULL IN (SELECT ...)`: NULL, but false where there are no rows. Source: Spark's NullPropagation. */
export function withoutNullValue(e: Expression, { nullInNothing }: SessionSettings): Expression {
  if (e.kind !== "inSubquery" || e.values.length !== 1 || !isNull(e.values[0]!)) return e;
  if (nullInNothing) return nullLiteral(booleanType);
  if (isCorrelated(e.plan)) return e;
  const exists: Expression = { kind: "exists", plan: e.plan, outer: [], parameters: [] };
  return call("if", [exists, nullLiteral(booleanType), booleanLiteral(false)], booleanType, true);
}

const isNull = (e: Expression): boolean => (e.kind === "cast" ? isNull(e.child) : e.kind === "literal" && e.value === null);

/**
 * Whether Spark leaves IN of a join's condition to be asked of the query's rows as they are: that of a constant is, and columns may be
 * constants (`foldable` has their ids). Source: Spark's RewritePredicateSubquery.
 */
export const isAsked = (e: InSubquery, { threeValuedIn }: SessionSettings, foldable: ReadonlySet<number>): boolean =>
  !isCorrelated(e.plan) && e.values.length === 1 && (threeValuedIn === true || isFoldableOver(e.values[0]!, foldable));

/** IN as true, false or NULL, where `found` says whether a row equals the value. Source: Spark's InSubqueryExec, InSet. */
export function threeValued(e: InSubquery, found: Expression, { nullInNothing }: SessionSettings): Expression {
  const value = e.values[0]!;
  const column = outputOf(e.plan)[0]!;
  if (!isNullable(value) && !column.nullable) return found;
  const [rows, values] = [countOf(e, integerLiteral(1)), countOf(e, column)];
  const unknown = nullLiteral(booleanType);
  const no = booleanLiteral(false);
  const isEmpty = call("=", [rows, longLiteral(0)], booleanType, false);
  const ofNull = nullInNothing ? unknown : call("if", [isEmpty, no, unknown], booleanType, true);
  const holdsNull = call("<", [values, rows], booleanType, false);
  const notFound = call("if", [holdsNull, unknown, no], booleanType, true);
  const isNullValue = call("isnull", [value], booleanType, false);
  const otherwise = call("if", [isNullValue, ofNull, notFound], booleanType, true);
  return call("if", [found, booleanLiteral(true), otherwise], booleanType, true);
}

function countOf({ plan }: InSubquery, counted: Expression): ScalarSubquery {
  const count = namedAs(
    { kind: "aggregate", name: "count", args: [counted], distinct: false, type: longType, nullable: false },
    freshId(),
    "count",
  );
  return { kind: "scalarSubquery", plan: { kind: "aggregate", grouping: [], aggregates: [count], child: plan }, outer: [], parameters: [] };
}
