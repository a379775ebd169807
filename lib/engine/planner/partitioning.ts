import type { Expression, SortOrder } from "../expressions/expression.ts";
import { fingerprint, referencesOf } from "../expressions/properties.ts";

/** How the rows of a plan lie in partitions. */
export type Partitioning =
  /** All rows in one partition: satisfies every distribution. */
  | { readonly kind: "single" }
  /** Equal values of `expressions` are in one partition. */
  | { readonly kind: "hash"; readonly expressions: readonly Expression[]; readonly partitions: number }
  /** Partition p's rows all come before partition p + 1's in `order`. */
  | { readonly kind: "range"; readonly order: readonly SortOrder[]; readonly partitions: number }
  | { readonly kind: "roundRobin"; readonly partitions: number }
  /** Every task has all rows. */
  | { readonly kind: "broadcast" }
  | { readonly kind: "unknown"; readonly partitions: number };

/** What an operator needs of a child. */
export type Distribution =
  /** All rows in one partition. */
  | { readonly kind: "all" }
  /** Rows with equal values of `expressions` in one partition. */
  | { readonly kind: "clustered"; readonly expressions: readonly Expression[] }
  /** Partitions in order. */
  | { readonly kind: "ordered"; readonly order: readonly SortOrder[] };

export const partitionsOf = (p: Partitioning): number => (p.kind === "single" || p.kind === "broadcast" ? 1 : p.partitions);

/** Whether rows that lie so meet what an operator needs. */
export function satisfies(partitioning: Partitioning, distribution: Distribution): boolean {
  if (partitioning.kind === "single" || partitionsOf(partitioning) === 1) return true;
  switch (distribution.kind) {
    case "all":
      return false;
    case "clustered":
      return (
        partitioning.kind === "hash" && partitioning.expressions.length > 0 && subset(partitioning.expressions, distribution.expressions)
      );
    case "ordered":
      return partitioning.kind === "range" && prefix(partitioning.order, distribution.order);
  }
}

const subset = (some: readonly Expression[], all: readonly Expression[]): boolean => {
  const known = new Set(all.map(fingerprint));
  return some.every((e) => known.has(fingerprint(e)));
};

const prefix = (wanted: readonly SortOrder[], given: readonly SortOrder[]): boolean =>
  wanted.length <= given.length && wanted.every((order, i) => fingerprint(order) === fingerprint(given[i]!));

/** What is left of a partitioning where only these columns pass: by id. */
export function restrict(partitioning: Partitioning, passing: ReadonlySet<number>): Partitioning {
  if (partitioning.kind !== "hash" && partitioning.kind !== "range") return partitioning;
  const expressions: readonly Expression[] = partitioning.kind === "hash" ? partitioning.expressions : partitioning.order;
  const known = expressions.every((e) => referencesOf(e).every((a) => passing.has(a.id)));
  return known ? partitioning : { kind: "unknown", partitions: partitioning.partitions };
}
