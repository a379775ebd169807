import type { Actual, Expected } from "../../lib/engine/cost/cost-text.ts";
import { compareEstimate } from "../../lib/engine/cost/cost-text.ts";
import { addUsage } from "../../lib/engine/cost/usage.ts";
import type { FinishedJob } from "./progress.ts";

interface Comparison {
  readonly expected: Expected;
  readonly actual: Actual;
}

/** What jobs were expected to take beside what they took, all together; nothing where none of them was estimated. */
export function comparisonLines(jobs: readonly FinishedJob[]): readonly string[] {
  const [first, ...others] = jobs.flatMap(comparisonOf);
  if (!first) return [];
  const { expected, actual } = others.reduce(added, first);
  return compareEstimate(expected, actual);
}

function comparisonOf({ estimate, cost, wallMs, stages }: FinishedJob): readonly Comparison[] {
  if (!estimate || !cost) return [];
  const sum = (amount: (stage: FinishedJob["stages"][number]) => number) => stages.reduce((total, stage) => total + amount(stage), 0);
  const actual = {
    seconds: wallMs / 1000,
    tasks: sum((stage) => stage.done),
    bytesRead: sum((stage) => stage.bytesRead),
    bytesShuffleRead: sum((stage) => stage.bytesShuffled),
    cost,
  };
  return [{ expected: estimate, actual }];
}

const added = ({ expected: e, actual: a }: Comparison, { expected, actual }: Comparison): Comparison => ({
  expected: {
    dollars: e.dollars + expected.dollars,
    seconds: e.seconds + expected.seconds,
    tasks: e.tasks + expected.tasks,
    usage: addUsage(e.usage, expected.usage),
    stages: [...e.stages, ...expected.stages],
  },
  actual: {
    seconds: a.seconds + actual.seconds,
    tasks: a.tasks + actual.tasks,
    bytesRead: a.bytesRead + actual.bytesRead,
    bytesShuffleRead: a.bytesShuffleRead + actual.bytesShuffleRead,
    cost: { usage: addUsage(a.cost.usage, actual.cost.usage), dollars: a.cost.dollars + actual.cost.dollars },
  },
});
