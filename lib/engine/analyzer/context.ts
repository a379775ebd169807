import { freshId, newAttribute } from "../expressions/build.ts";
import type { AggregateCall, Attribute, Expression, OuterReference, UnresolvedAttribute } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { referencesOf } from "../expressions/properties.ts";
import { transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { bindOuter, readsOuter } from "../logical/outer-references.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { ambiguousReference, type Scope } from "./resolve-expression.ts";

/** What the analysis of a part of a plan knows besides the session's settings. It never leaves the analyzer. */
interface AnalysisContext extends SessionSettings {
  /** Inside a subquery or on a lateral join's right side. */
  readonly outer?: OuterScope | undefined;
  /** Analyzed definitions of WITH around this place, by id. */
  readonly definitions?: ReadonlyMap<number, CteRows>;
}
/** The columns that a reference to a definition has. */
export interface CteRows {
  readonly output: readonly Attribute[];
  /** The definition that is being resolved. */
  readonly recursive?: true;
}

/** The names around a query, and the parameters that the query reads them by: one for each column. Spark resolves to one level. */
export interface OuterScope {
  readonly scope: Scope;
  readonly parameters: Map<number, { readonly parameter: Attribute; readonly column: Expression }>;
}

const contextual = (context: AnalysisContext): SessionSettings => context;
const contextOf = (session: SessionSettings): AnalysisContext => session as AnalysisContext;

export const outerScopeOf = (session: SessionSettings): OuterScope | undefined => contextOf(session).outer;
export const withOuter = (session: SessionSettings, outer: OuterScope | undefined): SessionSettings => contextual({ ...session, outer });

export const definitionOf = (id: number, session: SessionSettings): CteRows | undefined => contextOf(session).definitions?.get(id);
export const withDefinition = (session: SessionSettings, id: number, rows: CteRows): SessionSettings =>
  contextual({ ...session, definitions: new Map([...(contextOf(session).definitions ?? []), [id, rows]]) });

/** Other settings at the same place. */
export const withSettings = (session: SessionSettings, settings: SessionSettings): SessionSettings => {
  const { outer, definitions } = contextOf(session);
  return contextual({ ...settings, ...(outer ? { outer } : {}), ...(definitions ? { definitions } : {}) });
};

/** A column of the plan around this query by name, and the name parts that are left; undefined where there is none. */
export function outerColumn(
  { nameParts, planId }: UnresolvedAttribute,
  session: SessionSettings,
): { readonly reference: OuterReference; readonly rest: readonly string[] } | undefined {
  const outer = outerScopeOf(session);
  const candidates = outer?.scope.candidates(nameParts, planId) ?? [];
  const [found, another] = candidates;
  if (!outer || !found) return undefined;
  if (another) throw ambiguousReference(nameParts, candidates);
  return { reference: { kind: "outerReference", attribute: parameterFor(found.attribute, outer) }, rest: found.rest };
}

/**
 * With the aggregates that are the query's around this one: those of its columns alone, where it has groups.
 * Source: Spark's UpdateOuterReferences.
 */
export function withOuterAggregates(condition: Expression, session: SessionSettings): Expression {
  const outer = outerScopeOf(session);
  if (!outer?.scope.grouped) return condition;
  return transformUp(condition, (e) => {
    if (e.kind !== "aggregate" || referencesOf(e).length > 0 || !readsOuter(e)) return e;
    return { kind: "outerReference", attribute: aggregateParameter(e, outer) };
  });
}

function aggregateParameter(call: AggregateCall, { parameters }: OuterScope): Attribute {
  const columns = new Map([...parameters.values()].map(({ parameter, column }) => [parameter.id, column]));
  const parameter = newAttribute(prettyName(call), call.type, call.nullable, freshId());
  parameters.set(parameter.id, { parameter, column: bindOuter(call, columns) });
  return parameter;
}

function parameterFor(column: Attribute, { parameters }: OuterScope): Attribute {
  const known = parameters.get(column.id);
  if (known) return known.parameter;
  const { qualifier } = column;
  const parameter = { ...newAttribute(column.name, column.type, column.nullable, freshId()), ...(qualifier ? { qualifier } : {}) };
  parameters.set(column.id, { parameter, column });
  return parameter;
}

/** What a resolved query reads of the plan around it, once for each reference, from the top of the query down. */
export function bindings(
  plan: LogicalPlan,
  { parameters }: OuterScope,
  references: (plan: LogicalPlan) => readonly OuterReference[],
): { readonly outer: readonly Expression[]; readonly parameters: readonly Attribute[] } {
  const byParameter = new Map([...parameters.values()].map(({ parameter, column }) => [parameter.id, column]));
  const found = references(plan).flatMap(({ attribute }) => {
    const column = byParameter.get(attribute.id);
    return column ? [{ column, attribute }] : [];
  });
  return { outer: found.map((f) => f.column), parameters: found.map((f) => f.attribute) };
}
