import { FirecrestError } from "../errors.ts";
import { call, freshId, namedAs, newAttribute } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { fingerprint, typeOf } from "../expressions/properties.ts";
import { childrenOf, transformUp } from "../expressions/traverse.ts";
import { isSliding } from "../functions/time-window.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { expressionsOf, mapExpressions, transformUp as transformPlan } from "../logical/traverse.ts";
import { arrayType, booleanType, structField } from "../types/data-type.ts";

/**
 * Computes `window(...)` once, in a column below the operator that uses it: rows without a time have no window and are left
 * out, and where windows slide a row is repeated for each that holds it. Source: Spark's TimeWindowing.
 */
export const extractTimeWindows = (plan: LogicalPlan): LogicalPlan => transformPlan(plan, extract);

function extract(plan: LogicalPlan): LogicalPlan {
  if (plan.kind !== "project" && plan.kind !== "aggregate" && plan.kind !== "expand") return plan;
  const windows = new Map(
    expressionsOf(plan)
      .flatMap(windowsIn)
      .map((window) => [fingerprint(window), window]),
  );
  const [window, another] = [...windows.values()];
  if (!window) return plan;
  if (another) {
    throw new FirecrestError("FIRECREST_UNSUPPORTED", {
      feature: "More than one time window in an operator",
      advice: "Compute them one after the other, by withColumn.",
    });
  }
  const { child, column } = isSliding(window) ? exploded(window, plan.child) : computed(window, plan.child);
  const replace = (e: Expression) => transformUp(e, (x) => (isWindow(x) ? column : x));
  return { ...(mapExpressions(plan, replace) as typeof plan), child };
}

const isWindow = (e: Expression): e is Call => e.kind === "call" && e.name === "window";
const windowsIn = (e: Expression): readonly Call[] => (isWindow(e) ? [e] : childrenOf(e).flatMap(windowsIn));

/** The one window of each row. */
function computed(window: Call, child: LogicalPlan) {
  const column = namedAs(window, freshId(), "window");
  const condition = call("isnotnull", [window.args[0]!], booleanType, false);
  const timed: LogicalPlan = { kind: "filter", condition, child };
  const below: LogicalPlan = { kind: "project", expressions: [...outputOf(child), column], child: timed };
  return { child: below, column: toAttribute(column) };
}

/** A row for each window that holds it. */
function exploded(window: Call, child: LogicalPlan) {
  const column = newAttribute("window", window.type);
  const all = { ...window, name: "time_windows", type: arrayType(typeOf(window), false) };
  const fields = [structField("col", window.type)];
  const generator: Expression = { kind: "generator", name: "explode", args: [all], fields, outer: false };
  const below: LogicalPlan = { kind: "generate", generator, outer: false, output: [column], child };
  return { child: below, column };
}
