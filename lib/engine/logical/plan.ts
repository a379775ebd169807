import type { Origin } from "../errors/query-context.ts";
import type { Attribute, Expression, Literal, SortOrder, UserFunction } from "../expressions/expression.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { StructType } from "../types/data-type.ts";
import type { CteRef, UnionLoop, With } from "./cte.ts";
import type { PythonEvaluation, TableInput } from "./python.ts";

/**
 * The logical plan: what front ends write (unresolved expressions, `Read`), what the analyzer leaves (resolved
 * expressions, `Scan`) and what the optimizer rewrites. One union, plain frozen data, JSON-able by plan-json.ts.
 * Nodes marked (unresolved) are gone after analysis.
 */
export type LogicalPlan =
  | Read
  | UnresolvedRelation
  | View
  | InlineTable
  | OneRow
  | TableFunction
  | LateralView
  | Scan
  | LocalRelation
  | Range
  | SubqueryAlias
  | Project
  | WithColumns
  | Rename
  | Drop
  | ToNames
  | Filter
  | Aggregate
  | Expand
  | Pivot
  | Unpivot
  | Join
  | Sort
  | Limit
  | Offset
  | Tail
  | Deduplicate
  | Union
  | SetOperation
  | Window
  | Repartition
  | Sample
  | Generate
  | MapPartitions
  | PythonEvaluation
  | Hint
  | Cached
  | With
  | CteRef
  | UnionLoop
  | Write;

/** `planId` names the plan for `df.col("a")`; only front ends set it. */
export interface Node {
  readonly planId?: number;
  readonly origin?: Origin;
}

/** (unresolved) Files or a system to read: `spark.read`. Resolved to Scan by its source. */
export interface Read extends Node {
  readonly kind: "read";
  readonly format: string;
  readonly paths: readonly string[];
  /** By Spark's option names, lower case. */
  readonly options: Readonly<Record<string, string>>;
  readonly schema?: StructType;
}

/** (unresolved) A table or view by name. resolve-relations.ts asks the environment for it. */
export interface UnresolvedRelation extends Node {
  readonly kind: "unresolvedRelation";
  readonly nameParts: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
  readonly asOf?: { readonly kind: "version" | "timestamp"; readonly value: Expression };
  /** The schema that names of one part are looked for in; absent: `default`. */
  readonly currentSchema?: string;
}
/** (unresolved) A view's query, resolved under the settings that the view was made with and brought to its columns. */
export interface View extends Node {
  readonly kind: "view";
  readonly nameParts: readonly string[];
  readonly session: SessionSettings;
  /** Names and types of the view's columns; absent: as the query gives them. */
  readonly schema?: StructType;
  /** The query's own names of these columns, in their order; absent: by position. */
  readonly queryColumns?: readonly string[];
  /** Columns are cast to the types in `schema`, any or only where nothing is lost; absent: they keep those that they have by now. */
  readonly casts?: "any" | "widening";
  /** Arguments of a table function stand in the query: it reads what is around the call. */
  readonly open?: true;
  readonly child: LogicalPlan;
}
/** (unresolved) `VALUES (1, 'a'), (2, 'b')`: rows of constant expressions. Without names the columns are col1, col2, ... */
export interface InlineTable extends Node {
  readonly kind: "inlineTable";
  readonly rows: readonly (readonly Expression[])[];
  readonly names?: readonly string[];
}
/** (unresolved) One row without columns: what `SELECT 1` reads. */
export interface OneRow extends Node {
  readonly kind: "oneRow";
}
/** (unresolved) A table function in FROM: `range(10)`, `explode(array(1, 2))`. */
export interface TableFunction extends Node {
  readonly kind: "tableFunction";
  readonly nameParts: readonly string[];
  /** namedArguments among them. A star is the table that is given. */
  readonly args: readonly Expression[];
  readonly input?: TableInput;
}
/** (unresolved) `child LATERAL VIEW [OUTER] generator table AS columns`; resolved to Generate. */
export interface LateralView extends Node {
  readonly kind: "lateralView";
  readonly generator: Expression;
  readonly outer: boolean;
  readonly table?: string;
  /** Absent: the generator's own names. */
  readonly columns?: readonly string[];
  readonly child: LogicalPlan;
}

