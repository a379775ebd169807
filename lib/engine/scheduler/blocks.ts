import type { BlockRef } from "../task/message.ts";
import { attemptId, type JobState, type TaskState } from "./state.ts";

/** What a task reads of each input stage. Blocks without rows are left out. Needs every input to be complete. */
export function blocksOf(state: JobState, task: TaskState): Record<number, BlockRef[]> {
  const blocks: Record<number, BlockRef[]> = {};
  for (const input of state.spec.stages[task.stage]!.inputs) {
    const { first, partitions } = state.stages[input.stage]!;
    const refs: BlockRef[] = [];
    for (let index = first; index < first + partitions; index++) {
      const block = blockOf(state.tasks[index]!, task.partition);
      if (block) refs.push(block);
    }
    blocks[input.stage] = refs;
  }
  return blocks;
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
