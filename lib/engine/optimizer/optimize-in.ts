import { call } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { fingerprint } from "../expressions/properties.ts";
import { expressionRule } from "./expression-rule.ts";
import type { Rule } from "./rule.ts";

/** IN lists hold each literal once; a list of one is an equality. */
export const optimizeIn: Rule = expressionRule("OptimizeIn", (e) => (e.kind === "call" && e.name === "in" ? optimize(e) : e));

function optimize(e: Call): Expression {
  const [value, ...list] = e.args;
  if (!value || !list.every((item) => item.kind === "literal")) return e;
  const distinct = [...new Map(list.map((item) => [fingerprint(item), item])).values()];
  if (distinct.length === 1) return call("=", [value, distinct[0]!], e.type, e.nullable);
  return distinct.length === list.length ? e : { ...e, args: [value, ...distinct] };
}