/** Files with a known schema. What is read of them is `output`; the optimizer narrows it and adds `filters`. */
export interface Scan extends Node {
  readonly kind: "scan";
  readonly format: string;
  readonly options: Readonly<Record<string, string>>;
  readonly output: readonly Attribute[];
  readonly files: readonly ScanFile[];
  /** Columns whose values come from the path (`shop=north/`), a subset of `output` by name. */
  readonly partitionColumns: readonly string[];
  /** Column names and types as they stand in the files, partition columns left out. */
  readonly dataSchema: StructType;
  /** Resolved predicates over `output` that the source may use to skip row groups and files; the plan filters again. */
  readonly filters: readonly Expression[];
  /** The paths as the user wrote them, for explain and errors. */
  readonly rootPaths: readonly string[];
  /** Values of columns, by name, in rows of files that have no such column; absent: NULL. */
  readonly missing?: Readonly<Record<string, Literal>>;
  readonly analyzed?: AnalyzedTable;
  /** What a cache keeps, which is nobody's file. */
  readonly kept?: true;
}

/** What ANALYZE TABLE found; estimates may rest on it, answers may not: rows may have come since. */
export interface AnalyzedTable {
  readonly rows?: number;
  /** By column name in lower case; bounds as the types' SQL text. */
  readonly columns: Readonly<
    Record<string, { readonly distinct: number; readonly nulls: number; readonly min?: string; readonly max?: string }>
  >;
}
export interface ScanFile {
  readonly key: string;
  readonly size: number;
  /** Last change in ms since 1970 and the store's version tag, where known. */
  readonly modified?: number;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** Absent where the format does not tell. */
  readonly rows?: number;
  readonly rowGroups?: readonly RowGroup[];
}
export interface RowGroup {
  readonly firstRow: number;
  readonly rows: number;
  /** Byte range of the row group in the file: [start, end). */
  readonly start: number;
  readonly end: number;
  /** By column name; min and max as the types' SQL text, absent where the file has none. */
  readonly columns: Readonly<Record<string, ColumnChunk>>;
}
export interface ColumnChunk {
  readonly start: number;
  readonly end: number;
  readonly nulls?: number;
  readonly min?: string;
  readonly max?: string;
}

