import { booleanSimplification } from "./boolean-simplification.ts";
import { collapseProject } from "./collapse-project.ts";
import { collapseRepartition } from "./collapse-repartition.ts";
import { collapseWindow } from "./collapse-window.ts";
import { columnPruning } from "./column-pruning.ts";
import { combineFilters } from "./combine-filters.ts";
import { combineLimits } from "./combine-limits.ts";
import { combineUnions } from "./combine-unions.ts";
import { computeCurrentTime } from "./compute-current-time.ts";
import { constantFolding } from "./constant-folding.ts";
import { eliminateDistinct } from "./eliminate-distinct.ts";
import { eliminateLimits } from "./eliminate-limits.ts";
import { eliminateOuterJoin } from "./eliminate-outer-join.ts";
import { eliminateSorts } from "./eliminate-sorts.ts";
import { eliminateSubqueryAliases } from "./eliminate-subquery-aliases.ts";
import { extractPython } from "./extract-python.ts";
import { inferFiltersFromConstraints } from "./infer-filters-from-constraints.ts";
import { injectRuntimeFilter } from "./inject-runtime-filter.ts";
import { inlineCte } from "./inline-cte.ts";
import { insertMapSort } from "./insert-map-sort.ts";
import { limitPushDown } from "./limit-push-down.ts";
import { nullPropagation } from "./null-propagation.ts";
import { optimizeIn } from "./optimize-in.ts";
import { orderRows } from "./order-rows.ts";
import { propagateEmptyRelation } from "./propagate-empty-relation.ts";
import { pruneFilters } from "./prune-filters.ts";
import { pushDownAggregates } from "./push-down-aggregates.ts";
import { pushDownPredicates } from "./push-down-predicates.ts";
import { pushExtraPredicateThroughJoin } from "./push-extra-predicate-through-join.ts";
import { pushLeftSemiThroughJoin } from "./push-left-semi-join.ts";
import { pushPredicateThroughJoin } from "./push-predicate-through-join.ts";
import { removeNoopOperators } from "./remove-noop-operators.ts";
import { removeRedundantAggregates } from "./remove-redundant-aggregates.ts";
import { reorderJoin } from "./reorder-join.ts";
import { replaceDeduplicateWithAggregate } from "./replace-deduplicate.ts";
import type { Rule } from "./rule.ts";
import { simplifyBinaryComparison } from "./simplify-binary-comparison.ts";
import { simplifyCasts } from "./simplify-casts.ts";
import { simplifyConditionals } from "./simplify-conditionals.ts";
import { rewriteSubqueries } from "./subquery/rewrite-subqueries.ts";
import { transposeWindow } from "./transpose-window.ts";
import { unwrapCastInBinaryComparison } from "./unwrap-cast-in-binary-comparison.ts";
import { v2ScanRelationPushDown } from "./v2-scan-relation-push-down.ts";

/** Rules that run one after the other: `once`, or again and again until none changes anything (at most MAX_PASSES times). */
export interface Batch {
  readonly name: string;
  readonly strategy: "once" | "fixedPoint";
  readonly rules: readonly Rule[];
}

/** Spark's spark.sql.optimizer.maxIterations. */
export const MAX_PASSES = 100;

const operators: readonly Rule[] = [
  eliminateOuterJoin,
  pushDownPredicates,
  pushPredicateThroughJoin,
  limitPushDown,
  columnPruning,
  collapseRepartition,
  collapseProject,
  collapseWindow,
  transposeWindow,
  combineFilters,
  combineLimits,
  combineUnions,
  eliminateLimits,
  eliminateSorts,
  eliminateDistinct,
  removeRedundantAggregates,
  nullPropagation,
  constantFolding,
  simplifyCasts,
  unwrapCastInBinaryComparison,
  optimizeIn,
  booleanSimplification,
  simplifyConditionals,
  simplifyBinaryComparison,
  pruneFilters,
  propagateEmptyRelation,
  removeNoopOperators,
];

/** The optimizer, in order. Spark's batches, less what one DuckDB statement does for itself inside a stage. */
export const batches: readonly Batch[] = [
  {
    name: "Finish Analysis",
    strategy: "once",
    rules: [inlineCte, rewriteSubqueries, eliminateSubqueryAliases, replaceDeduplicateWithAggregate, insertMapSort, computeCurrentTime],
  },
  { name: "Operator Optimization before Inferring Filters", strategy: "fixedPoint", rules: operators },
  // What is inferred can make an outer join an inner one, from which more follows: Spark infers once, this to the end.
  { name: "Infer Filters", strategy: "fixedPoint", rules: [inferFiltersFromConstraints, ...operators] },
  {
    name: "Push Extra Predicate Through Join",
    strategy: "fixedPoint",
    rules: [pushExtraPredicateThroughJoin, pushDownPredicates, pushPredicateThroughJoin],
  },
  { name: "Join Reorder", strategy: "once", rules: [pushLeftSemiThroughJoin, reorderJoin] },
  { name: "Operator Optimization after Join Reorder", strategy: "fixedPoint", rules: [inferFiltersFromConstraints, ...operators] },
  { name: "Runtime Filter", strategy: "once", rules: [injectRuntimeFilter, columnPruning] },
  { name: "Early Filter Push-Down", strategy: "once", rules: [pushDownAggregates, v2ScanRelationPushDown] },
  { name: "Extract Python UDFs", strategy: "once", rules: [extractPython] },
  { name: "Order of Rows", strategy: "once", rules: [orderRows] },
];

/** Spark's `nonExcludableRules`: what these do is meaning, not speed. */
export const REQUIRED: ReadonlySet<string> = new Set([
  "InlineCTE",
  "RewritePredicateSubquery",
  "EliminateSubqueryAliases",
  "ReplaceDeduplicateWithAggregate",
  "InsertMapSortInGroupingExpressions",
  "ComputeCurrentTime",
  "ExtractPythonUDFs",
]);
