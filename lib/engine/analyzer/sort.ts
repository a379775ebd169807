import { AnalysisError } from "../errors.ts";
import type { Expression, SortOrder } from "../expressions/expression.ts";
import { originOf, typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import { someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan, Sort } from "../logical/plan.ts";
import { refuseGenerator } from "./check-generator.ts";
import { isOrderable } from "./implicit-cast.ts";
import { resolveMissing } from "./missing-columns.ts";
import { scopeOf } from "./scope.ts";
import { refuseSqlCalls } from "./sql-function.ts";

/** Positions and ALL mean columns of the output. Source: Spark's ResolveReferencesInSort, ResolveOrdinalInOrderByAndGroupBy. */
export function resolveSort(plan: Sort, session: SessionSettings): LogicalPlan {
  const { all, ...sort } = plan;
  const output = outputOf(plan.child);
  const byAll = all === true && scopeOf([plan.child], session).candidates(["all"], undefined).length === 0;
  const written = byAll ? output.map((child) => ({ ...plan.order[0]!, child })) : plan.order;
  for (const key of written) refuseGenerator(key, (text) => `Sort [${text}], ${String(sort.global)}`);
  const order = session.positionsLast ? written : written.map((key) => positioned(key, output));
  return resolveMissing(plan.child, session, order, (child, resolved) => {
    const keys = (resolved as SortOrder[]).map((key) => positioned(key, outputOf(child)));
    for (const key of keys) checkKey(key);
    return { ...sort, order: keys, child };
  });
}

function positioned(key: SortOrder, output: readonly Expression[]): SortOrder {
  if (key.child.kind !== "unresolvedOrdinal") return key;
  const { position } = key.child;
  const column = output[position - 1];
  if (!column)
    throw new AnalysisError("ORDER_BY_POS_OUT_OF_RANGE", { index: String(position), size: String(output.length) }, originOf(key.child));
  return { ...key, child: column };
}

function checkKey(key: SortOrder): void {
  refuseSqlCalls(key, "Sort");
  const type = typeOf(key);
  if (!isOrderable(type)) {
    throw new AnalysisError(
      "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
      {
        functionName: "`sortorder`",
        dataType: sqlTypeOf(type),
        sqlExpr: sqlExpr(key),
      },
      originOf(key.child),
    );
  }
  if (someExpression(key, (e) => e.kind === "window" || e.kind === "aggregate")) {
    const invalid = key.child;
    throw new AnalysisError("UNSUPPORTED_EXPR_FOR_OPERATOR", { invalidExprSqls: sqlExpr(invalid) });
  }
}
