import { namedAs } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import type { CteRef, UnionLoop, With } from "../logical/cte.ts";
import { outputOf as logicalOutputOf } from "../logical/output.ts";
import { outputOf } from "./output.ts";
import { partitionsOf } from "./partitioning.ts";
import { exchange, type Planned, type Planner } from "./plan-physical.ts";

/** Each definition that is left runs once, behind an exchange that all references to it read. */
export function planWith(planner: Planner, plan: With): Planned {
  for (const { id, plan: definition } of plan.definitions) {
    const planned = planner.plan(definition);
    const partitions = partitionsOf(planned.partitioning);
    planner.shared.set(id, exchange(planned, partitions === 1 ? { kind: "single" } : { kind: "roundRobin", partitions }, "distribution"));
  }
  return planner.plan(plan.child);
}

/** The columns of the definition under the reference's own identities; in a loop, the rows of the last iteration. */
export function planCteRef(planner: Planner, plan: CteRef): Planned {
  const output = logicalOutputOf(plan);
  if (plan.recursive) return { plan: { kind: "loopRead", id: plan.id, output }, partitioning: { kind: "single" } };
  const definition = planner.shared.get(plan.id);
  if (!definition) throw new TypeError(`the definition ${plan.name} of a WITH has to be planned before references to it`);
  const columns = outputOf(definition.plan);
  const expressions = output.map((a, i): Expression => namedAs(columns[i]!, a.id, a.name));
  const { partitioning } = definition;
  return planner.leaf({
    plan: { kind: "project", expressions, child: definition.plan },
    partitioning: partitioning.kind === "single" ? partitioning : { kind: "unknown", partitions: partitionsOf(partitioning) },
  });
}

/** A loop runs in one task, with what it reads brought there. */
export function planLoop(planner: Planner, { id, anchor, step, output, maxLevel, maxRows, limit }: UnionLoop): Planned {
  const [first, next] = [planner.inOneTask(anchor), planner.inOneTask(step)];
  return {
    plan: {
      kind: "unionLoop",
      id,
      anchor: first.plan,
      step: next.plan,
      output,
      maxLevel,
      maxRows,
      ...(limit === undefined ? {} : { limit }),
    },
    partitioning: { kind: "single" },
  };
}
