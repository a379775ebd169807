import type { Expression, SortOrder } from "../expressions/expression.ts";
import { fingerprint } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf as logicalOutputOf } from "../logical/output.ts";
import type { LogicalPlan, Scan } from "../logical/plan.ts";
import { childrenOf, expressionsOf } from "../logical/traverse.ts";
import { callsUser } from "../optimizer/traits.ts";
import type { Split } from "../ports/source.ts";
import type { ShuffleKey } from "../stages/stage.ts";
import { planAggregate } from "./aggregate.ts";
import { planCteRef, planLoop, planWith } from "./cte.ts";
import { flows } from "./flowing.ts";
import { planJoin } from "./join.ts";
import { narrowDecimals } from "./narrow-decimals.ts";
import { outputOf } from "./output.ts";
import { type Distribution, type Partitioning, partitionsOf, restrict, satisfies } from "./partitioning.ts";
import type { Exchange, PhysicalPlan } from "./plan.ts";
import { placePositional } from "./positional.ts";
import { isPythonWindow, planPython, planPythonWindow } from "./python.ts";

/** What planning depends on besides the plan. */
export interface PlannerOptions {
  readonly session: SessionSettings;
  /** `spark.sql.shuffle.partitions`: of every shuffle, or the most where `partitionBytes` is given. */
  readonly shufflePartitions: number;
  /** Estimated bytes of a shuffle's rows that make one partition. */
  readonly partitionBytes?: number;
  /** `spark.sql.autoBroadcastJoinThreshold` in bytes; below 0: never by size. */
  readonly broadcastThreshold: number;
  /** `spark.default.parallelism`: partitions of ranges. */
  readonly parallelism: number;
  /** Rows of a range that make one partition; absent: few rows are spread, too. */
  readonly rangeRows?: number;
  /** The partitions of a scan, each a list of splits; at most `most` of them. */
  readonly splits: (scan: Scan, most?: number) => readonly (readonly Split[])[];
  /** The same of a scan whose rows flow to the user (flowing.ts); absent: as `splits`. */
  readonly flowingSplits?: (scan: Scan) => readonly (readonly Split[])[];
  /** Estimated size of a plan's output in bytes. */
  readonly sizeOf: (plan: LogicalPlan) => number;
}

/** A physical plan and how its rows lie. */
export interface Planned {
  readonly plan: PhysicalPlan;
  readonly partitioning: Partitioning;
}

/** What planning found out about scans, by leaf. */
export interface PhysicalJob {
  readonly plan: PhysicalPlan;
  readonly splits: Readonly<Record<number, readonly (readonly Split[])[]>>;
}

/** Chooses operators and places exchanges only where a distribution is missing. Pure. */
export function planPhysical(logical: LogicalPlan, options: PlannerOptions): PhysicalJob {
  const { flowingSplits } = options;
  const { rangeRows: _, ...spread } = options;
  const chosen = computesForUsers(logical) ? spread : options;
  const planner = new Planner(flowingSplits && flows(logical) ? { ...chosen, splits: flowingSplits } : chosen);
  const { plan } = planner.plan(narrowDecimals(placePositional(logical)));
  return { plan, splits: Object.fromEntries(planner.splits) };
}

/** Whether functions of users run: nobody knows how long they take for a row. */
const computesForUsers = (plan: LogicalPlan): boolean =>
  plan.kind === "python" || plan.kind === "mapPartitions" || expressionsOf(plan).some(callsUser) || childrenOf(plan).some(computesForUsers);

/** Few numbers are not worth a task each. */
function rangePartitions({ start, end, step }: Of<"range">, { parallelism, rangeRows }: PlannerOptions): number {
  return rangeRows === undefined ? parallelism : Math.min(parallelism, Math.ceil(Number((end - start) / step) / rangeRows));
}

type Of<K extends LogicalPlan["kind"]> = Extract<LogicalPlan, { kind: K }>;
type Rules = { readonly [K in LogicalPlan["kind"]]: (planner: Planner, plan: Of<K>) => Planned };

export class Planner {
  readonly options: PlannerOptions;
  readonly splits = new Map<number, readonly (readonly Split[])[]>();
  /** Set while a coalesce(n) is planned: the most partitions a scan below it may have. */
  #mostPartitions: number | undefined;
  /** Set inside a loop: all rows come to its one task. */
  #inOneTask = false;
  /** Definitions that several references share: one exchange each. */
  readonly shared = new Map<number, Planned>();

  constructor(options: PlannerOptions) {
    this.options = options;
  }

