import { AnalysisError } from "../errors.ts";
import { freshId } from "../expressions/build.ts";
import type { Alias, Attribute, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { PythonEvaluation } from "../logical/plan.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";

/** Keys get their columns; all of the child's columns follow them. Source: RelationalGroupedDataset.flatMapGroupsInPandas. */
export function resolvePython(plan: PythonEvaluation, session: SessionSettings): PythonEvaluation {
  const sides = plan.sides.map((side, i) => {
    const child = plan.children[i]!;
    const scope = scopeOf([child], session);
    const keys = side.inputs.map((key) => asColumn(resolveExpression(key, scope, session)));
    const order = side.order.map((o) => ({ ...o, child: resolveExpression(o.child, scope, session) }));
    return { inputs: [...keys, ...outputOf(child)], keys: keys.length, order };
  });
  const [left, right] = sides;
  if (left && right && left.keys !== right.keys)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `Cogrouping by ${left.keys} columns on one side and ${right.keys} on the other`,
      advice: "Group both by as many.",
    });
  return { ...plan, sides };
}

const asColumn = (key: Expression): Attribute | Alias =>
  key.kind === "attribute" || key.kind === "alias" ? key : { kind: "alias", child: key, id: freshId(), name: prettyName(key) };
