import type { Cast, Expression } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import { isIntegral, sameType } from "../types/data-type.ts";
import { expressionRule } from "./expression-rule.ts";
import type { Rule } from "./rule.ts";
import { isLossless } from "./traits.ts";

/** Casts to the type a value has already, and chains of widening integer casts. */
export const simplifyCasts: Rule = expressionRule("SimplifyCasts", (e) => (e.kind === "cast" ? simplify(e) : e));

function simplify(e: Cast): Expression {
  const { child } = e;
  if (sameType(typeOf(child), e.type)) return child;
  if (child.kind !== "cast" || !isIntegral(child.type) || !isIntegral(e.type)) return e;
  const from = typeOf(child.child);
  return isIntegral(from) && isLossless(from, child.type) && isLossless(child.type, e.type) ? { ...e, child: child.child } : e;
}
