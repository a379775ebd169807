import { AnalysisError } from "../../engine/errors.ts";
import { alias, freshId } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type * as s from "../syntax/query.ts";
import { flag, type Lowering } from "./context.ts";
import { lowerExpression } from "./expression.ts";
import { lowerGroupBy } from "./grouping.ts";
import { planAt } from "./place.ts";
import { lowerFrom, lowerLateralView } from "./relation.ts";

/** SELECT ... FROM ... WHERE ... GROUP BY ... HAVING, from the bottom up. Source: Spark's AstBuilder.visitCommonSelectQueryClausePlan. */
export function lowerSelect(select: s.Select, scope: Lowering): LogicalPlan {
  return planAt(select, scope, () => {
    const from: LogicalPlan = select.from ? lowerFrom(select.from, scope) : { kind: "oneRow" };
    return lowerSelectOver(select, from, scope);
  });
}

/** The same over a given relation, as `|> SELECT` has it. */
export function lowerSelectOver(select: s.Select, from: LogicalPlan, scope: Lowering): LogicalPlan {
  if (select.transform) {
    throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "SELECT TRANSFORM", advice: "Use a function instead of a script." });
  }
  const viewed = select.lateralViews.reduce((plan, view) => lowerLateralView(view, plan, scope), from);
  const filtered: LogicalPlan = select.where ? { kind: "filter", condition: lowerExpression(select.where, scope), child: viewed } : viewed;
  const projected = project(select, filtered, scope);
  const distinct: LogicalPlan = select.quantifier === "distinct" ? { kind: "deduplicate", child: projected } : projected;
  return select.hints.toReversed().reduce((plan, hint) => lowerHint(hint, plan, scope), distinct);
}

/** QUALIFY is a column of the SELECT until its rows are chosen: it may use windows, aggregates and aliases as columns do. */
function project(select: s.Select, child: LogicalPlan, scope: Lowering): LogicalPlan {
  const items = select.items.map((item) => lowerItem(item, scope));
  if (!select.qualify) return projectItems(select, items, child, scope);
  const name = `qualify#${freshId()}`;
  const condition = alias(lowerExpression(select.qualify, scope), name);
  const shown: readonly Expression[] = items.length > 0 ? items : [{ kind: "unresolvedStar" }];
  const marked = projectItems(select, [...shown, condition], child, scope);
  const chosen: LogicalPlan = { kind: "filter", condition: { kind: "unresolvedAttribute", nameParts: [name] }, child: marked };
  return { kind: "drop", columns: [], names: [name], child: chosen };
}

function projectItems(select: s.Select, items: readonly Expression[], child: LogicalPlan, scope: Lowering): LogicalPlan {
  const having = select.having && lowerExpression(select.having, scope);
  const aggregates = items.length > 0 ? items : [{ kind: "unresolvedStar" } as const];
  if (select.groupBy) {
    const { groupBy } = select;
    return planAt(select.grouped ?? select, scope, () => ({
      kind: "aggregate",
      ...lowerGroupBy(groupBy, scope),
      aggregates,
      ...(having ? { having } : {}),
      child,
    }));
  }
  if (having && !flag(scope, "spark.sql.legacy.parser.havingWithoutGroupByAsWhere", false)) {
    return { kind: "aggregate", grouping: [], aggregates, having, child };
  }
  const projected: LogicalPlan = items.length > 0 ? { kind: "project", expressions: items, child } : child;
  return having ? { kind: "filter", condition: having, child: projected } : projected;
}

export const lowerItem = (item: s.SelectItem, scope: Lowering): Expression => lowerExpression(item, { ...scope, inSelectList: true });

function lowerHint(hint: s.Hint, child: LogicalPlan, scope: Lowering): LogicalPlan {
  return { kind: "hint", name: hint.name.name, parameters: hint.parameters.map((parameter) => lowerExpression(parameter, scope)), child };
}
