import type { SparkSession } from "../../dataframe/session.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Relation } from "../protocol/spark/connect/relations_pb.js";

/** As many plans as a session of Spark's keeps. Source: spark.connect.session.planCache.maxSize. */
const MOST_KEPT = 16;

/** The tables that sessions have made, by the number of the relation that asked for one. */
const made = new WeakMap<SparkSession, Map<bigint, LogicalPlan>>();

/**
 * `catalog.createTable` gives a DataFrame that is the request itself: each use of it sends that again.
 * A table is made by the first; the others are its rows.
 */
export async function madeOnce(relation: Relation, spark: SparkSession, make: () => Promise<LogicalPlan>): Promise<LogicalPlan> {
  const id = relation.common?.planId;
  if (id === undefined || !asksForTable(relation)) return make();
  const kept = made.get(spark) ?? new Map<bigint, LogicalPlan>();
  made.set(spark, kept);
  const plan = kept.get(id) ?? (await make());
  kept.set(id, plan);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  return plan;
}

function asksForTable({ relType }: Relation): boolean {
  const asked = relType.case === "catalog" ? relType.value.catType.case : undefined;
  return asked === "createTable" || asked === "createExternalTable";
}
