import { call, freshId, integerLiteral, namedAs } from "../../expressions/build.ts";
import type { SortOrder, WindowCall } from "../../expressions/expression.ts";
import { bindOuter } from "../../logical/outer-references.ts";
import { outputOf, toAttribute } from "../../logical/output.ts";
import type { Limit, LogicalPlan, Offset } from "../../logical/plan.ts";
import { booleanType, integerType } from "../../types/data-type.ts";
import { filterBy } from "../filter-by.ts";
import { carried, type Decorrelated, decorrelate, type Place, parametersIn, valuesOf } from "./decorrelate.ts";
import { type Parameters, together } from "./surroundings.ts";

/** The first rows of each outer row's own: rows are numbered within what they are matched by. */
export function decorrelateLimit(plan: Limit | Offset, needed: Parameters, place: Place): Decorrelated {
  const { first, last, order, child } = range(plan);
  const below = decorrelate(child, together(needed, parametersIn(order)), { ...place, grouped: true });
  const orderBy = order.map((o) => ({ ...o, child: bindOuter(o.child, valuesOf(below.columns)) }));
  const keys = carried(below);
  const rowNumber: WindowCall = {
    kind: "window",
    function: call("row_number", [], integerType, false),
    partitionBy: keys,
    orderBy: orderBy.length > 0 ? orderBy : [{ kind: "sortOrder", child: integerLiteral(1), ascending: true, nullsFirst: true }],
    frame: { unit: "rows", lower: { kind: "unboundedPreceding" }, upper: { kind: "currentRow" } },
  };
  const number = namedAs(rowNumber, freshId(), "row_number");
  const numbered: LogicalPlan = {
    kind: "window",
    expressions: [number],
    partitionBy: keys,
    orderBy: rowNumber.orderBy,
    child: below.plan,
  };
  const compare = (operator: string, bound: number) => call(operator, [toAttribute(number), integerLiteral(bound)], booleanType, false);
  const within = [...(first > 0 ? [compare(">", first)] : []), ...(last === undefined ? [] : [compare("<=", last)])];
  return { ...below, plan: { kind: "project", expressions: [...outputOf(below.plan)], child: filterBy(numbered, within) } };
}

/** `LIMIT n OFFSET m` over a sort: the rows after `first` up to `last`. */
function range(plan: Limit | Offset): {
  readonly first: number;
  readonly last?: number;
  readonly order: readonly SortOrder[];
  readonly child: LogicalPlan;
} {
  const skipped = plan.kind === "offset" ? plan : plan.child.kind === "offset" ? plan.child : undefined;
  const below = skipped ? skipped.child : plan.child;
  const first = skipped?.count ?? 0;
  const sort = below.kind === "sort" ? below : undefined;
  return {
    first,
    ...(plan.kind === "limit" ? { last: first + plan.count } : {}),
    order: sort?.order ?? [],
    child: sort?.child ?? below,
  };
}
