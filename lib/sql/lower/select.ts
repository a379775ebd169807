import { AnalysisError } from "../../engine/errors.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type * as s from "../syntax/query.ts";
import { flag, type Lowering } from "./context.ts";
import { lowerExpression } from "./expression.ts";
import { lowerGroupBy } from "./grouping.ts";
import { lowerFrom, lowerLateralView } from "./relation.ts";

/** SELECT ... FROM ... WHERE ... GROUP BY ... HAVING, from the bottom up. Source: Spark's AstBuilder.visitCommonSelectQueryClausePlan. */
export function lowerSelect(select: s.Select, scope: Lowering): LogicalPlan {
  const from: LogicalPlan = select.from ? lowerFrom(select.from, scope) : { kind: "oneRow" };
  return lowerSelectOver(select, from, scope);
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

function project(select: s.Select, child: LogicalPlan, scope: Lowering): LogicalPlan {
  const items = select.items.map((item) => lowerItem(item, scope));
  const having = select.having && lowerExpression(select.having, scope);
  const aggregates = items.length > 0 ? items : [{ kind: "unresolvedStar" } as const];
  if (select.groupBy) {
    const grouped: LogicalPlan = {
      kind: "aggregate",
      ...lowerGroupBy(select.groupBy, scope),
      aggregates,
      ...(having ? { having } : {}),
      child,
    };
    return qualified(select, grouped, scope);
  }
  if (having && !flag(scope, "spark.sql.legacy.parser.havingWithoutGroupByAsWhere", false)) {
    return qualified(select, { kind: "aggregate", grouping: [], aggregates, having, child }, scope);
  }
  const projected: LogicalPlan = items.length > 0 ? { kind: "project", expressions: items, child } : child;
  const selected: LogicalPlan = having ? { kind: "filter", condition: having, child: projected } : projected;
  return qualified(select, selected, scope);
}

function qualified(select: s.Select, plan: LogicalPlan, _scope: Lowering): LogicalPlan {
  if (!select.qualify) return plan;
  throw new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: "QUALIFY",
    advice: "Filter a subquery that has the window function as a column.",
  });
}

/** `* REPLACE (...)` is the star with the replaced columns in their places: withColumns, which keeps positions. */
export function lowerItem(item: s.SelectItem, scope: Lowering): Expression {
  if (item.kind === "star" && item.replace) {
    throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "SELECT * REPLACE", advice: "Name the columns." });
  }
  return lowerExpression(item, { ...scope, inSelectList: true });
}

function lowerHint(hint: s.Hint, child: LogicalPlan, scope: Lowering): LogicalPlan {
  return { kind: "hint", name: hint.name.name, parameters: hint.parameters.map((parameter) => lowerExpression(parameter, scope)), child };
}
