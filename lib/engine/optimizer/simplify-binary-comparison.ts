import { booleanLiteral } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isDeterministic, isNullable, sameExpression } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import { expressionRule } from "./expression-rule.ts";
import type { Rule } from "./rule.ts";
import { canRaise } from "./traits.ts";

const OF_EQUALS: Readonly<Record<string, boolean>> = { "=": true, "<=": true, ">=": true, "<": false, ">": false };

/** Comparisons of an expression with itself. */
export const simplifyBinaryComparison: Rule = expressionRule("SimplifyBinaryComparison", (e, { session }) =>
  e.kind === "call" ? simplify(e, session) : e,
);

function simplify(e: Call, session: SessionSettings): Expression {
  const [left, right] = e.args;
  if (!left || !right || !sameExpression(left, right) || !isDeterministic(left) || canRaise(left, session)) return e;
  if (e.name === "<=>") return booleanLiteral(true);
  const value = OF_EQUALS[e.name];
  return value === undefined || isNullable(left) ? e : booleanLiteral(value);
}
