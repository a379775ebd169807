import type { Cached, LogicalPlan, Observed, Write } from "../engine/logical/plan.ts";
import { allPlansBelow } from "../engine/logical/subqueries.ts";
import { arrowToValues } from "../engine/types/convert.ts";
import type { Conf, Engine, ExecuteOptions, Execution } from "./engine-port.ts";
import { wrapped } from "./wrapped-engine.ts";

type Observing = Cached & { readonly observed: Observed };

/**
 * An engine that tells what plans observe. The rows that pass such a node are kept while the job runs, so that they are computed once and
 * counted once, whatever attempts there are; the aggregates over them are a small job of their own at the end.
 */
export function observing(engine: Engine): Engine {
  return wrapped(engine, {
    execute: (plan, conf, options) => execute(engine, plan, conf, options),
    write: (plan, conf, options) => write(engine, plan, conf, options),
  });
}

async function execute(engine: Engine, plan: LogicalPlan, conf: Conf, options: ExecuteOptions = {}): Promise<Execution> {
  const nodes = observingIn(plan);
  if (nodes.length === 0) return engine.execute(plan, conf, options);
  await checked(engine, nodes, conf);
  const execution = await engine.execute(plan, conf, options);
  const chunks = async function* () {
    try {
      yield* execution.chunks;
      for (const node of nodes) await tell(engine, node, conf, options);
    } finally {
      await forget(engine, nodes);
    }
  };
  return { schema: execution.schema, chunks: chunks(), metrics: () => execution.metrics() };
}

async function write(engine: Engine, plan: Write, conf: Conf, options: ExecuteOptions = {}) {
  const nodes = observingIn(plan);
  if (nodes.length === 0) return engine.write(plan, conf, options);
  await checked(engine, nodes, conf);
  try {
    const metrics = await engine.write(plan, conf, options);
    for (const node of nodes) await tell(engine, node, conf, options);
    return metrics;
  } finally {
    await forget(engine, nodes);
  }
}

/** Each once, the inner ones first. */
function observingIn(plan: LogicalPlan): Observing[] {
  const found = new Map<string, Observing>();
  const visit = (node: LogicalPlan): void => {
    for (const below of allPlansBelow(node)) visit(below);
    if (isObserving(node)) found.set(node.key, node);
  };
  visit(plan);
  return [...found.values()];
}

const isObserving = (node: LogicalPlan): node is Observing => node.kind === "cached" && node.observed !== undefined;

/** Throws what is wrong with the aggregates before the job begins. */
async function checked(engine: Engine, nodes: readonly Observing[], conf: Conf): Promise<void> {
  for (const node of nodes) await engine.schema(aggregateOf(node), conf);
}

const aggregateOf = (node: Observing): LogicalPlan => ({
  kind: "aggregate",
  grouping: [],
  aggregates: node.observed.metrics,
  child: node,
});

async function tell(engine: Engine, node: Observing, conf: Conf, { signal, onObserved }: ExecuteOptions): Promise<void> {
  const listeners = [onObserved, listenersOf.get(node.observed)].filter((one) => one !== undefined);
  if (listeners.length === 0) return;
  const { schema, chunks } = await engine.execute(aggregateOf(node), conf, signal ? { signal } : {});
  for await (const chunk of chunks)
    for (const values of arrowToValues(chunk, schema))
      for (const listener of listeners)
        listener({ name: node.observed.name, schema, values, ...(node.planId === undefined ? {} : { planId: node.planId }) });
}

async function forget(engine: Engine, nodes: readonly Observing[]): Promise<void> {
  for (const { key } of nodes) await engine.uncache(key);
}

type Listener = NonNullable<ExecuteOptions["onObserved"]>;

const listenersOf = new WeakMap<Observed, Listener>();

/** Tells a listener, beside that of the job, what a node observes. */
export const listenTo = (observed: Observed, listener: Listener): void => void listenersOf.set(observed, listener);
