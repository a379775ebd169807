import { deserializeError, ExecutionError, type FirecrestError } from "../errors.ts";
import type { TaskMetrics, TaskOutput } from "../task/message.ts";
import { type JobState, type PhaseKind, type StageStatus, stageStatus } from "./state.ts";

/** Where a job stands. */
export interface Progress {
  readonly phase: PhaseKind;
  readonly stages: readonly StageProgress[];
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
}

/** How a job ended. `metrics` are the totals of each stage. */
export type JobOutcome =
  | {
      readonly kind: "succeeded";
      /** What the tasks of the last stage wrote, in the order of their partitions. */
      readonly outputs: readonly TaskOutput[];
      readonly metrics: readonly TaskMetrics[];
    }
  | { readonly kind: "failed"; readonly error: FirecrestError; readonly metrics: readonly TaskMetrics[] }
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
  })),
});

/** The outcome of a job that is over; undefined of one that is not. A cancelled job has failed with OPERATION_CANCELED. */
export function outcomeOf({ phase, stages, tasks }: JobState): JobOutcome | undefined {
  if (phase.kind !== "finished") return undefined;
  const metrics = stages.map((stage) => stage.metrics);
  const { verdict } = phase;
  if (verdict.kind === "cancelled") return { kind: "failed", error: new ExecutionError("OPERATION_CANCELED"), metrics };
  if (verdict.kind === "failed") return { kind: "failed", error: deserializeError(verdict.error), metrics };
  const last = stages.at(-1);
  const outputs = last ? tasks.slice(last.first, last.first + last.partitions).map((task) => task.output!) : [];
  return { kind: "succeeded", outputs, metrics };
}
