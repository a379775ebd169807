import { call, freshId, namedAs } from "../../expressions/build.ts";
import type { Alias, Attribute, Expression } from "../../expressions/expression.ts";
import { isDeterministic, isNullable, referencesOf } from "../../expressions/properties.ts";
import { readsOuter } from "../../logical/outer-references.ts";
import { toAttribute } from "../../logical/output.ts";
import { booleanType } from "../../types/data-type.ts";

/** A conjunct that gives each outer row one value of a column of the query. */
export interface Equality {
  readonly conjunct: Expression;
  /** The same with the inner side as a column. */
  readonly condition: Expression;
  readonly column: Attribute;
  /** How the column is computed, where the inner side is no column. */
  readonly computed?: Alias;
  /** The parameter that the column equals, where the outer side is nothing else. */
  readonly parameter?: Attribute;
}

/** Reads `inner = outer`, either way round: one side of the query's columns only, one of the columns around it only. */
export function equality(conjunct: Expression): Equality | undefined {
  if (conjunct.kind !== "call" || (conjunct.name !== "=" && conjunct.name !== "<=>") || !isDeterministic(conjunct)) return undefined;
  const [left, right] = conjunct.args as [Expression, Expression];
  const [inner, outer] = readsOuter(left) ? [right, left] : [left, right];
  if (readsOuter(inner) || referencesOf(inner).length === 0 || referencesOf(outer).length > 0) return undefined;
  const computed = inner.kind === "attribute" ? undefined : namedAs(inner, freshId(), "key");
  const column = computed ? toAttribute(computed) : (inner as Attribute);
  return {
    conjunct,
    condition: call(conjunct.name, [column, outer], booleanType, conjunct.name === "=" && (isNullable(column) || isNullable(outer))),
    column,
    ...(computed ? { computed } : {}),
    ...(outer.kind === "outerReference" ? { parameter: outer.attribute } : {}),
  };
}
