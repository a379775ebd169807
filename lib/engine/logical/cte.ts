import type { Attribute } from "../expressions/expression.ts";
import type { LogicalPlan, Node } from "./plan.ts";

/** `WITH name AS (...), ... child`. Definitions may refer to earlier ones; the optimizer inlines those that it does not share. */
export interface With extends Node {
  readonly kind: "with";
  readonly definitions: readonly CteDefinition[];
  readonly child: LogicalPlan;
}
export interface CteDefinition {
  /** Unique in a plan (freshId): what `cteRef` names it by. */
  readonly id: number;
  readonly name: string;
  /** Of a recursive one: a union of the anchor and the step, which refers to `id` itself. */
  readonly plan: LogicalPlan;
  /** (unresolved) `name(a, b)`. */
  readonly columns?: readonly string[];
  readonly recursive?: true;
  /** `MAX RECURSION LEVEL n`. */
  readonly maxLevel?: number;
}
/** The rows of a definition above it; inside its own definition, the rows of the last iteration. */
export interface CteRef extends Node {
  readonly kind: "cteRef";
  readonly id: number;
  readonly name: string;
  readonly output?: readonly Attribute[];
  /** Inside its own definition; set by the analyzer. */
  readonly recursive?: true;
  /** Below LIMIT ALL, which lets a loop have any number of rows. */
  readonly unlimited?: true;
}
/** `anchor`, then `step` over and over, on the rows of the last time (cteRef `id`), until it has none. Made by the analyzer. */
export interface UnionLoop extends Node {
  readonly kind: "unionLoop";
  readonly id: number;
  readonly anchor: LogicalPlan;
  readonly step: LogicalPlan;
  readonly output: readonly Attribute[];
  /** Iterations after which it is an error; -1: none. */
  readonly maxLevel: number;
  /** Rows after which it is an error; -1: none. */
  readonly maxRows: number;
  /** Rows after which no more are asked for: a LIMIT above. Then `maxRows` counts for nothing. */
  readonly limit?: number;
}
