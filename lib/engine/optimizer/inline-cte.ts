import { renumber } from "../analyzer/renumber.ts";
import { namedAs } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { isDeterministic } from "../expressions/properties.ts";
import type { CteDefinition, CteRef } from "../logical/cte.ts";
import { isCorrelated } from "../logical/outer-references.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { allPlansBelow, mapAllPlansBelow } from "../logical/subqueries.ts";
import { expressionsOf } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";

/**
 * Definitions of WITH in the place of references to them: of those that are referred to once, and of those that give the same rows each
 * time. What is left is computed once and shared. Source: Spark's InlineCTE.
 */
export const inlineCte: Rule = { name: "InlineCTE", apply: (plan) => (hasWith(plan) ? inline(plan, new Map()) : plan) };

const hasWith = (plan: LogicalPlan): boolean => plan.kind === "with" || allPlansBelow(plan).some(hasWith);

type Definitions = ReadonlyMap<number, CteDefinition>;

function inline(plan: LogicalPlan, known: Definitions): LogicalPlan {
  if (plan.kind === "cteRef") {
    const definition = known.get(plan.id);
    return definition ? copyOf(definition, plan) : plan;
  }
  if (plan.kind !== "with") return mapAllPlansBelow(plan, (below) => inline(below, known));
  const inner = new Map(known);
  const shared: CteDefinition[] = [];
  for (const definition of plan.definitions) {
    const inlined = { ...definition, plan: inline(definition.plan, inner) };
    if (references(plan, definition.id) <= 1 || mayRepeat(inlined.plan)) inner.set(definition.id, inlined);
    else shared.push(inlined);
  }
  const child = inline(plan.child, inner);
  const used = shared.filter((d) => references(child, d.id) > 0 || shared.some((other) => references(other.plan, d.id) > 0));
  return used.length === 0 ? child : { ...plan, definitions: used, child };
}

const references = (plan: LogicalPlan, id: number): number =>
  (plan.kind === "cteRef" && plan.id === id && !plan.recursive ? 1 : 0) +
  allPlansBelow(plan).reduce((sum, below) => sum + references(below, id), 0);

/** Whether it costs no more than work to compute it again: what depends on chance would give other rows. */
const mayRepeat = (plan: LogicalPlan): boolean => isCorrelated(plan) || readsLoop(plan, new Set()) || givesSameRows(plan);
/** Whether nothing in it depends on chance. */
export const givesSameRows = (plan: LogicalPlan): boolean =>
  plan.kind !== "sample" && expressionsOf(plan).every(isDeterministic) && allPlansBelow(plan).every(givesSameRows);

/** Whether it is a part of a loop's step: the loop's rows are at hand only there. */
function readsLoop(plan: LogicalPlan, inside: ReadonlySet<number>): boolean {
  if (plan.kind === "cteRef") return !inside.has(plan.id) && plan.recursive === true;
  const loops = plan.kind === "unionLoop" ? new Set([...inside, plan.id]) : inside;
  return allPlansBelow(plan).some((below) => readsLoop(below, loops));
}

/** A definition's rows under the identities of a reference's columns. */
function copyOf({ plan, id }: CteDefinition, ref: CteRef): LogicalPlan {
  const copy = renumber(ref.unlimited ? withoutRowLimit(plan, id) : plan);
  const columns = outputOf(copy);
  const output = ref.output ?? [];
  return { kind: "project", expressions: output.map((a, i): Expression => namedAs(columns[i]!, a.id, a.name)), child: copy };
}

/** A definition's own loop is below nothing but projections of its columns. */
function withoutRowLimit(plan: LogicalPlan, id: number): LogicalPlan {
  if (plan.kind === "unionLoop" && plan.id === id) return { ...plan, maxRows: -1 };
  return plan.kind === "project" || plan.kind === "subqueryAlias" ? { ...plan, child: withoutRowLimit(plan.child, id) } : plan;
}
