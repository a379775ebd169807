import { ExecutionError } from "../errors.ts";
import type { StageInput } from "../stages/stage.ts";
import { blocksRead } from "./blocks.ts";
import { type JobSpec, type StageSpec, taskCount } from "./job-spec.ts";
import type { SchedulerOptions } from "./options.ts";

/** Refuses a job that cannot run, before anything of it is launched. Throws JOB_TOO_LARGE or INTERNAL_ERROR. */
export function checkSubmission(spec: JobSpec, options: SchedulerOptions): void {
  if (taskCount(spec) > options.maxTasks) throw tooLarge("the number of its tasks", options.maxTasks, "Use fewer, larger partitions.");
  if (blockCount(spec) > options.maxBlocks)
    throw tooLarge("the number of blocks that its shuffles have", options.maxBlocks, "Use fewer, larger partitions.");
  for (const [id, stage] of spec.stages.entries()) {
    for (const input of stage.inputs) {
      const writer = input.stage < id ? spec.stages[input.stage] : undefined;
      if (!writer || !fits(input, stage, writer))
        throw invalid(`stage ${id} of ${stage.partitions} partitions cannot read stage ${input.stage} (${input.mode})`);
    }
    if (blocksPerTask(spec, stage) > options.maxBlocksPerTask)
      throw tooLarge(
        `the number of blocks that a task of "${stage.label}" reads`,
        options.maxBlocksPerTask,
        "Use fewer, larger partitions.",
      );
    if (stage.output.kind === "files" && !spec.commit) throw invalid(`stage ${id} writes files, but nothing says where to`);
  }
}

const blockCount = ({ stages }: JobSpec): number =>
  stages.reduce((sum, { output, partitions }) => sum + (output.kind === "shuffle" ? output.partitions * partitions : 0), 0);

/** Whether a stage's tasks find what they read: as many tasks, and blocks of each, as their way of reading takes. */
function fits(input: StageInput, { partitions }: StageSpec, { output, partitions: writers }: StageSpec): boolean {
  if (input.mode === "broadcast") return output.kind === "broadcast";
  if (output.kind !== "shuffle") return false;
  if (input.mode === "shuffle") return partitions === output.partitions;
  const { combining } = input;
  const combiners = combining.ranges * combining.groups;
  return input.mode === "gather"
    ? partitions === combiners && output.partitions === combining.ranges
    : writers === combiners && partitions === combining.partitions && output.partitions === combining.width;
}

/** The last task reads as many as any other, or more. */
const blocksPerTask = (spec: JobSpec, stage: StageSpec): number =>
  stage.inputs.reduce((sum, input) => {
    const { from, to } = blocksRead(input, stage.partitions - 1, spec.stages[input.stage]!.partitions);
    return sum + to - from;
  }, 0);

const tooLarge = (what: string, limit: number, advice: string) =>
  new ExecutionError("JOB_TOO_LARGE", { what, limit: String(limit), advice });
const invalid = (message: string) => new ExecutionError("INTERNAL_ERROR", { message: `Not a valid stage graph: ${message}.` });
