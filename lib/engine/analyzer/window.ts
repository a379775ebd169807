import { freshId, namedAs } from "../expressions/build.ts";
import type { Alias, Expression, WindowCall } from "../expressions/expression.ts";
import { fingerprint } from "../expressions/properties.ts";
import { mapChildren, someExpression } from "../expressions/traverse.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { checkWindow } from "./window-frame.ts";

/**
 * Takes window calls out of a projection: one Window node for each (partitionBy, orderBy), the projection on top. A call inside another
 * is computed below it.
 */
export function extractWindows(child: LogicalPlan, expressions: readonly Expression[]): LogicalPlan {
  const extracted: Extracted = { calls: new Map(), values: new Map(), levels: new Map() };
  const replaced = expressions.map((expression) => replaceWindows(expression, extracted));
  const values = [...extracted.values.values()];
  const groups = new Map<string, Alias[]>();
  for (const alias of [...extracted.calls.values()].sort((a, b) => levelOf(a, extracted) - levelOf(b, extracted))) {
    const { partitionBy, orderBy } = alias.child as WindowCall;
    const key = `${levelOf(alias, extracted)}|${partitionBy.map(fingerprint).join()}|${orderBy.map(fingerprint).join()}`;
    groups.set(key, [...(groups.get(key) ?? []), alias]);
  }
  let plan: LogicalPlan = values.length === 0 ? child : { kind: "project", expressions: [...outputOf(child), ...values], child };
  for (const aliases of groups.values()) {
    const { partitionBy, orderBy } = aliases[0]!.child as WindowCall;
    plan = { kind: "window", expressions: aliases, partitionBy, orderBy, child: plan };
  }
  return { kind: "project", expressions: replaced, child: plan };
}

/** What is computed below the projection. */
interface Extracted {
  readonly calls: Map<string, Alias>;
  /** Of subqueries. */
  readonly values: Map<string, Alias>;
  /** How many windows are inside of each call, one in the other. */
  readonly levels: Map<number, number>;
}

const levelOf = ({ id }: Alias, { levels }: Extracted): number => levels.get(id) ?? 0;

function replaceWindows(expression: Expression, extracted: Extracted): Expression {
  if (expression.kind !== "window") return mapChildren(expression, (child) => replaceWindows(child, extracted));
  let level = 0;
  const checked = mapChildren(checkWindow(expression), (child) => {
    const inside = replaceWindows(child, extracted);
    someExpression(inside, (e) => {
      if (e.kind === "attribute") level = Math.max(level, (extracted.levels.get(e.id) ?? -1) + 1);
      return false;
    });
    return withoutSubqueries(inside, extracted.values);
  });
  const key = fingerprint(checked);
  const alias = extracted.calls.get(key) ?? namedAs(checked, freshId(), "_w");
  extracted.calls.set(key, alias);
  extracted.levels.set(alias.id, level);
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
