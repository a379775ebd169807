import { ExecutionError } from "../errors.ts";
import { type JobSpec, type StageSpec, taskCount } from "./job-spec.ts";
import type { SchedulerOptions } from "./options.ts";

/** Refuses a job that cannot run, before anything of it is launched. Throws JOB_TOO_LARGE or INTERNAL_ERROR. */
export function checkSubmission(spec: JobSpec, options: SchedulerOptions): void {
  if (taskCount(spec) > options.maxTasks) throw tooLarge("the number of its tasks", options.maxTasks, "Use fewer, larger partitions.");
  for (const [id, stage] of spec.stages.entries()) {
    for (const input of stage.inputs) {
      const writer = input.stage < id ? spec.stages[input.stage] : undefined;
      if (writer?.output.kind !== input.mode) throw invalid(`stage ${id} cannot read stage ${input.stage} (${input.mode})`);
      if (writer.output.kind === "shuffle" && writer.output.partitions !== stage.partitions)
        throw invalid(`stage ${id} has ${stage.partitions} partitions, stage ${input.stage} writes ${writer.output.partitions}`);
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

const blocksPerTask = (spec: JobSpec, stage: StageSpec): number =>
  stage.inputs.reduce((sum, input) => sum + spec.stages[input.stage]!.partitions, 0);

const tooLarge = (what: string, limit: number, advice: string) =>
  new ExecutionError("JOB_TOO_LARGE", { what, limit: String(limit), advice });
const invalid = (message: string) => new ExecutionError("INTERNAL_ERROR", { message: `Not a valid stage graph: ${message}.` });
