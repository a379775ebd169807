import { isOrderable } from "../../analyzer/implicit-cast.ts";
import { AnalysisError } from "../../errors.ts";
import { call, freshId, namedAs } from "../../expressions/build.ts";
import type { Attribute, Expression, OuterReference } from "../../expressions/expression.ts";
import { prettyName } from "../../expressions/print.ts";
import { typeSql } from "../../expressions/print-type.ts";
import { toAttribute } from "../../logical/output.ts";
import type { LogicalPlan } from "../../logical/plan.ts";
import { booleanType } from "../../types/data-type.ts";

/** What a query is correlated with. */
export interface Surroundings {
  /** The plan that the query will be joined to. */
  readonly plan: LogicalPlan;
  /** Over that plan's columns, by the query's parameter. */
  readonly values: ReadonlyMap<number, Expression>;
}

export const surroundings = (
  plan: LogicalPlan,
  { outer = [], parameters = [] }: { readonly outer?: readonly Expression[]; readonly parameters?: readonly Attribute[] },
): Surroundings => ({ plan, values: new Map(parameters.map((parameter, i) => [parameter.id, outer[i]!])) });

/** Columns of a query by the parameter that each equals. */
export type Columns = ReadonlyMap<number, Attribute>;
export const noColumns: Columns = new Map();

/** Parameters by their id. */
export type Parameters = ReadonlyMap<number, Attribute>;
export const noParameters: Parameters = new Map();
export const parametersOf = (references: readonly OuterReference[]): Parameters =>
  new Map(references.map(({ attribute }) => [attribute.id, attribute]));
export const together = <T>(...maps: readonly ReadonlyMap<number, T>[]): ReadonlyMap<number, T> => new Map(maps.flatMap((map) => [...map]));
export const without = <T>(map: ReadonlyMap<number, T>, ids: { has(id: number): boolean }): ReadonlyMap<number, T> =>
  new Map([...map].filter(([id]) => !ids.has(id)));

/** `column <=> parameter`: rows of the query beside the rows around it that they were made for, NULL values too. */
export const asGiven = (column: Attribute, parameter: Attribute): Expression =>
  call("<=>", [column, { kind: "outerReference", attribute: parameter }], booleanType, false);

/** The distinct values that parameters have around the query: a row for each, a column for each parameter. */
export function domainOf(
  parameters: Parameters,
  { plan, values }: Surroundings,
): { readonly plan: LogicalPlan; readonly columns: Columns } {
  const given = [...parameters.values()].map((parameter) => {
    const value = values.get(parameter.id);
    if (!value) throw new TypeError(`${parameter.name}#${parameter.id} is no parameter of this query`);
    if (!isOrderable(parameter.type)) {
      throw new AnalysisError("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_REFERENCE_DATA_TYPE", {
        expr: prettyName(parameter),
        dataType: typeSql(parameter.type),
      });
    }
    return { parameter, value, named: namedAs(value, freshId(), parameter.name) };
  });
  return {
    plan: { kind: "aggregate", grouping: given.map((g) => g.value), aggregates: given.map((g) => g.named), child: plan },
    columns: new Map(given.map(({ parameter, named }) => [parameter.id, toAttribute(named)])),
  };
}
