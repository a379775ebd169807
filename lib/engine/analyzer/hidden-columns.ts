import type { Attribute } from "../expressions/expression.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";

/**
 * USING leaves one column of each pair of keys; the others can still be named by their table: `u.k`. They stand in the join's
 * output, marked. Source: Spark's `__qualified_access_only` and NaturalAndUsingJoinResolution.
 */
const MARK = "__qualified_access_only";

export const isHidden = (attribute: Attribute): boolean => attribute.metadata?.[MARK] === true;

export const hidden = (attribute: Attribute): Attribute => ({ ...attribute, metadata: { ...attribute.metadata, [MARK]: true } });

/** The same column, once it was named. */
export function shown(attribute: Attribute): Attribute {
  if (!isHidden(attribute)) return attribute;
  const { metadata, ...rest } = attribute;
  const others = Object.entries(metadata ?? {}).filter(([key]) => key !== MARK);
  return others.length > 0 ? { ...rest, metadata: Object.fromEntries(others) } : rest;
}

/** Where names still reach through to the hidden columns of a child; all other nodes see what a star would. */
const PASSING: ReadonlySet<LogicalPlan["kind"]> = new Set([
  "project",
  "withColumns",
  "aggregate",
  "filter",
  "join",
  "sort",
  "limit",
  "offset",
  "sample",
  "hint",
  "repartition",
  "lateralView",
]);

/** A child as a node of this kind sees it. */
export function seenBy(kind: LogicalPlan["kind"], child: LogicalPlan): LogicalPlan {
  return PASSING.has(kind) ? child : visibleOnly(child);
}

export function visibleOnly(plan: LogicalPlan): LogicalPlan {
  const output = outputOf(plan);
  if (!output.some(isHidden)) return plan;
  const { planId } = plan;
  return { kind: "project", expressions: output.filter((a) => !isHidden(a)), child: plan, ...(planId === undefined ? {} : { planId }) };
}