  plan(logical: LogicalPlan): Planned {
    return (rules[logical.kind] as (planner: Planner, plan: LogicalPlan) => Planned)(this, logical);
  }

  scan(scan: Scan): Planned {
    const leaf = this.splits.size;
    const splits = this.options.splits(scan, this.#mostPartitions);
    this.splits.set(leaf, splits);
    return this.leaf({ plan: { kind: "scan", leaf, scan }, partitioning: parted(splits.length) });
  }

  /** A leaf, gathered where all else runs in one task. */
  leaf(planned: Planned): Planned {
    return this.#inOneTask ? this.gather(planned) : planned;
  }

  /** Plans what has to run in one task: rows come together at the leaves, so that no exchange stands above them. */
  inOneTask(logical: LogicalPlan): Planned {
    const outer = this.#inOneTask;
    this.#inOneTask = true;
    const planned = this.plan(logical);
    this.#inOneTask = outer;
    return planned;
  }

  get runsInOneTask(): boolean {
    return this.#inOneTask;
  }

  /** Plans a child whose scans should have at most `most` partitions. */
  coalesced(logical: LogicalPlan, most: number): Planned {
    const outer = this.#mostPartitions;
    this.#mostPartitions = Math.min(most, outer ?? most);
    const planned = this.plan(logical);
    this.#mostPartitions = outer;
    return planned;
  }

  /** The child as it is, or behind an exchange of about so many bytes that gives it the distribution. */
  ensure(child: Planned, distribution: Distribution, bytes: number): Planned {
    if (satisfies(child.partitioning, distribution)) return child;
    return exchange(child, this.partitioningFor(distribution, this.partitionsFor(bytes)), "distribution");
  }

  /** The child with all its rows in one partition. */
  gather(child: Planned): Planned {
    return satisfies(child.partitioning, { kind: "all" }) ? child : exchange(child, { kind: "single" }, "distribution");
  }

  /** Partitions of a shuffle of about so many bytes. Few small ones cost requests and tasks that do nothing. */
  partitionsFor(bytes: number): number {
    const { shufflePartitions, partitionBytes } = this.options;
    return partitionBytes === undefined ? shufflePartitions : Math.max(1, Math.min(shufflePartitions, Math.ceil(bytes / partitionBytes)));
  }

  partitioningFor(distribution: Distribution, partitions: number): Partitioning {
    switch (distribution.kind) {
      case "all":
        return { kind: "single" };
      case "clustered":
        return distribution.expressions.length === 0 || partitions === 1
          ? { kind: "single" }
          : { kind: "hash", expressions: distribution.expressions, partitions };
      case "ordered":
        return partitions === 1 ? { kind: "single" } : { kind: "range", order: distribution.order, partitions };
    }
  }
}

const parted = (partitions: number): Partitioning => (partitions <= 1 ? { kind: "single" } : { kind: "unknown", partitions });

export function exchange(child: Planned, partitioning: Partitioning, reason: Exchange["reason"]): Planned {
  return { plan: { kind: "exchange", partitioning, reason, from: partitionsOf(child.partitioning), child: child.plan }, partitioning };
}

/** Keeps what is known of a partitioning by the columns that pass. */
export const passing = (plan: PhysicalPlan, partitioning: Partitioning): Planned => ({
  plan,
  partitioning: restrict(partitioning, new Set(outputOf(plan).map((a) => a.id))),
});

const analyzed = (_planner: Planner, plan: LogicalPlan): never => {
  throw new TypeError(`a ${plan.kind} has to be gone before planning`);
};

const rules: Rules = {
  read: analyzed,
  unresolvedRelation: analyzed,
  view: analyzed,
  inlineTable: analyzed,
  oneRow: analyzed,
  tableFunction: analyzed,
  lateralView: analyzed,
  withColumns: analyzed,
  rename: analyzed,
  drop: analyzed,
  toNames: analyzed,
  pivot: analyzed,
  unpivot: analyzed,
  cached: analyzed,
  with: planWith,
  cteRef: planCteRef,
  unionLoop: planLoop,
  deduplicate: analyzed,
  hint: (planner, p) => planner.plan(p.child),
  subqueryAlias: (planner, p) => planner.plan(p.child),
  scan: (planner, p) => planner.scan(p),
  localRelation: (_, p) => ({ plan: { kind: "localRows", arrow: p.arrow, output: logicalOutputOf(p) }, partitioning: { kind: "single" } }),
  range: (planner, p) => {
    const partitions = Math.max(1, p.partitions ?? rangePartitions(p, planner.options));
    return planner.leaf({
      plan: { kind: "range", start: p.start, end: p.end, step: p.step, partitions, output: logicalOutputOf(p) },
      partitioning: parted(partitions),
    });
  },
  project: (planner, p) => {
    const { plan: child, partitioning } = planner.plan(p.child);
    return passing({ kind: "project", expressions: p.expressions, child }, partitioning);
  },
  filter: (planner, p) => {
    const { plan: child, partitioning } = planner.plan(p.child);
    return { plan: { kind: "filter", condition: p.condition, child }, partitioning };
  },
  aggregate: (planner, p) => planAggregate(planner, p),
  expand: (planner, p) => {
    const { plan: child, partitioning } = planner.plan(p.child);
    return passing({ kind: "expand", projections: p.projections, output: p.output, child }, partitioning);
  },
  join: (planner, p) => planJoin(planner, p),
  sort: (planner, p) => {
    const child = planner.plan(p.child);
    const ready = p.global ? planner.ensure(child, { kind: "ordered", order: p.order }, planner.options.sizeOf(p.child)) : child;
    return { plan: { kind: "sort", order: p.order, child: ready.plan }, partitioning: ready.partitioning };
  },
  limit: (planner, p) => planLimit(planner, p.child, p.count, 0),
  offset: (planner, p) => planLimit(planner, p.child, undefined, p.count),
  tail: (planner, p) => {
    const { plan, partitioning } = planner.gather(planner.plan(p.child));
    return { plan: { kind: "tail", count: p.count, child: plan }, partitioning };
  },
  union: (planner, p) => {
    const children = p.children.map((child) => planner.plan(child));
    const partitions = Math.max(...children.map((c) => partitionsOf(c.partitioning)));
    return { plan: { kind: "union", children: children.map((c) => c.plan), output: logicalOutputOf(p) }, partitioning: parted(partitions) };
  },
  setOperation: (planner, p) => {
    const [left, right] = coLocate(
      planner,
      p,
      logicalOutputOf(p.left),
      logicalOutputOf(p.right),
      planner.plan(p.left),
      planner.plan(p.right),
    );
    return {
      plan: { kind: "setOperation", operation: p.operation, all: p.all, left: left.plan, right: right.plan },
      partitioning: left.partitioning,
    };
  },
  window: (planner, p) => {
    const needed: Distribution = p.partitionBy.length === 0 ? { kind: "all" } : { kind: "clustered", expressions: p.partitionBy };
    const ready = planner.ensure(planner.plan(p.child), needed, planner.options.sizeOf(p.child));
    if (p.expressions.some(isPythonWindow)) return planPythonWindow(ready, p);
    const { plan: child, partitioning } = ready;
    return { plan: { kind: "window", expressions: p.expressions as never, child }, partitioning };
  },
  repartition: planRepartition,
  sample: (planner, { child: below, ...p }) => {
    const { plan: child, partitioning } = planner.plan(below);
    const { lowerBound, upperBound, withReplacement, seed } = p;
    return { plan: { kind: "sample", lowerBound, upperBound, withReplacement, seed, child }, partitioning };
  },
  generate: (planner, p) => {
    const { plan: child, partitioning } = planner.plan(p.child);
    return { plan: { kind: "generate", generator: p.generator, outer: p.outer, output: p.output, child }, partitioning };
  },
  mapPartitions: (planner, p) => {
    const { plan: child, partitioning } = planner.plan(p.child);
    const plan: PhysicalPlan = { kind: "mapPartitions", function: p.function, schema: p.schema, output: logicalOutputOf(p), child };
    return { plan, partitioning: parted(partitionsOf(partitioning)) };
  },
  python: planPython,
  write: planWrite,
};

/** Both sides where rows with equal values of these columns meet: as they are, or both behind a hash exchange. */
export function coLocate(
  planner: Planner,
  sides: { readonly left: LogicalPlan; readonly right: LogicalPlan },
  leftKeys: readonly Expression[],
  rightKeys: readonly Expression[],
  left: Planned,
  right: Planned,
): readonly [Planned, Planned] {
  if (satisfies(left.partitioning, { kind: "all" }) && satisfies(right.partitioning, { kind: "all" })) return [left, right];
  const { sizeOf } = planner.options;
  const partitions = planner.partitionsFor(sizeOf(sides.left) + sizeOf(sides.right));
  const spread = (side: Planned, keys: readonly Expression[]): Planned => {
    const wanted: Partitioning = partitions === 1 ? { kind: "single" } : { kind: "hash", expressions: keys, partitions };
    return samePlace(side.partitioning, wanted) ? side : exchange(side, wanted, "distribution");
  };
  return [spread(left, leftKeys), spread(right, rightKeys)];
}

/** Whether two hash partitionings put equal keys in the same partition number. */
function samePlace(has: Partitioning, wanted: Partitioning): boolean {
  if (wanted.kind === "single") return partitionsOf(has) === 1;
  return (
    has.kind === "hash" &&
    wanted.kind === "hash" &&
    has.partitions === wanted.partitions &&
    keysOf(has.expressions) === keysOf(wanted.expressions)
  );
}

const keysOf = (expressions: readonly Expression[]) => expressions.map(fingerprint).join();

/** A sort below a limit is a top-k: each partition keeps its first rows, one task merges them. */
function planLimit(planner: Planner, below: LogicalPlan, count: number | undefined, offset: number): Planned {
  if (below.kind === "offset" && count !== undefined) return planLimit(planner, below.child, count, below.count + offset);
  if (below.kind === "sort" && below.global && count !== undefined) return planTopK(planner, below.child, below.order, count, offset);
  const child = planner.plan(below);
  const trimmed: Planned =
    count === undefined || satisfies(child.partitioning, { kind: "all" })
      ? child
      : { plan: { kind: "limit", count: count + offset, offset: 0, child: child.plan }, partitioning: child.partitioning };
  const { plan, partitioning } = planner.gather(trimmed);
  return { plan: { kind: "limit", ...(count === undefined ? {} : { count }), offset, child: plan }, partitioning };
}

function planTopK(planner: Planner, below: LogicalPlan, order: readonly SortOrder[], count: number, offset: number): Planned {
  const child = planner.plan(below);
  if (satisfies(child.partitioning, { kind: "all" }))
    return { plan: { kind: "topK", order, count, offset, child: child.plan }, partitioning: child.partitioning };
  const local: Planned = {
    plan: { kind: "topK", order, count: count + offset, offset: 0, child: child.plan },
    partitioning: child.partitioning,
  };
  const { plan, partitioning } = planner.gather(local);
  return { plan: { kind: "topK", order, count, offset, child: plan }, partitioning };
}

function planRepartition(planner: Planner, plan: Of<"repartition">): Planned {
  if (planner.runsInOneTask) return planner.plan(plan.child);
  const partitions = plan.partitions ?? planner.partitionsFor(planner.options.sizeOf(plan.child));
  if (plan.scheme === "coalesce") {
    const child = planner.coalesced(plan.child, partitions);
    return partitionsOf(child.partitioning) <= partitions ? child : exchange(child, roundRobin(partitions), "repartition");
  }
  const child = planner.plan(plan.child);
  const order = plan.expressions.map(
    (e): SortOrder => (e.kind === "sortOrder" ? e : { kind: "sortOrder", child: e, ascending: true, nullsFirst: true }),
  );
  const wanted: Partitioning =
    partitions === 1
      ? { kind: "single" }
      : plan.scheme === "hash"
        ? { kind: "hash", expressions: plan.expressions, partitions }
        : plan.scheme === "range"
          ? { kind: "range", order, partitions }
          : roundRobin(partitions);
  return partitions === 1 && partitionsOf(child.partitioning) === 1 ? child : exchange(child, wanted, "repartition");
}

/** A repartition (not by range) of one partition right below a write moves no rows: the one task writes each partition's file. */
function planWrite(planner: Planner, { child: below, ...write }: Of<"write">): Planned {
  const { plan, partitioning } = planner.plan(below);
  const spreads = plan.kind === "exchange" && plan.reason === "repartition" && plan.from === 1 && write.partitionBy.length === 0;
  const key = spreads ? spreadKey(plan.partitioning) : undefined;
  if (spreads && key) {
    const spread = { key, partitions: partitionsOf(plan.partitioning) };
    return { plan: { kind: "write", write, spread, columns: outputOf(plan.child), child: plan.child }, partitioning: { kind: "single" } };
  }
  return { plan: { kind: "write", write, columns: outputOf(plan), child: plan }, partitioning };
}

function spreadKey(partitioning: Partitioning): ShuffleKey | undefined {
  if (partitioning.kind === "hash") return { kind: "hash", expressions: partitioning.expressions };
  return partitioning.kind === "roundRobin" ? { kind: "roundRobin" } : undefined;
}

const roundRobin = (partitions: number): Partitioning => (partitions <= 1 ? { kind: "single" } : { kind: "roundRobin", partitions });
