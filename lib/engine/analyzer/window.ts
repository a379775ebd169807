import { freshId, namedAs } from "../expressions/build.ts";
import type { Alias, Expression, WindowCall } from "../expressions/expression.ts";
import { fingerprint } from "../expressions/properties.ts";
import { mapChildren } from "../expressions/traverse.ts";
import { toAttribute } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { checkWindow } from "./window-frame.ts";

/**
 * Takes window calls out of a projection: one Window node for each (partitionBy, orderBy), the projection on top.
 */
export function extractWindows(child: LogicalPlan, expressions: readonly Expression[]): LogicalPlan {
  const calls = new Map<string, Alias>();
  const replaced = expressions.map((expression) => replaceWindows(expression, calls));
  const groups = new Map<string, Alias[]>();
  for (const alias of calls.values()) {
    const { partitionBy, orderBy } = alias.child as WindowCall;
    const key = `${partitionBy.map(fingerprint).join()}|${orderBy.map(fingerprint).join()}`;
    groups.set(key, [...(groups.get(key) ?? []), alias]);
  }
  let plan = child;
  for (const aliases of groups.values()) {
    const { partitionBy, orderBy } = aliases[0]!.child as WindowCall;
    plan = { kind: "window", expressions: aliases, partitionBy, orderBy, child: plan };
  }
  return { kind: "project", expressions: replaced, child: plan };
}

function replaceWindows(expression: Expression, calls: Map<string, Alias>): Expression {
  if (expression.kind !== "window") return mapChildren(expression, (child) => replaceWindows(child, calls));
  const checked = checkWindow(expression);
  const key = fingerprint(checked);
  const alias = calls.get(key) ?? namedAs(checked, freshId(), "_w");
  calls.set(key, alias);
  return toAttribute(alias);
}
