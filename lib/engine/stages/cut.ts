import type { Attribute } from "../expressions/expression.ts";
import { outputOf } from "../planner/output.ts";
import { partitionsOf } from "../planner/partitioning.ts";
import type { Exchange, PhysicalPlan } from "../planner/plan.ts";
import type { PhysicalJob } from "../planner/plan-physical.ts";
import { leavesOf, mapChildren } from "../planner/traverse.ts";
import { sortKeyColumn } from "../shuffle/key.ts";
import { combiningOf, DEFAULT_COMBINE_ABOVE } from "./combining.ts";
import { isIndeterminate } from "./indeterminate.ts";
import { labelOf } from "./label.ts";
import { exchangeKey, exchangesOf, ListNumbers } from "./reuse.ts";
import type { ShuffleKey, Stage, StageGraph, StageInput, StageOutput } from "./stage.ts";

/** Rows sampled for each range partition of each task: Spark's `spark.sql.execution.rangeExchange.sampleSizePerPartition`. */
const SAMPLE_ROWS_PER_PARTITION = 100;

/**
 * Cuts a physical plan at its exchanges: each becomes a stage that writes and a read in the stage above, and a combining stage
 * between them where a shuffle has more than `combineAbove` blocks. Pure.
 */
export function cut(job: PhysicalJob, combineAbove = DEFAULT_COMBINE_ABOVE): StageGraph {
  const cutter = new Cutter(job, combineAbove);
  cutter.stage(job.plan, job.plan.kind === "write" ? { kind: "files" } : { kind: "result" });
  return { stages: cutter.stages };
}

class Cutter {
  readonly stages: Stage[] = [];
  readonly #job: PhysicalJob;
  readonly #combineAbove: number;
  /** An exchange used twice in a plan is one stage, and so are two that are equal but for the ids of their columns. */
  readonly #done = new Map<Exchange, PhysicalPlan>();
  readonly #equal = new Map<string, Read>();
  readonly #numbers = new ListNumbers();
  readonly #reuses: boolean;

  constructor(job: PhysicalJob, combineAbove: number) {
    this.#job = job;
    this.#combineAbove = combineAbove;
    this.#reuses = exchangesOf(job.plan) > 1;
  }

  /** Adds the stage of a plan (and those below it first); gives its id. */
  stage(plan: PhysicalPlan, output: StageOutput): number {
    return this.#add(this.#replaceExchanges(plan), output);
  }

  #add(fragment: PhysicalPlan, output: StageOutput): number {
    const id = this.stages.length;
    const inputs = this.#inputsOf(fragment);
    if (output.kind === "shuffle" && output.by.kind === "range") inputs.push({ stage: output.by.sample, mode: "broadcast" });
    const leaves = leavesOf(fragment);
    const splits = Object.fromEntries(leaves.flatMap((leaf) => (leaf.kind === "scan" ? [[leaf.leaf, this.#job.splits[leaf.leaf]!]] : [])));
    const partitions = this.#tasksOf(fragment);
    const indeterminate = isIndeterminate(fragment, output);
    this.stages.push({
      id,
      fragment,
      partitions,
      splits,
      inputs,
      output,
      label: labelOf(fragment, output),
      ...(indeterminate ? { indeterminate } : {}),
    });
    return id;
  }

  #replaceExchanges(plan: PhysicalPlan): PhysicalPlan {
    if (plan.kind !== "exchange") return mapChildren(plan, (child) => this.#replaceExchanges(child));
    const known = this.#done.get(plan);
    if (known) return known;
    const key = this.#reuses ? exchangeKey(plan, this.#job.splits, this.#numbers) : undefined;
    const equal = key === undefined ? undefined : this.#equal.get(key);
    const read = equal ? renamed(equal, outputOf(plan.child)) : this.#read(plan);
    if (key !== undefined && !equal) this.#equal.set(key, read as Read);
    this.#done.set(plan, read);
    return read;
  }

  #read(plan: Exchange): Read {
    const output = outputOf(plan.child);
    return plan.partitioning.kind === "broadcast"
      ? { kind: "broadcastRead", stage: this.stage(plan.child, { kind: "broadcast" }), output }
      : { kind: "shuffleRead", stage: this.#shuffle(plan), output };
  }

  #shuffle(plan: Exchange): number {
    const partitions = partitionsOf(plan.partitioning);
    const fragment = this.#replaceExchanges(plan.child);
    const by = this.#keyOf(plan, partitions);
    const combining = combiningOf(this.#tasksOf(fragment), partitions, this.#combineAbove);
    if (!combining) return this.#add(fragment, { kind: "shuffle", partitions, by });
    const { ranges, width } = combining;
    const writers = this.#add(fragment, { kind: "shuffle", partitions: ranges, by, combining: { ...combining, pass: 1 } });
    const rows: PhysicalPlan = { kind: "shuffleRead", stage: writers, output: outputOf(plan.child) };
    return this.#add(rows, { kind: "shuffle", partitions: width, by, combining: { ...combining, pass: 2 } });
  }

  #tasksOf(fragment: PhysicalPlan): number {
    return Math.max(1, ...leavesOf(fragment).map((leaf) => this.#partitionsOf(leaf)));
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
        return output.kind === "shuffle" ? readersOf(output) : 1;
      }
      default:
        return 1;
    }
  }

  #inputsOf(fragment: PhysicalPlan): StageInput[] {
    const found = new Map<number, StageInput>();
    for (const leaf of leavesOf(fragment)) {
      if (leaf.kind === "shuffleRead") found.set(leaf.stage, shuffleInput(leaf.stage, this.stages[leaf.stage]!.output));
      if (leaf.kind === "broadcastRead") found.set(leaf.stage, { stage: leaf.stage, mode: "broadcast" });
    }
    return [...found.values()];
  }
}

type Read = Extract<PhysicalPlan, { readonly kind: "shuffleRead" | "broadcastRead" }>;

/** The rows of a read under the ids of an equal exchange's columns. */
const renamed = (read: Read, output: readonly Attribute[]): PhysicalPlan => ({
  kind: "project",
  expressions: read.output.map((child, i) => ({ kind: "alias", child, id: output[i]!.id, name: output[i]!.name })),
  child: { ...read },
});

type ShuffleOutput = Extract<StageOutput, { readonly kind: "shuffle" }>;

/** The tasks of a stage that reads a shuffle. */
function readersOf({ partitions, combining }: ShuffleOutput): number {
  if (!combining) return partitions;
  return combining.pass === 1 ? combining.ranges * combining.groups : combining.partitions;
}

function shuffleInput(stage: number, output: StageOutput): StageInput {
  if (output.kind !== "shuffle" || !output.combining) return { stage, mode: "shuffle" };
  const { pass, ...combining } = output.combining;
  return { stage, mode: pass === 1 ? "gather" : "combined", combining };
}
