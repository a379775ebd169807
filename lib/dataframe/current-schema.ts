import { stringLiteral } from "../engine/expressions/build.ts";
import type { Expression } from "../engine/expressions/expression.ts";
import { transformUp } from "../engine/expressions/traverse.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { transformAllUp } from "../engine/logical/subqueries.ts";
import { mapExpressions } from "../engine/logical/traverse.ts";

const NAMES: ReadonlySet<string> = new Set(["current_database", "current_schema"]);

/** The plan with calls of `current_database()` put in that mean the schema which a session has chosen: an engine knows of none. */
export const settleCurrentSchema = (plan: LogicalPlan, schema: string): LogicalPlan =>
  transformAllUp(plan, (node) => mapExpressions(node, (expression) => transformUp(expression, (e) => settled(e, schema))));

function settled(e: Expression, schema: string): Expression {
  if (e.kind !== "unresolvedFunction" || e.args.length > 0 || !NAMES.has(e.name.toLowerCase())) return e;
  return { kind: "replaced", form: "call", name: "current_schema", args: [], child: stringLiteral(schema) };
}
