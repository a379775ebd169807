import { newAttribute } from "../../expressions/build.ts";
import type { Attribute } from "../../expressions/expression.ts";
import { outerReferencesOf } from "../../logical/outer-references.ts";
import { outputOf } from "../../logical/output.ts";
import type { LogicalPlan, SetOperation, Union } from "../../logical/plan.ts";
import { type Decorrelated, decorrelate, type Place } from "./decorrelate.ts";
import { asGiven, type Parameters, parametersOf, together } from "./surroundings.ts";

/** Every part gets a column for each parameter, at the same places. */
export function decorrelateUnion(plan: Union, needed: Parameters, place: Place): Decorrelated {
  const parameters = together(needed, parametersOf(outerReferencesOf(plan)));
  const children = plan.children.map((child) => withColumns(child, parameters, place));
  const added = [...parameters.values()].map((p) => newAttribute(p.name, p.type, p.nullable));
  return matched({ ...plan, children, output: [...outputOf(plan), ...added] }, parameters, added);
}

export function decorrelateSetOperation(plan: SetOperation, needed: Parameters, place: Place): Decorrelated {
  const parameters = together(needed, parametersOf(outerReferencesOf(plan)));
  const left = withColumns(plan.left, parameters, place);
  const right = withColumns(plan.right, parameters, place);
  return matched({ ...plan, left, right }, parameters, outputOf(left).slice(outputOf(plan).length));
}

function withColumns(child: LogicalPlan, parameters: Parameters, place: Place): LogicalPlan {
  const below = decorrelate(child, parameters, { ...place, inSet: true, emptyGroups: true });
  const columns = [...parameters.keys()].map((id) => below.columns.get(id) as Attribute);
  return { kind: "project", expressions: [...outputOf(child), ...columns], child: below.plan };
}

function matched(plan: LogicalPlan, parameters: Parameters, columns: readonly Attribute[]): Decorrelated {
  const list = [...parameters.values()];
  return {
    plan,
    conditions: list.map((parameter, i) => asGiven(columns[i]!, parameter)),
    columns: new Map(list.map((parameter, i) => [parameter.id, columns[i]!])),
  };
}
