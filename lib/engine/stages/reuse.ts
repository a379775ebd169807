import { toJson } from "../logical/json-values.ts";
import { numberedText, withoutRowGroups } from "../logical/numbered-text.ts";
import type { Exchange, PhysicalPlan } from "../planner/plan.ts";
import { childrenOf, mapChildren } from "../planner/traverse.ts";
import type { Split } from "../ports/source.ts";

/** Equal lists of files, or of splits, by one number: plans over many files would be long texts. */
export class ListNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #known = new WeakMap<object, number>();

  of(list: readonly object[], text: () => string): number {
    let number = this.#known.get(list);
    if (number === undefined) {
      const key = text();
      number = this.#numbers.get(key) ?? this.#numbers.size;
      this.#numbers.set(key, number);
      this.#known.set(list, number);
    }
    return number;
  }
}

/**
 * A text that two exchanges have in common where they move the same rows to the same places, whatever the ids of their columns
 * (Spark's ReuseExchange); undefined where chance decides which rows these are.
 */
export function exchangeKey(
  plan: Exchange,
  splits: Readonly<Record<number, readonly (readonly Split[])[]>>,
  numbers: ListNumbers,
): string | undefined {
  const { text, isChance } = numberedText(withoutFiles(plan, splits, numbers));
  return isChance ? undefined : text;
}

function withoutFiles(plan: PhysicalPlan, splits: Readonly<Record<number, readonly (readonly Split[])[]>>, numbers: ListNumbers): unknown {
  if (plan.kind !== "scan") return mapChildren(plan, (child) => withoutFiles(child, splits, numbers) as PhysicalPlan);
  // What may be skipped follows from the filters above, which are compared.
  const { files, filters: _, ...scan } = plan.scan;
  const parts = splits[plan.leaf] ?? [];
  return {
    ...plan,
    leaf: numbers.of(parts, () => JSON.stringify(toJson(parts))),
    scan: { ...scan, files: numbers.of(files, () => JSON.stringify(toJson(files.map(withoutRowGroups)))) },
  };
}

/** How many exchanges a plan has: of one, none is like another. */
export const exchangesOf = (plan: PhysicalPlan): number =>
  childrenOf(plan).reduce((count, child) => count + exchangesOf(child), plan.kind === "exchange" ? 1 : 0);
