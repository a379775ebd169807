import type { Expression, SortOrder } from "../expressions/expression.ts";

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
  | { readonly kind: "any" }
  | { readonly kind: "all" }
  | { readonly kind: "clustered"; readonly expressions: readonly Expression[] }
  | { readonly kind: "ordered"; readonly order: readonly SortOrder[] }
  | { readonly kind: "broadcast" };

export const partitionsOf = (p: Partitioning): number => (p.kind === "single" || p.kind === "broadcast" ? 1 : p.partitions);
