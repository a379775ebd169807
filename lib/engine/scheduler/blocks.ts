import { type BlocksRead, combined, gathered } from "../stages/combining.ts";
import type { StageInput } from "../stages/stage.ts";
import type { BlockRef } from "../task/message.ts";
import { attemptId, type JobState, type TaskState } from "./state.ts";

/** What a task reads of each input stage. Blocks without rows are left out. Needs every input to be complete. */
export function blocksOf(state: JobState, task: TaskState): Record<number, BlockRef[]> {
  const blocks: Record<number, BlockRef[]> = {};
  for (const input of state.spec.stages[task.stage]!.inputs) {
    const { first, partitions } = state.stages[input.stage]!;
    const { from, to, block } = blocksRead(input, task.partition, partitions);
    const refs: BlockRef[] = [];
    for (let index = first + from; index < first + to; index++) {
      const ref = blockOf(state.tasks[index]!, block);
      if (ref) refs.push(ref);
    }
    blocks[input.stage] = refs;
  }
  return blocks;
}

/** Which tasks of an input's stage the task of a partition reads, and which block of each; a broadcast has one block. */
export function blocksRead(input: StageInput, partition: number, writers: number): BlocksRead {
  switch (input.mode) {
    case "gather":
      return gathered(input.combining, partition, writers);
    case "combined":
      return combined(input.combining, partition);
    case "shuffle":
    case "broadcast":
      return { from: 0, to: writers, block: partition };
  }
}

function blockOf(producer: TaskState, partition: number): BlockRef | undefined {
  const { output, winner } = producer;
  if (!output || winner === undefined) throw new TypeError(`task ${producer.stage}.${producer.partition} has no output to read`);
  const name = attemptId(producer, winner);
  if (output.kind === "broadcast")
    return output.rows === 0
      ? undefined
      : { key: output.key, start: 0, end: output.bytes, rows: output.rows, checksum: output.checksum, producer: name };
  if (output.kind !== "shuffle") throw new TypeError(`task ${name} wrote ${output.kind}, which no task can read`);
  const rows = output.rows[partition]!;
  if (rows === 0) return undefined;
  const [start, end] = [output.offsets[partition]!, output.offsets[partition + 1]!];
  return { key: output.key, start, end, rows, checksum: output.checksums[partition]!, producer: name };
}
