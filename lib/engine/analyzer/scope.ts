import type { Attribute } from "../expressions/expression.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { childrenOf } from "../logical/traverse.ts";
import { isHidden, shown } from "./hidden-columns.ts";
import { type Candidate, equalNames, type Scope } from "./resolve-expression.ts";
import { DUPLICATE } from "./set-operation.ts";

/** The names that an expression over these resolved plans may use. */
export function scopeOf(children: readonly LogicalPlan[], session: SessionSettings): Scope {
  const attributes = children.flatMap((child) => [...outputOf(child)]);
  const visible = (planId: number | undefined): readonly Attribute[] =>
    planId === undefined ? attributes : attributesOfPlan(children, planId, attributes);
  return {
    candidates: (nameParts, planId) => matching(visible(planId), nameParts, session),
    all: (target, planId) =>
      target
        ? visible(planId)
            .filter((a) => qualifiedBy(a, target, session))
            .map(shown)
        : visible(planId).filter((a) => !isHidden(a)),
  };
}

/** Where there are no columns. */
export const emptyScope: Scope = { candidates: () => [], all: () => [] };

/** A name may be `column`, `qualifier.column`, and either followed by fields; the longest qualifier wins, as in Spark. */
export function matching(attributes: readonly Attribute[], nameParts: readonly string[], session: SessionSettings): Candidate[] {
  for (let qualifierLength = Math.min(nameParts.length - 1, 3); qualifierLength >= 0; qualifierLength--) {
    const qualifier = nameParts.slice(0, qualifierLength);
    const name = nameParts[qualifierLength]!;
    const found = attributes.filter(
      (a) => equalNames(a.name, name, session) && (qualifierLength === 0 ? !isHidden(a) : qualifiedBy(a, qualifier, session)),
    );
    if (found.length > 0)
      return firsts(distinct(found)).map((attribute) => ({ attribute: shown(attribute), rest: nameParts.slice(qualifierLength + 1) }));
  }
  return [];
}

const distinct = (attributes: readonly Attribute[]): Attribute[] => [...new Map(attributes.map((a) => [a.id, a])).values()];

const firsts = (attributes: readonly Attribute[]): readonly Attribute[] =>
  attributes.length > 1 ? attributes.filter((a) => !(a.metadata && DUPLICATE in a.metadata)) : attributes;

const qualifiedBy = ({ qualifier = [] }: Attribute, target: readonly string[], session: SessionSettings): boolean =>
  qualifier.length >= target.length &&
  target.every((part, i) => equalNames(part, qualifier[qualifier.length - target.length + i]!, session));

/** What `df.col` may mean: the columns of the plan numbered `planId` that still reach this place; of several such plans the nearest (as Spark). */
function attributesOfPlan(children: readonly LogicalPlan[], planId: number, reaching: readonly Attribute[]): Attribute[] {
  const byId = new Map(reaching.map((a) => [a.id, a]));
  const found = children.flatMap((child) => plansNumbered(child, planId, 0));
  const depth = Math.min(...found.map((f) => f.depth));
  return found.filter((f) => f.depth === depth).flatMap(({ plan }) => outputOf(plan).flatMap((a) => byId.get(a.id) ?? []));
}

function plansNumbered(plan: LogicalPlan, planId: number, depth: number): { readonly plan: LogicalPlan; readonly depth: number }[] {
  if (plan.planId === planId) return [{ plan, depth }];
  return childrenOf(plan).flatMap((child) => plansNumbered(child, planId, depth + 1));
}
