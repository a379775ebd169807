import type { Alias, Attribute, Expression, SortOrder, UserFunction } from "../expressions/expression.ts";
import type { JoinType, Scan, Write } from "../logical/plan.ts";
import type { PythonCall, PythonEvaluation, PythonSide } from "../logical/python.ts";
import type { PythonTable } from "../ports/python.ts";
import type { ShuffleKey } from "../stages/stage.ts";
import type { StructType } from "../types/data-type.ts";
import type { Partitioning } from "./partitioning.ts";

/**
 * The physical plan: what runs, and where rows must move. Exchanges stand in it until stages/cut.ts replaces each by
 * a read of the stage below. All else runs inside one task, as one DuckDB statement (kernel/).
 */
export type PhysicalPlan =
  | ScanExec
  | LocalRows
  | RangeExec
  | ShuffleRead
  | BroadcastRead
  | ProjectExec
  | FilterExec
  | AggregateExec
  | ExpandExec
  | JoinExec
  | SortExec
  | TopK
  | LimitExec
  | TailExec
  | UnionExec
  | SetOperationExec
  | WindowExec
  | SampleExec
  | GenerateExec
  | MapPartitionsExec
  | PythonExec
  | UnionLoopExec
  | LoopRead
  | SortKeySample
  | Exchange
  | WriteExec;

export interface ScanExec {
  readonly kind: "scan";
  /** Unique among the leaves of a plan; task messages name the splits by it. */
  readonly leaf: number;
  readonly scan: Scan;
}
export interface LocalRows {
  readonly kind: "localRows";
  readonly arrow: string;
  readonly output: readonly Attribute[];
}
export interface RangeExec {
  readonly kind: "range";
  readonly start: bigint;
  readonly end: bigint;
  readonly step: bigint;
  readonly partitions: number;
  readonly output: readonly Attribute[];
}
export interface ShuffleRead {
  readonly kind: "shuffleRead";
  readonly stage: number;
  readonly output: readonly Attribute[];
}
export interface BroadcastRead {
  readonly kind: "broadcastRead";
  readonly stage: number;
  readonly output: readonly Attribute[];
}
export interface ProjectExec {
  readonly kind: "project";
  readonly expressions: readonly Expression[];
  readonly child: PhysicalPlan;
}
export interface FilterExec {
  readonly kind: "filter";
  readonly condition: Expression;
  readonly child: PhysicalPlan;
}
/**
 * `complete`: from rows to results in one go. `partial`: rows to state columns. `final`: state columns to results.
 * Output: grouping columns, then states (partial) or `results` (final, complete).
 */
