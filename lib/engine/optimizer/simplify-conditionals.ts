import { nullLiteral } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isDeterministic, sameExpression } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import { expressionRule } from "./expression-rule.ts";
import type { Rule } from "./rule.ts";
import { canRaise } from "./traits.ts";

/** IF and CASE WHEN with conditions that are known, or with equal results. */
export const simplifyConditionals: Rule = expressionRule("SimplifyConditionals", (e, { session }) =>
  e.kind === "call" ? simplify(e, session) : e,
);

const isTrue = (e: Expression) => e.kind === "literal" && e.value === true;
const isNever = (e: Expression) => e.kind === "literal" && (e.value === false || e.value === null);

function simplify(e: Call, session: SessionSettings): Expression {
  if (e.name === "when") return simplifyCase(e);
  const [condition, yes, no] = e.args;
  if (e.name !== "if" || !condition || !yes || !no) return e;
  if (isTrue(condition)) return yes;
  if (isNever(condition)) return no;
  const same = sameExpression(yes, no) && isDeterministic(condition) && !canRaise(condition, session);
  return same ? yes : e;
}

function simplifyCase(e: Call): Expression {
  const kept: Expression[] = [];
  let otherwise = e.args.length % 2 === 1 ? e.args.at(-1) : undefined;
  for (let i = 0; i + 1 < e.args.length; i += 2) {
    const [condition, value] = [e.args[i]!, e.args[i + 1]!];
    if (isNever(condition)) continue;
    if (isTrue(condition)) {
      otherwise = value;
      break;
    }
    kept.push(condition, value);
  }
  if (kept.length === 0) return otherwise ?? nullLiteral(e.type);
  const args = otherwise ? [...kept, otherwise] : kept;
  return args.length === e.args.length ? e : { ...e, args };
}
