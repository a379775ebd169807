import type { StageSpec } from "../../engine/scheduler/job-spec.ts";
import { type Combining, combiningOf } from "../../engine/stages/combining.ts";
import type { StageInput } from "../../engine/stages/stage.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** Puts combining stages into some of a random job's shuffles, as the planner does where blocks are many. */
export function withCombining(random: SeededRandom, stages: readonly StageSpec[]): StageSpec[] {
  const made: StageSpec[] = [];
  /** What stands for each given stage now, and how it is read. */
  const readers: { readonly id: number; readonly combining?: Combining }[] = [];
  for (const stage of stages) {
    const inputs = stage.inputs.map(({ mode, stage: given }): StageInput => {
      const { id, combining } = readers[given]!;
      return combining ? { stage: id, mode: "combined", combining } : { stage: id, mode: mode === "broadcast" ? mode : "shuffle" };
    });
    const { output, partitions: writers } = stage;
    const combines = output.kind === "shuffle" && output.partitions > 0 && writers > 0 && random.chance(0.3);
    const combining = combines ? combiningOf(writers, output.partitions, 0) : undefined;
    if (!combining) {
      made.push({ ...stage, inputs });
      readers.push({ id: made.length - 1 });
      continue;
    }
    const { ranges, width, groups } = combining;
    made.push({ ...stage, inputs, output: { kind: "shuffle", partitions: ranges } });
    made.push({
      partitions: ranges * groups,
      inputs: [{ stage: made.length - 1, mode: "gather", combining }],
      output: { kind: "shuffle", partitions: width },
      label: `${stage.label} combined`,
      ...(random.chance(0.15) ? { indeterminate: true } : {}),
    });
    readers.push({ id: made.length - 1, combining });
  }
  return made;
}
