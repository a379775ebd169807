import { AnalysisError } from "../errors.ts";
import { freshId, namedAs } from "../expressions/build.ts";
import type { Alias, Attribute, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { PythonEvaluation } from "../logical/python.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";

/** Keys get their columns; all of the child's columns follow them. Source: RelationalGroupedDataset.flatMapGroupsInPandas. */
export function resolvePython(plan: PythonEvaluation, session: SessionSettings): PythonEvaluation {
  if (plan.form === "table") return resolveTable(plan, session);
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

/**
 * Arguments over the child's columns; a table is one struct of them, behind which the partition keys stand: the worker looks at them, and
 * takes them away.
 * Source: FunctionTableSubqueryArgumentExpression.
 */
function resolveTable(plan: PythonEvaluation, session: SessionSettings): PythonEvaluation {
  const { select, ...rest } = plan;
  const [child, side] = [plan.children[0]!, plan.sides[0]!];
  const scope = scopeOf([child], session);
  const columns = select?.map((e) => asColumn(resolveExpression(e, scope, session))) ?? outputOf(child);
  const keys = side.inputs.slice(0, side.keys).map((key) => asColumn(resolveExpression(key, scope, session)));
  const fields = [...columns, ...keys.map((key, i) => namedAs(key.kind === "alias" ? key.child : key, freshId(), `partition_by_${i}`))];
  const row: Expression = { kind: "unresolvedFunction", name: "struct", args: fields };
  const args = side.inputs.slice(side.keys).map((arg) => {
    const resolved = resolveExpression(arg.kind === "unresolvedStar" ? row : arg, scope, session);
    return resolved.kind === "attribute" ? resolved : asColumn(resolved);
  });
  const order = side.order.map((o) => ({ ...o, child: resolveExpression(o.child, scope, session) }));
  const grouped = [...keys, ...columns, ...args, ...order.map((o) => o.child)].some((e) =>
    someExpression(e, (x) => x.kind === "aggregate"),
  );
  if (grouped) throw new AnalysisError("MISSING_GROUP_BY");
  return {
    ...rest,
    sides: [{ inputs: [...keys, ...args], keys: keys.length, order }],
    table: { ...plan.table!, partitionIndexes: keys.map((_, i) => columns.length + i) },
  };
}
