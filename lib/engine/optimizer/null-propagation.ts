import { booleanLiteral, nullLiteral } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { expressionRule } from "./expression-rule.ts";
import type { Rule } from "./rule.ts";
import { isLossless, nullMakesNull } from "./traits.ts";

/** What NULL literals and columns that are never NULL decide. */
export const nullPropagation: Rule = expressionRule("NullPropagation", (e) => (e.kind === "call" ? propagate(e) : e));

const isNullLiteral = (e: Expression): boolean => e.kind === "literal" && e.value === null;

/** A call of which arguments are NULL literals, or never NULL. */
export function propagate(e: Call): Expression {
  const [first] = e.args;
  if (!first) return e;
  if (e.name === "isnull" && !isNullable(first)) return booleanLiteral(false);
  if (e.name === "isnotnull" && !isNullable(first)) return booleanLiteral(true);
  // An exact cast is NULL just where its child is.
  if ((e.name === "isnull" || e.name === "isnotnull") && first.kind === "cast" && isLossless(typeOf(first.child), first.type))
    return { ...e, args: [first.child] };
  if (e.name === "coalesce") return coalesce(e);
  if (e.name === "in" && isNullLiteral(first)) return nullLiteral(e.type);
  return e.args.some(isNullLiteral) && intolerant(e) ? nullLiteral(e.type) : e;
}

/** Whether any NULL argument makes the call NULL: asked of the call with a column in place of each argument. */
function intolerant(e: Call): boolean {
  const columns = e.args.map((_, i): Expression => ({ kind: "attribute", id: -1 - i, name: "", type: e.type, nullable: true }));
  return e.name !== "in" && nullMakesNull({ ...e, args: columns }).size === e.args.length;
}

function coalesce(e: Call): Expression {
  const args = e.args.filter((arg) => !isNullLiteral(arg));
  const last = args.findIndex((arg) => !isNullable(arg));
  const kept = last < 0 ? args : args.slice(0, last + 1);
  if (kept.length === 0) return nullLiteral(e.type);
  if (kept.length === 1) return kept[0]!;
  return kept.length === e.args.length ? e : { ...e, args: kept };
}