export interface AggregateExec {
  readonly kind: "aggregate";
  readonly mode: "partial" | "final" | "complete";
  /** Attributes or aliases. */
  readonly grouping: readonly (Attribute | Alias)[];
  readonly aggregates: readonly AggregateColumn[];
  readonly child: PhysicalPlan;
}
export interface AggregateColumn {
  /** An alias of an aggregate call. */
  readonly alias: Alias;
  /** State columns of a partial or final aggregate; empty for a complete one. */
  readonly states: readonly Attribute[];
}
export interface ExpandExec {
  readonly kind: "expand";
  readonly projections: readonly (readonly Expression[])[];
  readonly output: readonly Attribute[];
  readonly child: PhysicalPlan;
}
export type JoinStrategy = "broadcastHash" | "shuffledHash" | "sortMerge" | "broadcastNestedLoop" | "cartesian";
export interface JoinExec {
  readonly kind: "join";
  readonly strategy: JoinStrategy;
  readonly type: JoinType;
  readonly left: PhysicalPlan;
  readonly right: PhysicalPlan;
  /** Equi-join keys, pairwise; the rest of the condition is `condition`. */
  readonly keys: readonly JoinKey[];
  readonly condition?: Expression;
  /** The boolean column of an existence join. */
  readonly exists?: Attribute;
  /** Of a shuffled hash join: the side that is thought to be the smaller. The kernel builds of the one that is. */
  readonly build?: "left" | "right";
  /** NOT IN: an anti join by its one key, for which a NULL on either side counts as a match. */
  readonly nullAware?: true;
}
export interface JoinKey {
  readonly left: Expression;
  readonly right: Expression;
  /** `<=>`: NULL equals NULL. */
  readonly nullSafe: boolean;
}
export interface SortExec {
  readonly kind: "sort";
  readonly order: readonly SortOrder[];
  readonly child: PhysicalPlan;
}
/** The first `count` rows by `order` of each partition. */
export interface TopK {
  readonly kind: "topK";
  readonly order: readonly SortOrder[];
  readonly count: number;
  readonly offset: number;
  readonly child: PhysicalPlan;
}
export interface LimitExec {
  readonly kind: "limit";
  readonly count?: number;
  readonly offset: number;
  readonly child: PhysicalPlan;
}
export interface TailExec {
  readonly kind: "tail";
  readonly count: number;
  readonly child: PhysicalPlan;
}
/** Partition p of each child, one after the other. */
export interface UnionExec {
  readonly kind: "union";
  readonly children: readonly PhysicalPlan[];
  readonly output: readonly Attribute[];
}
export interface SetOperationExec {
  readonly kind: "setOperation";
  readonly operation: "intersect" | "except";
  readonly all: boolean;
  readonly left: PhysicalPlan;
  readonly right: PhysicalPlan;
}
export interface WindowExec {
  readonly kind: "window";
  readonly expressions: readonly Alias[];
  readonly child: PhysicalPlan;
}
export interface SampleExec {
  readonly kind: "sample";
  readonly lowerBound: number;
  readonly upperBound: number;
  readonly withReplacement: boolean;
  readonly seed: bigint;
  readonly child: PhysicalPlan;
}
export interface GenerateExec {
  readonly kind: "generate";
  readonly generator: Expression;
  readonly outer: boolean;
  readonly output: readonly Attribute[];
  readonly child: PhysicalPlan;
}
export interface MapPartitionsExec {
  readonly kind: "mapPartitions";
  readonly function: UserFunction;
  readonly schema: StructType;
  readonly output: readonly Attribute[];
  readonly child: PhysicalPlan;
}
/** See PythonEvaluation. `aggregate` gives keys and results, `window` adds results to the child's columns. */
export interface PythonExec {
  readonly kind: "python";
  readonly form: PythonEvaluation["form"] | "aggregate" | "window";
  readonly calls: readonly PythonCall[];
  readonly sides: readonly PythonSide[];
  readonly table?: PythonTable;
  /** Of `window`: PySpark's `window_bound_types`. */
  readonly bounds?: string;
  readonly results: readonly Attribute[];
  readonly output: readonly Attribute[];
  readonly children: readonly PhysicalPlan[];
}
/** A recursive query: `anchor`, then `step` over the rows of the last time (LoopRead `id`) until it has none. In one task. */
export interface UnionLoopExec {
  readonly kind: "unionLoop";
  readonly id: number;
  readonly anchor: PhysicalPlan;
  readonly step: PhysicalPlan;
  readonly output: readonly Attribute[];
  /** Iterations, and rows, at which it is an error; -1: none. */
  readonly maxLevel: number;
  readonly maxRows: number;
  /** Rows after which no more are asked for. */
  readonly limit?: number;
}
/** The rows of a loop's last iteration. */
export interface LoopRead {
  readonly kind: "loopRead";
  readonly id: number;
  readonly output: readonly Attribute[];
}
/** At most `count` rows of each partition, as sort keys: what range boundaries are chosen from. One binary column. */
export interface SortKeySample {
  readonly kind: "sortKeySample";
  readonly order: readonly SortOrder[];
  readonly count: number;
  readonly output: readonly Attribute[];
  readonly child: PhysicalPlan;
}
/** Rows move: to partitions by `partitioning`, or all to everyone (broadcast). */
export interface Exchange {
  readonly kind: "exchange";
  readonly partitioning: Partitioning;
  /** Partitions of the child. */
  readonly from: number;
  /** Why it is there, for explain. */
  readonly reason: "distribution" | "repartition" | "broadcast";
  readonly child: PhysicalPlan;
}
export interface WriteExec {
  readonly kind: "write";
  /** One task writes the files of this many partitions: a repartition of a single partition without a shuffle. */
  readonly spread?: { readonly key: ShuffleKey; readonly partitions: number };
  readonly write: Omit<Write, "child">;
  readonly columns: readonly Attribute[];
  readonly child: PhysicalPlan;
}
