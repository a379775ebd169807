import type { Conf, Engine, Execution, JobMetrics } from "../../../lib/dataframe/engine-port.ts";
import { RuntimeConfig } from "../../../lib/dataframe/runtime-config.ts";
import { SparkSession } from "../../../lib/dataframe/session.ts";
import type { LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import { rowsToArrow } from "../../../lib/engine/types/convert.ts";
import { type StructType, structType } from "../../../lib/engine/types/data-type.ts";
import type { StructValue } from "../../../lib/engine/types/values.ts";

const NOTHING: JobMetrics = { rows: 0, bytesRead: 0, bytesWritten: 0, tasks: 0, wallMs: 0 };

/** An engine that keeps what it is asked and answers with one schema and the same rows, whatever the plan. */
export class RecordingEngine implements Engine {
  readonly plans: LogicalPlan[] = [];
  readonly confs: Conf[] = [];
  readonly uncached: string[] = [];
  closed = 0;
  readonly #schema: StructType;
  readonly #rows: readonly StructValue[];

  constructor(schema: StructType = structType([]), rows: readonly StructValue[] = []) {
    this.#schema = schema;
    this.#rows = rows;
  }
  async schema(): Promise<StructType> {
    return this.#schema;
  }
  async explain(_plan: LogicalPlan, mode: string): Promise<string> {
    return `== ${mode} ==`;
  }
  async execute(plan: LogicalPlan, conf: Conf): Promise<Execution> {
    this.plans.push(plan);
    this.confs.push(conf);
    const bytes = rowsToArrow(this.#rows, this.#schema);
    const chunks = async function* () {
      yield bytes;
    };
    return { schema: this.#schema, chunks: chunks(), metrics: () => NOTHING };
  }
  async write(plan: LogicalPlan): Promise<JobMetrics> {
    this.plans.push(plan);
    return NOTHING;
  }
  async inputFiles(): Promise<readonly string[]> {
    return ["/data/a.parquet"];
  }
  async uncache(key: string): Promise<void> {
    this.uncached.push(key);
  }
  async close(): Promise<void> {
    this.closed += 1;
  }
}

export const sessionOn = (engine: Engine): SparkSession => new SparkSession(engine, new RuntimeConfig());

/** A plan or expression without what differs from run to run: plan ids and places in the program. */
export function bare(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(bare);
  if (tree === null || typeof tree !== "object" || Object.getPrototypeOf(tree) !== Object.prototype) return tree;
  const kept = Object.entries(tree).filter(([key]) => key !== "planId" && key !== "origin");
  return Object.fromEntries(kept.map(([key, value]) => [key, bare(value)]));
}
