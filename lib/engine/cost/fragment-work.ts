import { rowWidth } from "../logical/row-width.ts";
import { statisticsOf } from "../logical/statistics.ts";
import { outputOf } from "../planner/output.ts";
import type { PhysicalPlan } from "../planner/plan.ts";
import { childrenOf, leavesOf } from "../planner/traverse.ts";
import { kernelSpeeds } from "./kernel-speeds.ts";
import type { LogicalMeaning } from "./logical-meaning.ts";

/** Rows and their bytes, uncompressed. */
export interface Volume {
  readonly rows: number;
  readonly bytes: number;
}

/** Says what a stage's fragment makes of its input, and what that takes. Rows are estimates of statistics.ts. */
export class FragmentWork {
  readonly #meaning: LogicalMeaning;
  readonly #tasks: number;

  constructor(meaning: LogicalMeaning, tasks: number) {
    this.#meaning = meaning;
    this.#tasks = tasks;
  }

  /** What all tasks together put out: each gives groups and first rows of its own. */
  output(fragment: PhysicalPlan): Volume {
    const rows = this.#rowsOut(fragment);
    return { rows, bytes: rows * rowWidth(outputOf(fragment.kind === "write" ? fragment.child : fragment)) };
  }

  /** CPU seconds of all tasks between reading and writing. */
  cpuSeconds(plan: PhysicalPlan): number {
    const below = childrenOf(plan).reduce((sum, child) => sum + this.cpuSeconds(child), 0);
    return below + seconds[plan.kind](childrenOf(plan).map((child) => this.#rowsInto(child)));
  }

  /** Rows of all tasks together: what is broadcast comes to each. */
  #rowsInto(plan: PhysicalPlan): number {
    const everywhere = leavesOf(plan).every((leaf) => leaf.kind === "broadcastRead");
    return this.#rowsOut(plan) * (everywhere ? this.#tasks : 1);
  }

  #rowsOut(plan: PhysicalPlan): number {
    switch (plan.kind) {
      case "aggregate":
        return plan.mode === "partial" ? this.#atMost(plan.child, this.#rows(plan)) : this.#rows(plan);
      case "topK":
      case "limit":
      case "tail":
      case "sortKeySample":
        return this.#atMost(plan.child, plan.count ?? Number.POSITIVE_INFINITY);
      case "project":
      case "sort":
      case "write":
        return this.#rowsOut(plan.child);
      default:
        return this.#rows(plan);
    }
  }

  #atMost(child: PhysicalPlan, perTask: number): number {
    return Math.min(this.#rowsOut(child), perTask * this.#tasks);
  }

  #rows(plan: PhysicalPlan): number {
    return statisticsOf(this.#meaning.of(plan)).rowCount;
  }
}

type Cost = (rows: readonly number[]) => number;
const sum = (rows: readonly number[]): number => rows.reduce((a, b) => a + b, 0);
const at =
  (speed: number): Cost =>
  (rows) =>
    sum(rows) / speed;
const none: Cost = () => 0;

/** CPU seconds by the rows of the children; scans and reads are paid by the byte. */
const seconds: { readonly [K in PhysicalPlan["kind"]]: Cost } = {
  scan: none,
  localRows: none,
  range: none,
  shuffleRead: none,
  broadcastRead: none,
  project: at(kernelSpeeds.pass),
  filter: at(kernelSpeeds.pass),
  aggregate: at(kernelSpeeds.aggregate),
  expand: at(kernelSpeeds.pass),
  join: at(kernelSpeeds.join),
  sort: at(kernelSpeeds.sort),
  topK: at(kernelSpeeds.aggregate),
  limit: none,
  tail: at(kernelSpeeds.pass),
  union: none,
  setOperation: at(kernelSpeeds.aggregate),
  window: at(kernelSpeeds.sort),
  sample: at(kernelSpeeds.pass),
  generate: at(kernelSpeeds.pass),
  mapPartitions: at(kernelSpeeds.userFunction),
  python: at(kernelSpeeds.userFunction),
  unionLoop: at(kernelSpeeds.join),
  loopRead: none,
  sortKeySample: at(kernelSpeeds.sort),
  exchange: none,
  write: none,
};
