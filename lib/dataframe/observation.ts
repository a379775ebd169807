import { randomUUID } from "node:crypto";
import { AnalysisError } from "../engine/errors.ts";
import type { Expression } from "../engine/expressions/expression.ts";
import type { Cached, LogicalPlan } from "../engine/logical/plan.ts";
import type { Value } from "../engine/types/values.ts";
import { listenTo } from "./observing-engine.ts";
import type { SparkSession } from "./session.ts";

/**
 * Named aggregates over the rows that pass `df.observe`, as `pyspark.sql.Observation`: computed with the first action.
 *
 * ```ts
 * const seen = new Observation("seen");
 * await df.observe(seen, F.count(F.lit(1)).as("rows")).write.parquet(path);
 * const { rows } = await seen.get;
 * ```
 */
export class Observation {
  readonly name: string;
  /** The aggregates by their names, once an action has run. */
  readonly get: Promise<Readonly<Record<string, Value>>>;
  #resolve!: (metrics: Readonly<Record<string, Value>>) => void;
  #used = false;

  constructor(name: string = randomUUID()) {
    if (name === "") throw new TypeError("an observation's name must not be empty");
    this.name = name;
    this.get = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** @internal The plan with these aggregates observed. */
  async on(child: LogicalPlan, metrics: readonly Expression[], session: SparkSession): Promise<LogicalPlan> {
    if (this.#used) throw new TypeError(`the observation ${this.name} is used by another DataFrame already`);
    this.#used = true;
    const plan = await observedPlan(child, this.name, metrics, session);
    listenTo(plan.observed!, ({ schema, values }) =>
      this.#resolve(Object.fromEntries(schema.fields.map((field, i) => [field.name, values[i]!]))),
    );
    return plan;
  }
}

/** A plan whose rows are aggregated as they pass. */
export async function observedPlan(
  child: LogicalPlan,
  name: string,
  metrics: readonly Expression[],
  session: SparkSession,
): Promise<Cached> {
  if (metrics.length === 0) throw new AnalysisError("INVALID_OBSERVED_METRICS.MISSING_NAME", { operator: name });
  const settled = await session.settled({ kind: "aggregate", grouping: [], aggregates: metrics, child: { kind: "oneRow" } });
  const aggregates = settled.kind === "aggregate" ? settled.aggregates : metrics;
  return { kind: "cached", key: randomUUID(), observed: { name, metrics: aggregates }, child };
}
