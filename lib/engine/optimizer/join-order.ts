import { conjunction } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { referencesOf } from "../expressions/properties.ts";
import { outputOf } from "../logical/output.ts";
import type { Join, LogicalPlan } from "../logical/plan.ts";
import { rowWidth } from "../logical/row-width.ts";
import { outputIds } from "./substitute.ts";

/** Relations that inner joins put together, and what must hold of their rows. A set of relations is a number, a bit for each. */
export interface JoinGraph {
  readonly relations: readonly LogicalPlan[];
  readonly conditions: readonly Expression[];
  /** What is needed of all of them. */
  readonly output: readonly Attribute[];
}

/** What the costs of an order come from. */
export interface JoinCosts {
  readonly rows: (plan: LogicalPlan) => number;
  /** Bytes up to which a side is broadcast. */
  readonly broadcastThreshold: number;
}

interface Best {
  readonly cost: number;
  /** Absent: a single relation. */
  readonly sides?: readonly [left: number, right: number];
}

/**
 * The order of least cost of a set of inner joins, by dynamic programming over the sets of relations that conditions connect:
 *   cost(join) = cost of its sides + bytes that move + bytes that it puts out
 *   moved      = the smaller side where that can be broadcast, else both
 * Rows are estimated once a set, whatever the order. Source: Selinger et al., Access Path Selection (1979); Spark's JoinReorderDP weighs
 * rows and bytes of the results alone.
 */
export class JoinOrder {
  readonly #graph: JoinGraph;
  readonly #costs: JoinCosts;
  /** Of each condition, the relations that it reads. */
  readonly #reads: readonly number[];
  readonly #bytes = new Map<number, number>();
  readonly #plans = new Map<number, LogicalPlan>();

  constructor(graph: JoinGraph, costs: JoinCosts) {
    this.#graph = graph;
    this.#costs = costs;
    const owners = new Map(graph.relations.flatMap((plan, i) => [...outputIds(plan)].map((id) => [id, 1 << i] as const)));
    this.#reads = graph.conditions.map((e) => referencesOf(e).reduce((set, { id }) => set | (owners.get(id) ?? 0), 0));
    for (const [i, plan] of graph.relations.entries()) this.#plans.set(1 << i, plan);
  }

  /** The cost of a tree of joins of these relations, whose estimates are those that other orders are weighed by. */
  costOf(written: LogicalPlan, childrenOf: (plan: LogicalPlan) => readonly [LogicalPlan, LogicalPlan] | undefined): number {
    const visit = (plan: LogicalPlan): { readonly set: number; readonly cost: number } => {
      const sides = childrenOf(plan);
      if (!sides) return { set: 1 << this.#graph.relations.indexOf(plan), cost: 0 };
      const [left, right] = sides.map(visit) as [ReturnType<typeof visit>, ReturnType<typeof visit>];
      const set = left.set | right.set;
      this.#plans.set(set, plan);
      return { set, cost: left.cost + right.cost + this.#joinCost(left.set, right.set) };
    };
    return visit(written).cost;
  }

  /** The best order; undefined where conditions do not connect all relations. */
  best(): { readonly plan: LogicalPlan; readonly cost: number } | undefined {
    const all = 2 ** this.#graph.relations.length - 1;
    const found = new Map<number, Best>();
    for (let set = 1; set <= all; set++) {
      const best = isSingle(set) ? { cost: 0 } : this.#bestOf(set, found);
      if (best) found.set(set, best);
    }
    const best = found.get(all);
    return best && { plan: this.#planOf(all, found), cost: best.cost };
  }

  #bestOf(set: number, found: ReadonlyMap<number, Best>): Best | undefined {
    let best: Best | undefined;
    const lowest = set & -set;
    for (let left = (set - 1) & set; left > 0; left = (left - 1) & set) {
      // Each pair of sides once.
      if ((left & lowest) === 0) continue;
      const right = set ^ left;
      const [a, b] = [found.get(left), found.get(right)];
      if (!a || !b || !this.#areConnected(left, right)) continue;
      if (!this.#plans.has(set)) this.#plans.set(set, this.#join(this.#plans.get(left)!, this.#plans.get(right)!, left, right));
      const cost = a.cost + b.cost + this.#joinCost(left, right);
      if (!best || cost < best.cost) best = { cost, sides: [left, right] };
    }
    return best;
  }

  #areConnected(left: number, right: number): boolean {
    return this.#reads.some((read) => joins(read, left, right));
  }

  #joinCost(left: number, right: number): number {
    const [a, b] = [this.#bytesOf(left), this.#bytesOf(right)];
    const smaller = Math.min(a, b);
    return (smaller <= this.#costs.broadcastThreshold ? smaller : a + b) + this.#bytesOf(left | right);
  }

  /** Of the columns of a set's rows that are needed above it. */
  #bytesOf(set: number): number {
    let bytes = this.#bytes.get(set);
    if (bytes === undefined) {
      bytes = this.#costs.rows(this.#plans.get(set)!) * rowWidth(this.#columnsOf(set));
      this.#bytes.set(set, bytes);
    }
    return bytes;
  }

  #columnsOf(set: number): readonly Attribute[] {
    const { relations, conditions, output } = this.#graph;
    const open = conditions.filter((_, i) => (this.#reads[i]! & ~set) !== 0);
    const needed = new Set([...output, ...open.flatMap((e) => referencesOf(e))].map(({ id }) => id));
    return relations.flatMap((plan, i) => (set & (1 << i) ? outputOf(plan).filter(({ id }) => needed.has(id)) : []));
  }

  #planOf(set: number, found: ReadonlyMap<number, Best>): LogicalPlan {
    const { sides } = found.get(set)!;
    if (!sides) return this.#plans.get(set)!;
    const [left, right] = sizeOf(sides[0]) >= sizeOf(sides[1]) ? sides : [sides[1], sides[0]];
    return this.#join(this.#planOf(left, found), this.#planOf(right, found), left, right);
  }

  #join(left: LogicalPlan, right: LogicalPlan, leftSet: number, rightSet: number): Join {
    const { conditions } = this.#graph;
    const within = conditions.filter((_, i) => [leftSet, rightSet].some((set) => (this.#reads[i]! & ~set) === 0));
    const usable = conditions.filter((_, i) => joins(this.#reads[i]!, leftSet, rightSet));
    return { kind: "join", type: "inner", left, right, condition: conjunction(needed(usable, within)) };
  }
}

/** Conditions without those equalities that follow from others: a key that says nothing more would be moved and compared all the same. */
function needed(conditions: readonly Expression[], known: readonly Expression[]): readonly Expression[] {
  const groups = new Map<number, number>();
  const groupOf = (id: number): number => {
    const above = groups.get(id);
    return above === undefined ? id : groupOf(above);
  };
  const tellsMore = (e: Expression): boolean => {
    const [a, b] = e.kind === "call" && e.name === "=" ? e.args : [];
    if (a?.kind !== "attribute" || b?.kind !== "attribute") return true;
    const [one, other] = [groupOf(a.id), groupOf(b.id)];
    if (one !== other) groups.set(one, other);
    return one !== other;
  };
  for (const e of known) tellsMore(e);
  return conditions.filter(tellsMore);
}

/** Whether a condition can be tested where these sides come together, and not before. */
const joins = (read: number, left: number, right: number): boolean =>
  (read & ~(left | right)) === 0 && (read & left) !== 0 && (read & right) !== 0;

const isSingle = (set: number): boolean => (set & (set - 1)) === 0;

const sizeOf = (set: number): number => (set === 0 ? 0 : (set & 1) + sizeOf(set >>> 1));
