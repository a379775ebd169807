import { MAX_READ_BYTES } from "../../../engine/byte-ranges.ts";
import type { JobSpec, StageSpec } from "../../../engine/scheduler/job-spec.ts";
import { defaultOptions } from "../../../engine/scheduler/options.ts";
import type { Combining } from "../../../engine/stages/combining.ts";
import type { StageWork } from "./cloud-task.ts";
import type { CloudJob } from "./run-in-cloud.ts";

/** A scan that shuffles its rows to readers: the shape of most large jobs. */
export interface ShuffleShape {
  readonly writers: number;
  readonly readers: number;
  /** Absent: readers read from the writers. */
  readonly combining?: Combining | undefined;
  /** Bytes that each writer reads, and writes. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Functions at once, of so much memory in bytes. */
  readonly workers: number;
  readonly memory: number;
}

const BYTES_PER_ROW = 50;
/** CPU time of a task besides its rows, ms, and of a row, ns: as TPC-H's stages, rounded (tpch-measured.ts). */
const FIXED_CPU_MS = 18;
const CPU_NS_PER_ROW = 150;
const PREFIX = "s3://firecrest-bucket/jobs/01k3w9v6a8m2q4r5t7x9z0b1c3/work";

export function shuffleJob(shape: ShuffleShape): CloudJob {
  const { writers, readers, combining, workers, memory } = shape;
  const stages: StageSpec[] = [stage("scan", writers, [], { kind: "shuffle", partitions: combining?.ranges ?? readers })];
  if (combining) {
    const { ranges, groups, width } = combining;
    stages.push(stage("combine", ranges * groups, [{ stage: 0, mode: "gather", combining }], { kind: "shuffle", partitions: width }));
  }
  stages.push(
    stage("read", readers, [combining ? { stage: 1, mode: "combined", combining } : { stage: 0, mode: "shuffle" }], { kind: "result" }),
  );
  const spec: JobSpec = { job: "01k3w9v6a8m2q4r5t7x9z0b1c3", prefix: PREFIX, stages };
  return {
    spec,
    options: {
      ...defaultOptions,
      memoryTiers: [memory],
      // Without a combining stage a task may read more than the engine lets it.
      maxBlocksPerTask: Math.max(defaultOptions.maxBlocksPerTask, combining ? 0 : writers),
      window: { ...defaultOptions.window, initial: workers, max: workers },
    },
    message: (id, partition, attempt, bytes, blocks) => ({
      job: spec.job,
      id: `${id}.${partition}.${attempt}`,
      stage: id,
      partition,
      attempt,
      memory: bytes,
      blocks,
      prefix: PREFIX,
      program: `${PREFIX}/programs/${id}.json`,
      splits: id === 0 ? { 0: [{ file: partition, bytes: shape.bytesRead, rows: Math.round(shape.bytesWritten / BYTES_PER_ROW) }] } : {},
    }),
    work: stages.map((spec, id) => workOf(spec, id === 0 ? shape.bytesRead : 0)),
    memory,
    limit: workers,
    warm: false,
  };
}

const stage = (label: string, partitions: number, inputs: StageSpec["inputs"], output: StageSpec["output"]): StageSpec => ({
  label,
  partitions,
  inputs,
  output,
});

function workOf({ output }: StageSpec, bytesRead: number): StageWork {
  const ranges = Array.from({ length: Math.ceil(bytesRead / MAX_READ_BYTES) }, (_, i) =>
    Math.min(MAX_READ_BYTES, bytesRead - i * MAX_READ_BYTES),
  );
  return {
    output: output.kind,
    partitions: output.kind === "shuffle" ? output.partitions : 1,
    fixedCpuMs: FIXED_CPU_MS,
    cpuNsPerRow: CPU_NS_PER_ROW,
    rowsOut: (rows) => (output.kind === "result" ? 1 : rows),
    bytesPerRow: BYTES_PER_ROW,
    scanRequests: () => (bytesRead > 0 ? [{ prefix: "table", footer: [64 * 1024], ranges }] : []),
  };
}
