import { call, conjunction } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { rowWidth } from "../logical/row-width.ts";
import { outputOf } from "../planner/output.ts";
import type { JoinExec, JoinKey, PhysicalPlan } from "../planner/plan.ts";
import { booleanType, structField, structType } from "../types/data-type.ts";

type Of<K extends PhysicalPlan["kind"]> = Extract<PhysicalPlan, { kind: K }>;

/**
 * A logical plan of the same rows as a physical one, so that statistics.ts can say how many they are. Exchanges and what a
 * stage reads of another mean what is below them. Not for anything else: state columns and names are left out.
 */
export class LogicalMeaning {
  readonly #stages: readonly PhysicalPlan[];
  readonly #known = new Map<PhysicalPlan, LogicalPlan>();

  /** `stages` are the fragments of a graph, by stage id. */
  constructor(stages: readonly PhysicalPlan[]) {
    this.#stages = stages;
  }

  of = (plan: PhysicalPlan): LogicalPlan => {
    let found = this.#known.get(plan);
    if (!found) {
      found = (meanings[plan.kind] as (p: PhysicalPlan, of: Meaning, stage: Meaning<number>) => LogicalPlan)(plan, this.of, this.#ofStage);
      this.#known.set(plan, found);
    }
    return found;
  };

  #ofStage = (stage: number): LogicalPlan => this.of(this.#stages[stage]!);
}

type Meaning<T = PhysicalPlan> = (of: T) => LogicalPlan;

const meanings: { readonly [K in PhysicalPlan["kind"]]: (plan: Of<K>, of: Meaning, stage: Meaning<number>) => LogicalPlan } = {
  scan: (p) => p.scan,
  localRows: (p) => ({
    kind: "localRelation",
    schema: structType(p.output.map((a) => structField(a.name, a.type, a.nullable))),
    arrow: "",
    // Base64 of Arrow, whose rows are about as wide as Spark's.
    rows: Math.ceil((p.arrow.length * 0.75) / rowWidth(p.output)),
    output: p.output,
  }),
  range: ({ start, end, step, output }) => ({ kind: "range", start, end, step, output }),
  shuffleRead: (p, _, stage) => stage(p.stage),
  broadcastRead: (p, _, stage) => stage(p.stage),
  project: (p, of) => ({ kind: "project", expressions: p.expressions, child: of(p.child) }),
  filter: (p, of) => ({ kind: "filter", condition: p.condition, child: of(p.child) }),
  aggregate: (p, of) => ({ kind: "aggregate", grouping: p.grouping, aggregates: outputOf(p), child: of(p.child) }),
  expand: (p, of) => ({ kind: "expand", projections: p.projections, output: p.output, child: of(p.child) }),
  join: (p, of) => ({
    kind: "join",
    type: p.type,
    left: of(p.left),
    right: of(p.right),
    ...conditionOf(p),
    ...(p.exists ? { exists: p.exists } : {}),
  }),
  sort: (p, of) => of(p.child),
  topK: (p, of) => ({ kind: "limit", count: p.count, child: of(p.child) }),
  limit: (p, of) => (p.count === undefined ? of(p.child) : { kind: "limit", count: p.count, child: of(p.child) }),
  tail: (p, of) => ({ kind: "tail", count: p.count, child: of(p.child) }),
  union: (p, of) => ({ kind: "union", children: p.children.map(of), output: p.output }),
  setOperation: (p, of) => ({ kind: "setOperation", operation: p.operation, all: p.all, left: of(p.left), right: of(p.right) }),
  window: (p, of) => of(p.child),
  sample: ({ child, ...p }, of) => ({ ...p, child: of(child) }),
  generate: (p, of) => of(p.child),
  mapPartitions: (p, of) => of(p.child),
  python: (p, of) => of(p.children[0]!),
  unionLoop: (p, of) => ({ ...p, anchor: of(p.anchor), step: of(p.step) }),
  loopRead: ({ id, output }) => ({ kind: "cteRef", id, name: "loop", output, recursive: true }),
  sortKeySample: (p, of) => ({ kind: "limit", count: p.count, child: of(p.child) }),
  exchange: (p, of) => of(p.child),
  write: (p, of) => of(p.child),
};

function conditionOf({ keys, condition }: JoinExec): { condition?: Expression } {
  const conjuncts = [...keys.map(equality), ...(condition ? [condition] : [])];
  return conjuncts.length > 0 ? { condition: conjunction(conjuncts) } : {};
}

const equality = ({ left, right, nullSafe }: JoinKey): Expression => call(nullSafe ? "<=>" : "=", [left, right], booleanType, !nullSafe);
