import type { Expression, SortOrder } from "../expressions/expression.ts";
import type { PhysicalPlan } from "../planner/plan.ts";
import type { Split } from "../ports/source.ts";
import type { Combining } from "./combining.ts";

/** A job cut at its exchanges: stages in an order in which each comes after those it reads. */
export interface StageGraph {
  readonly stages: readonly Stage[];
}

/** The work between two exchanges: the same fragment over each of `partitions` partitions. JSON-able (plan-json.ts). */
export interface Stage {
  /** Its index in the graph. */
  readonly id: number;
  /** What the tasks run; its leaves are scans, local rows, shuffleRead and broadcastRead. */
  readonly fragment: PhysicalPlan;
  readonly partitions: number;
  /** Splits of each scan leaf by its `leaf` id: one list a partition. */
  readonly splits: Readonly<Record<number, readonly (readonly Split[])[]>>;
  /** Stages that must be complete before a task of this one starts. */
  readonly inputs: readonly StageInput[];
  readonly output: StageOutput;
  /** For people: `Scan lineitem -> Filter -> Aggregate (partial)`. */
  readonly label: string;
  /** Peak memory a task is likely to need, in bytes; the first memory tier tried. */
  readonly memoryEstimate?: number;
  /** Another run of a task may give other rows, or other partitions to them: who read the first run must run again too. */
  readonly indeterminate?: boolean;
}
export type StageInput =
  /** Task p reads partition p of every map output. */
  | { readonly stage: number; readonly mode: "shuffle" }
  /** Every task reads all of it. */
  | { readonly stage: number; readonly mode: "broadcast" }
  /** The passes of a shuffle with a combining stage: what that stage reads of the writers, and what the readers read of it. */
  | { readonly stage: number; readonly mode: "gather" | "combined"; readonly combining: Combining };
/** Which partition a row goes to. */
export type ShuffleKey =
  | { readonly kind: "hash"; readonly expressions: readonly Expression[] }
  /** Boundaries are chosen from the sort keys that stage `sample` broadcasts. */
  | { readonly kind: "range"; readonly order: readonly SortOrder[]; readonly sample: number }
  | { readonly kind: "roundRobin" }
  | { readonly kind: "single" };
export type StageOutput =
  | {
      readonly kind: "shuffle";
      /** Blocks that each task writes. */
      readonly partitions: number;
      readonly by: ShuffleKey;
      /** A block is a range of the readers' partitions (first pass), or one partition of the task's range (second). */
      readonly combining?: Combining & { readonly pass: 1 | 2 };
    }
  | { readonly kind: "broadcast" }
  | { readonly kind: "result" }
  | { readonly kind: "files" };