/** Rows in the plan itself. */
export interface LocalRelation extends Node {
  readonly kind: "localRelation";
  readonly schema: StructType;
  /** An Arrow IPC stream, base64 (at most a few MB: larger data belongs in files); empty where a rule found that there are no rows. */
  readonly arrow: string;
  readonly rows: number;
  readonly output?: readonly Attribute[];
}
/** `spark.range`: one bigint column `id`. */
export interface Range extends Node {
  readonly kind: "range";
  readonly start: bigint;
  readonly end: bigint;
  readonly step: bigint;
  readonly partitions?: number;
  readonly output?: readonly Attribute[];
}
export interface SubqueryAlias extends Node {
  readonly kind: "subqueryAlias";
  readonly alias: string;
  /** What may stand before the alias: the catalog and schema of a table. */
  readonly qualifier?: readonly string[];
  /** (unresolved) New names for all columns: `AS t(a, b)`. */
  readonly columns?: readonly string[];
  readonly child: LogicalPlan;
}
export interface Project extends Node {
  readonly kind: "project";
  readonly expressions: readonly Expression[];
  /**
   * (unresolved) The pipe operator that it stands for, which takes no aggregate functions; `boundary` passes all columns and no
   * name from below them.
   */
  readonly pipe?: "SELECT" | "EXTEND" | "SET" | "boundary";
  readonly child: LogicalPlan;
}
/** (unresolved) Adds or replaces columns by name. */
export interface WithColumns extends Node {
  readonly kind: "withColumns";
  readonly columns: readonly {
    readonly name: string;
    readonly expression: Expression;
    readonly metadata?: Readonly<Record<string, unknown>>;
  }[];
  readonly child: LogicalPlan;
}
/** (unresolved) Renames columns; unknown names are ignored. */
export interface Rename extends Node {
  readonly kind: "rename";
  readonly names: readonly (readonly [from: string, to: string])[];
  readonly child: LogicalPlan;
}
/** (unresolved) Leaves columns out; unknown names are ignored. */
export interface Drop extends Node {
  readonly kind: "drop";
  readonly columns: readonly Expression[];
  /** Each drops all columns of exactly this name. */
  readonly names?: readonly string[];
  readonly child: LogicalPlan;
}
/** (unresolved) `toDF(...names)`. */
export interface ToNames extends Node {
  readonly kind: "toNames";
  readonly names: readonly string[];
  readonly child: LogicalPlan;
}
export interface Filter extends Node {
  readonly kind: "filter";
  readonly condition: Expression;
  readonly child: LogicalPlan;
}
/** Groups by `grouping`; `aggregates` is the whole output (grouping columns that show are in it). */
export interface Aggregate extends Node {
  readonly kind: "aggregate";
  readonly grouping: readonly Expression[];
  /** Rollup and cube (over `grouping`) and GROUPING SETS (indexes into `grouping`); gone after analysis, which uses Expand. */
  readonly groupingSets?: GroupingSets;
  readonly aggregates: readonly Expression[];
  /** (unresolved) GROUP BY ALL: groups by what of the output holds no aggregate. */
  readonly groupByAll?: boolean;
  /** (unresolved) HAVING: a condition over groups, aggregates and the output's names. */
  readonly having?: Expression;
  /** (unresolved) `|> AGGREGATE`: so many of the last aggregates must hold an aggregate function, and positions count the child's columns. */
  readonly pipeAggregates?: number;
  readonly child: LogicalPlan;
}
export type GroupingSets = { readonly kind: "rollup" | "cube" } | { readonly kind: "sets"; readonly sets: readonly (readonly number[])[] };
/** Each row once for each projection; how grouping sets run. */
export interface Expand extends Node {
  readonly kind: "expand";
  readonly projections: readonly (readonly Expression[])[];
  readonly output: readonly Attribute[];
  readonly child: LogicalPlan;
}
/** (unresolved) `groupBy(...).pivot(column, values).agg(...)`. */
export interface Pivot extends Node {
  readonly kind: "pivot";
  /** Absent: all columns that neither `column` nor the aggregates use. */
  readonly grouping?: readonly Expression[];
  readonly column: Expression;
  /** Literals; the front end has looked them up where the user gave none. */
  readonly values: readonly Expression[];
  readonly aggregates: readonly Expression[];
  readonly child: LogicalPlan;
}
/** (unresolved) Columns to rows; resolved to Expand. Without `values`: all columns that are not ids. */
export interface Unpivot extends Node {
  readonly kind: "unpivot";
  /** Absent: all columns that are no values. */
  readonly ids?: readonly Expression[];
  /** In groups of as many as there are value columns. */
  readonly values?: readonly Expression[];
  /** Names of the groups, where they have one of their own. */
  readonly aliases?: readonly (string | null)[];
  readonly variableColumnName: string;
  readonly valueColumnNames: readonly string[];
  readonly child: LogicalPlan;
}
/** `existence` puts out the left rows and a boolean, whether a right row meets the condition; only the optimizer makes it. */
export type JoinType = "inner" | "cross" | "left" | "right" | "full" | "leftSemi" | "leftAnti" | "existence";
export type JoinStrategyHint = "broadcast" | "merge" | "shuffleHash" | "shuffleReplicateNestedLoop";
export interface Join extends Node {
  readonly kind: "join";
  readonly type: JoinType;
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  readonly condition?: Expression;
  /** (unresolved) USING columns. */
  readonly using?: readonly string[];
  /**
   * The right side may refer to the left one's columns (outer references); decorrelated by the optimizer. "nearest" is an AS OF join of
   * Spark's API, whose right side stands by itself but for the conditions, so that chance in it is as good as in any join.
   */
  readonly lateral?: true | "nearest";
  /** (unresolved) The left side is the one row of the arguments of a table function in SQL, and no columns of the join's. */
  readonly arguments?: true;
  /** As of a subquery: what a lateral right side reads of the left one, and what it knows it as; absent before analysis. */
  readonly outer?: readonly Expression[];
  readonly parameters?: readonly Attribute[];
  /** The boolean column of an existence join. */
  readonly exists?: Attribute;
  /** (unresolved) NATURAL: by the columns that both sides have. */
  readonly natural?: boolean;
  readonly leftHint?: JoinStrategyHint;
  readonly rightHint?: JoinStrategyHint;
}
export interface Sort extends Node {
  readonly kind: "sort";
  readonly order: readonly SortOrder[];
  /** (unresolved) ORDER BY ALL: by each column of the output; `order` holds one SortOrder, whose child counts for nothing. */
  readonly all?: boolean;
  /** False: within each partition. */
  readonly global: boolean;
  readonly child: LogicalPlan;
}
export interface Limit extends Node {
  readonly kind: "limit";
  readonly count: number;
  readonly child: LogicalPlan;
}
export interface Offset extends Node {
  readonly kind: "offset";
  readonly count: number;
  readonly child: LogicalPlan;
}
export interface Tail extends Node {
  readonly kind: "tail";
  readonly count: number;
  readonly child: LogicalPlan;
}
/** One row of each group of equal `columns` (all of the output where absent). Resolved to Aggregate. */
export interface Deduplicate extends Node {
  readonly kind: "deduplicate";
  readonly columns?: readonly string[];
  readonly child: LogicalPlan;
}
export interface Union extends Node {
  readonly kind: "union";
  readonly children: readonly LogicalPlan[];
  /** (unresolved) */
  readonly byName?: boolean;
  readonly allowMissingColumns?: boolean;
  readonly output?: readonly Attribute[];
}
export interface SetOperation extends Node {
  readonly kind: "setOperation";
  readonly operation: "intersect" | "except";
  readonly all: boolean;
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
}
/** Adds window columns to the child's; the analyzer takes window calls out of projections into it. */
export interface Window extends Node {
  readonly kind: "window";
  /** Aliases of window calls with one partitionBy and orderBy. */
  readonly expressions: readonly Expression[];
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortOrder[];
  readonly child: LogicalPlan;
}
/** `partitions` absent: the session's `spark.sql.shuffle.partitions`. `shuffle` false is coalesce. */
export interface Repartition extends Node {
  readonly kind: "repartition";
  readonly scheme: "hash" | "range" | "roundRobin" | "coalesce";
  readonly expressions: readonly Expression[];
  readonly partitions?: number;
  readonly child: LogicalPlan;
}
export interface Sample extends Node {
  readonly kind: "sample";
  readonly lowerBound: number;
  readonly upperBound: number;
  readonly withReplacement: boolean;
  readonly seed: bigint;
  readonly child: LogicalPlan;
}
/** Joins each row to the rows of a generator. */
export interface Generate extends Node {
  readonly kind: "generate";
  readonly generator: Expression;
  readonly outer: boolean;
  readonly output: readonly Attribute[];
  readonly child: LogicalPlan;
}
/** `function` maps Arrow record batches of a partition to record batches of `schema`. */
export interface MapPartitions extends Node {
  readonly kind: "mapPartitions";
  readonly function: UserFunction;
  readonly schema: StructType;
  readonly output?: readonly Attribute[];
  readonly child: LogicalPlan;
}
/** (unresolved) `df.hint(name, ...)`. */
export interface Hint extends Node {
  readonly kind: "hint";
  readonly name: string;
  readonly parameters: readonly Expression[];
  readonly child: LogicalPlan;
}
/** `df.cache()`, `persist`, `checkpoint`: the first job that runs it writes `key`; later ones scan it. */
export interface Cached extends Node {
  readonly kind: "cached";
  readonly key: string;
  /** Reads what was kept; `child` is there for the sake of its columns. Resolved where both are. */
  readonly stored?: LogicalPlan;
  /** Kept for the sake of aggregates over its rows, while one job runs. */
  readonly observed?: Observed;
  readonly child: LogicalPlan;
}
/** (unresolved) `df.observe(name, ...)`. */
export interface Observed {
  readonly name: string;
  readonly metrics: readonly Expression[];
}
export type SaveMode = "append" | "overwrite" | "error" | "ignore";
export interface Write extends Node {
  readonly kind: "write";
  readonly format: string;
  readonly path: string;
  readonly mode: SaveMode;
  readonly partitionBy: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly child: LogicalPlan;
}
