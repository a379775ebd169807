import type { Expression, SortOrder } from "../expressions/expression.ts";
import type { PhysicalPlan } from "../planner/plan.ts";
import type { Split } from "../ports/source.ts";

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
export interface StageInput {
  readonly stage: number;
  /** `shuffle`: task p reads partition p of every map output; `broadcast`: every task reads all of it. */
  readonly mode: "shuffle" | "broadcast";
}
/** Which partition a row goes to. */
export type ShuffleKey =
  | { readonly kind: "hash"; readonly expressions: readonly Expression[] }
  /** Boundaries are chosen from the sort keys that stage `sample` broadcasts. */
  | { readonly kind: "range"; readonly order: readonly SortOrder[]; readonly sample: number }
  | { readonly kind: "roundRobin" }
  | { readonly kind: "single" };
export type StageOutput =
  | { readonly kind: "shuffle"; readonly partitions: number; readonly by: ShuffleKey }
  | { readonly kind: "broadcast" }
  | { readonly kind: "result" }
  | { readonly kind: "files" };
