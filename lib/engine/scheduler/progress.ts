import type { JobUsage } from "../cost/cost.ts";
import type { Usage } from "../cost/usage.ts";
import { deserializeError, ExecutionError, type FirecrestError } from "../errors.ts";
import type { TaskMetrics, TaskOutput } from "../task/message.ts";
import { type JobState, type PhaseKind, type StageStatus, stageStatus } from "./state.ts";

/** Where a job stands. */
export interface Progress {
  readonly phase: PhaseKind;
  readonly stages: readonly StageProgress[];
  /** Of all coordinators; what each used last may be missing. */
  readonly coordinatorUsage: Usage;
}
export interface StageProgress {
  readonly label: string;
  readonly status: StageStatus;
  readonly tasks: number;
  readonly running: number;
  readonly done: number;
  /** Attempts that failed. */
  readonly failed: number;
  readonly metrics: TaskMetrics;
  /** Of all attempts that have ended. */
  readonly usage: Usage;
}

/** How a job ended. `metrics` are the totals of each stage's accepted attempts, `usage` is of everything. */
export type JobOutcome =
  | {
      readonly kind: "succeeded";
      /** What the tasks of the last stage wrote, in the order of their partitions. */
      readonly outputs: readonly TaskOutput[];
      readonly metrics: readonly TaskMetrics[];
      readonly usage: JobUsage;
    }
  | { readonly kind: "failed"; readonly error: FirecrestError; readonly metrics: readonly TaskMetrics[]; readonly usage: JobUsage }
  /** The job goes on: the next coordinator is to take it from here. */
  | { readonly kind: "handedOver" };

/** Costs as much as there are stages, however many tasks. */
export const progressOf = (state: JobState): Progress => ({
  phase: state.phase.kind,
  stages: state.stages.map((stage) => ({
    label: state.spec.stages[stage.id]!.label,
    status: stageStatus(stage),
    tasks: stage.partitions,
    running: stage.inFlight,
    done: stage.done,
    failed: stage.failures,
    metrics: stage.metrics,
    usage: stage.usage,
  })),
  coordinatorUsage: state.coordinatorUsage,
});

/** The outcome of a job that is over; undefined of one that is not. A cancelled job has failed with OPERATION_CANCELED. */
export function outcomeOf({ spec, phase, stages, tasks, coordinatorUsage }: JobState): JobOutcome | undefined {
  if (phase.kind !== "finished") return undefined;
  const metrics = stages.map((stage) => stage.metrics);
  const usage = { stages: stages.map((stage) => ({ label: spec.stages[stage.id]!.label, usage: stage.usage })), coordinatorUsage };
  const { verdict } = phase;
  if (verdict.kind === "cancelled") return { kind: "failed", error: new ExecutionError("OPERATION_CANCELED"), metrics, usage };
  if (verdict.kind === "failed") return { kind: "failed", error: deserializeError(verdict.error), metrics, usage };
  const last = stages.at(-1);
  const outputs = last ? tasks.slice(last.first, last.first + last.partitions).map((task) => task.output!) : [];
  return { kind: "succeeded", outputs, metrics, usage };
}
