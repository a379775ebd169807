import { outputOf } from "../planner/output.ts";
import { partitionsOf } from "../planner/partitioning.ts";
import type { Exchange, PhysicalPlan } from "../planner/plan.ts";
import type { PhysicalJob } from "../planner/plan-physical.ts";
import { leavesOf, mapChildren } from "../planner/traverse.ts";
import { sortKeyColumn } from "../shuffle/key.ts";
import { isIndeterminate } from "./indeterminate.ts";
import { labelOf } from "./label.ts";
import type { ShuffleKey, Stage, StageGraph, StageInput, StageOutput } from "./stage.ts";

/** Rows sampled for each range partition of each task: Spark's `spark.sql.execution.rangeExchange.sampleSizePerPartition`. */
const SAMPLE_ROWS_PER_PARTITION = 100;

/** Cuts a physical plan at its exchanges: each becomes a stage that writes and a read in the stage above. Pure. */
export function cut(job: PhysicalJob): StageGraph {
  const cutter = new Cutter(job);
  cutter.stage(job.plan, job.plan.kind === "write" ? { kind: "files" } : { kind: "result" });
  return { stages: cutter.stages };
}

class Cutter {
  readonly stages: Stage[] = [];
  readonly #job: PhysicalJob;
  /** An exchange used twice in a plan is one stage. */
  readonly #done = new Map<Exchange, PhysicalPlan>();

  constructor(job: PhysicalJob) {
    this.#job = job;
  }

  /** Adds the stage of a plan (and those below it first); gives its id. */
  stage(plan: PhysicalPlan, output: StageOutput): number {
    const fragment = this.#replaceExchanges(plan);
    const id = this.stages.length;
    const inputs = inputsOf(fragment);
    if (output.kind === "shuffle" && output.by.kind === "range") inputs.push({ stage: output.by.sample, mode: "broadcast" });
    const leaves = leavesOf(fragment);
    const splits = Object.fromEntries(leaves.flatMap((leaf) => (leaf.kind === "scan" ? [[leaf.leaf, this.#job.splits[leaf.leaf]!]] : [])));
    const partitions = Math.max(1, ...leaves.map((leaf) => this.#partitionsOf(leaf)));
    const indeterminate = isIndeterminate(fragment, output);
    this.stages.push({
      id,
      fragment,
      partitions,
      splits,
      inputs,
      output,
      label: labelOf(fragment),
      ...(indeterminate ? { indeterminate } : {}),
    });
    return id;
  }

  #replaceExchanges(plan: PhysicalPlan): PhysicalPlan {
    if (plan.kind !== "exchange") return mapChildren(plan, (child) => this.#replaceExchanges(child));
    const known = this.#done.get(plan);
    if (known) return known;
    const output = outputOf(plan.child);
    const read: PhysicalPlan =
      plan.partitioning.kind === "broadcast"
        ? { kind: "broadcastRead", stage: this.stage(plan.child, { kind: "broadcast" }), output }
        : { kind: "shuffleRead", stage: this.#shuffle(plan), output };
    this.#done.set(plan, read);
    return read;
  }

  #shuffle(plan: Exchange): number {
    const partitions = partitionsOf(plan.partitioning);
    return this.stage(plan.child, { kind: "shuffle", partitions, by: this.#keyOf(plan, partitions) });
  }

  #keyOf(plan: Exchange, partitions: number): ShuffleKey {
    const { partitioning } = plan;
    switch (partitioning.kind) {
      case "hash":
        return { kind: "hash", expressions: partitioning.expressions };
      case "range": {
        const sample: PhysicalPlan = {
          kind: "sortKeySample",
          order: partitioning.order,
          count: SAMPLE_ROWS_PER_PARTITION * partitions,
          output: [sortKeyColumn],
          child: plan.child,
        };
        return { kind: "range", order: partitioning.order, sample: this.stage(sample, { kind: "broadcast" }) };
      }
      case "roundRobin":
        return { kind: "roundRobin" };
      default:
        return { kind: "single" };
    }
  }

  #partitionsOf(leaf: PhysicalPlan): number {
    switch (leaf.kind) {
      case "scan":
        return this.#job.splits[leaf.leaf]!.length;
      case "range":
        return leaf.partitions;
      case "shuffleRead": {
        const { output } = this.stages[leaf.stage]!;
        return output.kind === "shuffle" ? output.partitions : 1;
      }
      default:
        return 1;
    }
  }
}

function inputsOf(fragment: PhysicalPlan): StageInput[] {
  const found = new Map<number, StageInput>();
  for (const leaf of leavesOf(fragment)) {
    if (leaf.kind === "shuffleRead") found.set(leaf.stage, { stage: leaf.stage, mode: "shuffle" });
    if (leaf.kind === "broadcastRead") found.set(leaf.stage, { stage: leaf.stage, mode: "broadcast" });
  }
  return [...found.values()];
}
