import { outputOf } from "../planner/output.ts";
import { leavesOf } from "../planner/traverse.ts";
import { blocksRead } from "../scheduler/blocks.ts";
import type { Stage, StageGraph } from "../stages/stage.ts";
import { FragmentWork, type Volume } from "./fragment-work.ts";
import { kernelSpeeds } from "./kernel-speeds.ts";
import { LogicalMeaning } from "./logical-meaning.ts";
import { blockReads, objectWrites, scanReads, uploadWrites } from "./scan-work.ts";

/** What the tasks of a stage are to do, all together. */
export interface StageWork {
  readonly label: string;
  readonly tasks: number;
  /** Stages that must be complete before. */
  readonly inputs: readonly number[];
  /** Peak memory of a task, in bytes, where the planner said. */
  readonly memoryEstimate?: number;
  /** Of source files, and of shuffles and broadcasts. */
  readonly bytesRead: number;
  readonly bytesShuffleRead: number;
  readonly rowsOut: number;
  readonly bytesWritten: number;
  readonly cpuSeconds: number;
  /** GETs, and PUTs and POSTs. */
  readonly storeReads: number;
  readonly storeWrites: number;
  /** Blocks that the task messages name. */
  readonly blocks: number;
  /** Output files that the commit completes. */
  readonly files: number;
}

/** A Parquet file's own bytes, and each column's: what blocks of few rows consist of. */
const BLOCK_BYTES = 300;
const COLUMN_BYTES = 120;
/** A result of up to this travels in its task's report (result/write.ts). */
const INLINE_BYTES = 256 * 1024;

interface Written extends Volume {
  readonly writers: number;
  /** Blocks with rows, of those that a task writes. */
  readonly blocksPerTask: number;
  readonly partitions: number;
}

/** The work of each stage of a graph, from the files' statistics up (logical/statistics.ts). Pure. */
export function stageWorks({ stages }: StageGraph): readonly StageWork[] {
  const meaning = new LogicalMeaning(stages.map((stage) => stage.fragment));
  const written: Written[] = [];
  return stages.map((stage) => {
    const fragment = new FragmentWork(meaning, stage.partitions);
    const scans = scansOf(stage);
    const shuffles = stage.inputs.map((input) => shuffledInto(stage, input, written[input.stage]!));
    const out = writtenBy(stage, fragment.output(stage.fragment));
    written.push(out);
    const bytesRead = sum(scans, ({ bytes }) => bytes);
    const bytesShuffleRead = sum(shuffles, ({ bytes }) => bytes);
    const encoding = out.bytes / (stage.output.kind === "shuffle" ? kernelSpeeds.shuffleBytes : kernelSpeeds.writeBytes);
    return {
      label: stage.label,
      tasks: stage.partitions,
      inputs: stage.inputs.map((input) => input.stage),
      ...(stage.memoryEstimate === undefined ? {} : { memoryEstimate: stage.memoryEstimate }),
      bytesRead,
      bytesShuffleRead,
      rowsOut: out.rows,
      bytesWritten: stage.output.kind === "result" ? 0 : out.bytes,
      cpuSeconds: (bytesRead + bytesShuffleRead) / kernelSpeeds.scanBytes + fragment.cpuSeconds(stage.fragment) + encoding,
      // Each task reads its stage's program.
      storeReads: stage.partitions + sum(scans, ({ requests }) => requests) + sum(shuffles, ({ requests }) => requests),
      storeWrites: writesOf(stage, out),
      blocks: sum(shuffles, ({ blocks }) => blocks),
      files: stage.output.kind === "files" ? stage.partitions : 0,
    };
  });
}

const scansOf = ({ fragment, splits }: Stage) =>
  leavesOf(fragment).flatMap((leaf) => (leaf.kind === "scan" ? (splits[leaf.leaf] ?? []).map((task) => scanReads(leaf.scan, task)) : []));

function shuffledInto({ partitions }: Stage, input: Stage["inputs"][number], from: Written) {
  const named = sum(
    Array.from({ length: partitions }, (_, partition) => blocksRead(input, partition, from.writers)),
    ({ from: a, to }) => to - a,
  );
  const blocks = named * (from.blocksPerTask / from.partitions);
  const bytes = from.bytes * (input.mode === "broadcast" ? partitions : 1);
  return { blocks: named, bytes, requests: blockReads(blocks, bytes) };
}

function writtenBy({ partitions: writers, output, fragment }: Stage, { rows, bytes }: Volume): Written {
  const partitions = output.kind === "shuffle" ? output.partitions : 1;
  const blocksPerTask = Math.min(partitions, rows / writers);
  const framing = output.kind === "shuffle" || output.kind === "broadcast" ? BLOCK_BYTES + COLUMN_BYTES * outputOf(fragment).length : 0;
  return { rows, bytes: bytes + writers * blocksPerTask * framing, writers, partitions, blocksPerTask };
}

function writesOf({ partitions, output }: Stage, { rows, bytes }: Written): number {
  const perTask = bytes / partitions;
  switch (output.kind) {
    case "result":
      return perTask <= INLINE_BYTES ? 0 : partitions * uploadWrites(perTask);
    case "files":
      // The commit completes them.
      return partitions * (uploadWrites(perTask) - 1);
    case "shuffle":
    case "broadcast":
      return Math.min(partitions, rows) * objectWrites(perTask);
  }
}

const sum = <T>(items: readonly T[], amount: (item: T) => number): number => items.reduce((total, item) => total + amount(item), 0);
