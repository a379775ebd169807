import type { Attribute } from "../expressions/expression.ts";
import type { SessionSettings } from "../functions/function.ts";
import { METADATA } from "../logical/file-metadata.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { isHidden, shown } from "./hidden-columns.ts";
import { metadataOutput } from "./metadata-column.ts";
import { columnOfPlan, holdsPlan, starOfPlan } from "./plan-column.ts";
import { type Candidate, equalNames, type Scope } from "./resolve-expression.ts";
import { DUPLICATE } from "./set-operation.ts";

/** The names that an expression over these resolved plans may use. */
export function scopeOf(children: readonly LogicalPlan[], session: SessionSettings): Scope {
  const attributes = children.flatMap((child) => [...outputOf(child)]);
  /** As they are here: what an outer join pads may be NULL. */
  const here = (a: Attribute): Attribute => attributes.find(({ id }) => id === a.id) ?? a;
  const visible = (planId: number | undefined): readonly Attribute[] =>
    planId === undefined ? attributes : (starOfPlan(children, planId) ?? []).map(here);
  const ofFiles = (nameParts: readonly string[]) =>
    nameParts.some((part) => equalNames(part, METADATA, session)) ? matching(children.flatMap(metadataOutput), nameParts, session) : [];
  return {
    candidates: (nameParts, planId) => {
      if (planId === undefined) {
        const found = matching(attributes, nameParts, session);
        return found.length > 0 ? found : ofFiles(nameParts);
      }
      const column = columnOfPlan(children, planId, nameParts, (output, parts) => matching(output, parts, session));
      return column ? [{ ...column, attribute: shown(here(column.attribute)) }] : ofFiles(nameParts);
    },
    all: (target, planId) =>
      target
        ? visible(planId)
            .filter((a) => qualifiedBy(a, target, session))
            .map(shown)
        : planId === undefined
          ? attributes.filter((a) => !isHidden(a))
          : visible(planId).map(shown),
    holds: (planId) => holdsPlan(children, planId),
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
