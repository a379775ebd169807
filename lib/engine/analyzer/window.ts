import { freshId, namedAs } from "../expressions/build.ts";
import type { Alias, Expression, WindowCall } from "../expressions/expression.ts";
import { fingerprint } from "../expressions/properties.ts";
import { mapChildren } from "../expressions/traverse.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { checkWindow } from "./window-frame.ts";

/**
 * Takes window calls out of a projection: one Window node for each (partitionBy, orderBy), the projection on top.
 */
export function extractWindows(child: LogicalPlan, expressions: readonly Expression[]): LogicalPlan {
  const calls = new Map<string, Alias>();
  const values = new Map<string, Alias>();
  const replaced = expressions.map((expression) => replaceWindows(expression, calls, values));
  const groups = new Map<string, Alias[]>();
  for (const alias of calls.values()) {
    const { partitionBy, orderBy } = alias.child as WindowCall;
    const key = `${partitionBy.map(fingerprint).join()}|${orderBy.map(fingerprint).join()}`;
    groups.set(key, [...(groups.get(key) ?? []), alias]);
  }
  let plan: LogicalPlan = values.size === 0 ? child : { kind: "project", expressions: [...outputOf(child), ...values.values()], child };
  for (const aliases of groups.values()) {
    const { partitionBy, orderBy } = aliases[0]!.child as WindowCall;
    plan = { kind: "window", expressions: aliases, partitionBy, orderBy, child: plan };
  }
  return { kind: "project", expressions: replaced, child: plan };
}

function replaceWindows(expression: Expression, calls: Map<string, Alias>, values: Map<string, Alias>): Expression {
  if (expression.kind !== "window") return mapChildren(expression, (child) => replaceWindows(child, calls, values));
  const checked = mapChildren(checkWindow(expression), (child) => withoutSubqueries(child, values));
  const key = fingerprint(checked);
  const alias = calls.get(key) ?? namedAs(checked, freshId(), "_w");
  calls.set(key, alias);
  return toAttribute(alias);
}

/** Values of subqueries are columns below the window. */
function withoutSubqueries(expression: Expression, values: Map<string, Alias>): Expression {
  if (expression.kind !== "scalarSubquery") return mapChildren(expression, (child) => withoutSubqueries(child, values));
  const key = fingerprint(expression);
  const alias = values.get(key) ?? namedAs(expression, freshId(), "_w");
  values.set(key, alias);
  return toAttribute(alias);
}
