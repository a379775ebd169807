import { type Json, toJson } from "./json-values.ts";

/** What a column is called by, and where it was written: no part of its values. */
const NAMES: ReadonlySet<string> = new Set(["qualifier", "origin", "planId", "calledAs"]);

export interface NumberedText {
  /** Equal for plans that differ in nothing but names and, one for one, the ids of their columns. */
  readonly text: string;
  /** The ids in the order in which they come. */
  readonly ids: readonly number[];
  /** Whether something in it has another value each time that it is computed. */
  readonly isChance: boolean;
}

/** A plan, of whichever phase, as a text in which ids are numbered as they come. */
export function numberedText(plan: unknown): NumberedText {
  const numbers = new Map<number, number>();
  let isChance = false;
  const numbered = (id: number): number => {
    const known = numbers.get(id) ?? numbers.size;
    numbers.set(id, known);
    return known;
  };
  const visit = (json: Json): Json => {
    if (Array.isArray(json)) return json.map(visit);
    if (json === null || typeof json !== "object") return json;
    const node = json as { readonly [key: string]: Json };
    if (node.deterministic === false) isChance = true;
    const entries = Object.entries(node).filter(([key]) => !NAMES.has(key));
    return Object.fromEntries(
      entries.map(([key, value]) => [key, key === "id" && typeof value === "number" ? numbered(value) : visit(value)]),
    );
  };
  const text = JSON.stringify(visit(toJson(plan)));
  return { text, ids: [...numbers.keys()], isChance };
}

/** A file that differs from another in its statistics alone is the same. */
export const withoutRowGroups = <F extends { readonly rowGroups?: unknown }>({ rowGroups: _, ...file }: F): Omit<F, "rowGroups"> => file;
