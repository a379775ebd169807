import type { Stage, StageGraph, StageOutput } from "../stages/stage.ts";

/** What the scheduler knows of a job. JSON, kept in the journal; splits and fragments stay in the stages' programs. */
export interface JobSpec {
  readonly job: string;
  /** Prefix of the job's own objects, without a slash at the end; the journal is below `prefix/journal/`. */
  readonly prefix: string;
  /** In an order in which each stage comes after those it reads. */
  readonly stages: readonly StageSpec[];
  /** Where files that wait for a commit belong; needed by stages with output `files`. */
  readonly commit?: CommitSpec;
}

export interface StageSpec extends Pick<Stage, "partitions" | "inputs" | "label" | "memoryEstimate" | "indeterminate"> {
  readonly output: OutputSpec;
}
/** Which rows go where in a shuffle is the tasks' business. */
export type OutputSpec =
  | { readonly kind: "shuffle"; readonly partitions: number }
  | { readonly kind: Exclude<StageOutput["kind"], "shuffle"> };

export interface CommitSpec {
  /** The output folder, without a slash at the end. */
  readonly folder: string;
  /** Delete what was in the folder before. */
  readonly overwrite: boolean;
  /** Of that, only what shares a folder with a new file: dynamic partition overwrite. */
  readonly dynamic?: boolean;
  /** Write `_SUCCESS` at the end. */
  readonly marker: boolean;
}

/** The scheduler's part of a stage graph. */
export function jobSpec(job: string, prefix: string, graph: StageGraph, commit?: CommitSpec): JobSpec {
  const stages = graph.stages.map(({ partitions, inputs, output, label, memoryEstimate, indeterminate }) => ({
    partitions,
    inputs,
    output: output.kind === "shuffle" ? { kind: output.kind, partitions: output.partitions } : { kind: output.kind },
    label,
    ...(memoryEstimate === undefined ? {} : { memoryEstimate }),
    ...(indeterminate ? { indeterminate } : {}),
  }));
  return { job, prefix, stages, ...(commit ? { commit } : {}) };
}

export const taskCount = ({ stages }: JobSpec): number => stages.reduce((sum, stage) => sum + stage.partitions, 0);
