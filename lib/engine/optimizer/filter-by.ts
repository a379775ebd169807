import { conjunction } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import type { LogicalPlan } from "../logical/plan.ts";

/** The plan's rows for which all predicates hold; the plan itself where there are none. */
export const filterBy = (child: LogicalPlan, predicates: readonly Expression[]): LogicalPlan =>
  predicates.length === 0 ? child : { kind: "filter", condition: conjunction(predicates), child };
