import { freshId } from "../expressions/build.ts";
import type { LogicalPlan } from "../logical/plan.ts";

/** The same plan with new ids for all of its columns, so that it can be joined to itself. `planId`s stay. */
export function renumber(plan: LogicalPlan): LogicalPlan {
  const ids = new Map<number, number>();
  const fresh = (id: number): number => {
    const next = ids.get(id) ?? freshId();
    ids.set(id, next);
    return next;
  };
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return value;
    // The files of a scan name no columns by id.
    const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, key === "files" ? item : copy(item)]);
    const node = Object.fromEntries(entries) as { kind?: unknown; id?: unknown; parameters?: unknown };
    // What a query knows its surroundings by are its own names for them.
    if (node.kind === "outerReference") return value;
    if ("outer" in node && "parameters" in node) node.parameters = (value as { parameters?: unknown }).parameters;
    if ((node.kind === "attribute" || node.kind === "alias" || node.kind === "lambdaVariable") && typeof node.id === "number")
      node.id = fresh(node.id);
    return node;
  };
  return copy(plan) as LogicalPlan;
}
