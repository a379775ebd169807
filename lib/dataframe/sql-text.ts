import { fn, stringLiteral } from "../engine/expressions/build.ts";
import type { Expression } from "../engine/expressions/expression.ts";
import { childrenOf as partsOf, transformUp } from "../engine/expressions/traverse.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { allPlansBelow, transformAllUp } from "../engine/logical/subqueries.ts";
import { expressionsOf, mapExpressions } from "../engine/logical/traverse.ts";
import { originField } from "./origin.ts";

/** No function has this name: SQL text may call `expr` alone. */
const SQL_TEXT = "expr()";

/**
 * SQL text in the place of an expression. What it means is its session's to say (settings, variables, functions), so it
 * stays text until an action settles the plan.
 */
export const sqlText = (text: string): Expression => ({ ...fn(SQL_TEXT, stringLiteral(text)), ...originField() });

/** The plan with all its SQL texts replaced by what they mean. */
export async function settleSqlTexts(plan: LogicalPlan, lower: (text: string) => Promise<Expression>): Promise<LogicalPlan> {
  const meanings = new Map<string, Expression>();
  for (const text of textsOf(plan)) if (!meanings.has(text)) meanings.set(text, await lower(text));
  if (meanings.size === 0) return plan;
  const meaning = (expression: Expression): Expression => {
    const text = textIn(expression);
    return text === undefined ? expression : meanings.get(text)!;
  };
  return transformAllUp(plan, (node) => {
    const settled = mapExpressions(node, (e) => transformUp(e, meaning));
    return settled.kind === "aggregate" ? { ...settled, grouping: settled.grouping.map(unnamed) } : settled;
  });
}

/** A grouping column's name is in the aggregate's output alone. */
const unnamed = (e: Expression): Expression => (e.kind === "unresolvedAlias" ? e.child : e);

function textIn(expression: Expression): string | undefined {
  if (expression.kind !== "unresolvedFunction" || expression.name !== SQL_TEXT) return undefined;
  const [text] = expression.args;
  return text?.kind === "literal" ? String(text.value) : undefined;
}

const textsOf = (plan: LogicalPlan): string[] => [...expressionsOf(plan).flatMap(textsInside), ...allPlansBelow(plan).flatMap(textsOf)];

function textsInside(expression: Expression): string[] {
  const text = textIn(expression);
  return text === undefined ? partsOf(expression).flatMap(textsInside) : [text];
}
