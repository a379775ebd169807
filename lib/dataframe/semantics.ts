import type { Expression } from "../engine/expressions/expression.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";

/** Names and places that do not change what a plan computes. */
const IGNORED = new Set(["origin", "explicit", "calledAs", "metadata", "alias"]);

/** Equal for equal texts, of 32 bits. */
export function textHash(text: string): number {
  let hash = 0;
  for (const unit of text) hash = (Math.imul(hash, 31) + unit.codePointAt(0)!) | 0;
  return hash;
}

/**
 * A text equal for plans, or expressions, that compute the same: ids are numbered by first use, and places in the user's
 * program and cache marks are left out.
 */
export function semanticText(root: LogicalPlan | Expression): string {
  const ids = new Map<unknown, number>();
  const numbered = (id: unknown): number => {
    if (!ids.has(id)) ids.set(id, ids.size);
    return ids.get(id)!;
  };
  return JSON.stringify(root, (key, value) => {
    if (IGNORED.has(key)) return undefined;
    if ((key === "planId" || key === "id") && typeof value === "number") return numbered(value);
    if (typeof value === "bigint") return `${value}n`;
    if (value instanceof Map) return [...value];
    return value?.kind === "cached" ? value.child : value;
  });
}
