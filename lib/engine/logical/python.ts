import type { Origin } from "../errors/query-context.ts";
import type { Attribute, Expression, SortOrder, UserFunction } from "../expressions/expression.ts";
import type { PythonArgument, PythonTable } from "../ports/python.ts";
import type { StructType } from "../types/data-type.ts";
import type { LogicalPlan } from "./plan.ts";

/**
 * Functions in Python over the rows of children:
 * `columns` and `table` add columns to the child's, a table function's rows of each row; `map`, `groups` and `cogroups` give rows of their own.
 */
export interface PythonEvaluation {
  readonly kind: "python";
  readonly planId?: number;
  readonly origin?: Origin;
  readonly form: "columns" | "map" | "groups" | "cogroups" | "table";
  readonly calls: readonly PythonCall[];
  /** What each child gives. */
  readonly sides: readonly PythonSide[];
  /** Of `table`: also for a child without rows. */
  readonly table?: PythonTable;
  /** Of `table`, before analysis: what the function is given of a table's rows; absent: all columns. */
  readonly select?: readonly Expression[];
  readonly schema: StructType;
  /** Of `table`, before analysis: the table that can name the results. */
  readonly qualifier?: string;
  /** The columns that the functions give; absent before analysis. */
  readonly results?: readonly Attribute[];
  readonly children: readonly LogicalPlan[];
}
export interface PythonCall {
  /** The innermost first: each takes what the one before it gives. */
  readonly functions: readonly UserFunction[];
  readonly args: readonly PythonArgument[];
}
export interface PythonSide {
  /** Keys, then arguments; before analysis the keys alone, which all of the child's columns follow. */
  readonly inputs: readonly Expression[];
  /** So many first inputs are keys. */
  readonly keys: number;
  /** The order of rows within a group. */
  readonly order: readonly SortOrder[];
}

/** `TABLE (query) [PARTITION BY ... | WITH SINGLE PARTITION] [ORDER BY ...]`. */
export interface TableInput {
  readonly plan: LogicalPlan;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortOrder[];
  readonly single?: true;
  /** What the function is given of the rows; absent: all columns. */
  readonly select?: readonly Expression[];
}
