import { AnalysisError } from "../../engine/errors.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type * as e from "../syntax/expression.ts";
import type * as s from "../syntax/query.ts";
import { flag, type Lowering } from "./context.ts";
import { lowerExpression } from "./expression.ts";
import { lowerGroupBy } from "./grouping.ts";
import { planAt, within } from "./place.ts";
import { isAll, lowerBody, lowerClauses, setOperation } from "./query.ts";
import { lowerJoinOver, lowerLateralView, lowerPivot, lowerUnpivot } from "./relation.ts";
import { withSample } from "./sample.ts";
import { lowerItem, lowerSelectOver } from "./select.ts";
import { windowsOf } from "./window.ts";

type Of<K extends s.PipeOperator["kind"]> = Extract<s.PipeOperator, { kind: K }>;

/** What `|> operator` makes of a plan. Source: Spark's AstBuilder.visitOperatorPipeRightSide. */
export function lowerPipe(pipe: s.PipeOperator, left: LogicalPlan, scope: Lowering): LogicalPlan {
  if (!flag(scope, "spark.sql.operatorPipeSyntaxEnabled", true)) throw notAllowed("Operator pipe SQL syntax using |>");
  return (rules[pipe.kind] as (p: s.PipeOperator, left: LogicalPlan, scope: Lowering) => LogicalPlan)(pipe, left, scope);
}

const notAllowed = (message: string): AnalysisError => new AnalysisError("_LEGACY_ERROR_TEMP_0035", { message });

const rules: { readonly [K in s.PipeOperator["kind"]]: (pipe: Of<K>, left: LogicalPlan, scope: Lowering) => LogicalPlan } = {
  select: (p, left, scope) => {
    const inner = windowsOf(p.windows, scope);
    return withoutAggregates(lowerSelectOver(p.select, left, inner), "SELECT");
  },
  extend: (p, left, scope) => {
    const added = p.items.map((item) => lowerItem(item, scope));
    return withoutAggregates({ kind: "project", expressions: [{ kind: "unresolvedStar" }, ...added], child: left }, "EXTEND");
  },
  set: (p, left, scope) => p.assignments.reduce((plan, assignment) => assigned(assignment, plan, scope), left),
  drop: (p, left) => ({
    kind: "project",
    expressions: [{ kind: "unresolvedStar", except: p.columns.map((column) => [column.name]) }],
    child: left,
  }),
  as: (p, left) => ({ kind: "subqueryAlias", alias: p.alias.name, child: left }),
  where: (p, left, scope) => {
    if (p.windows) throw new AnalysisError("NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE", {});
    return { kind: "filter", condition: lowerExpression(p.condition, scope), child: bounded(left) };
  },
  aggregate: (p, left, scope) => lowerAggregate(p, left, scope),
  join: (p, left, scope) => lowerJoinOver(p.join, left, scope),
  pivot: (p, left, scope) => lowerPivot(p.pivot, left, scope),
  unpivot: (p, left, scope) => lowerUnpivot(p.unpivot, left, scope),
  sample: (p, left, scope) => withSample(p.sample, left, scope),
  setOperation: (p, left, scope) => setOperation(p, left, lowerBody(p.right, scope)),
  organize: (p, left, scope) => {
    within(p.clauses, scope, () => checkOneClause(p.clauses));
    return planAt(p.clauses, scope, () => lowerClauses(p.clauses, bounded(left), scope));
  },
  lateralView: (p, left, scope) => lowerLateralView(p.view, left, scope),
};

/** A boundary that names do not reach through: what a pipe's input dropped is gone. */
const bounded = (child: LogicalPlan): LogicalPlan => ({
  kind: "project",
  expressions: [{ kind: "unresolvedStar" }],
  child,
  pipe: "boundary",
});

const withoutAggregates = (plan: LogicalPlan, clause: "SELECT" | "EXTEND" | "SET"): LogicalPlan => {
  if (plan.kind === "project") return { ...plan, pipe: clause };
  if (plan.kind === "deduplicate" || plan.kind === "hint") return { ...plan, child: withoutAggregates(plan.child, clause) };
  return plan;
};

/** One column after the other, so that later ones see the earlier. */
function assigned({ name, value }: Of<"set">["assignments"][number], child: LogicalPlan, scope: Lowering): LogicalPlan {
  if (value.kind === "alias") throw notAllowed("SQL pipe syntax |> SET operator with an alias assigned with [AS] aliasName");
  if (name.kind !== "name" || name.parts.length > 1) {
    throw notAllowed("SQL pipe syntax |> SET operator with multi-part assignment key (only single-part keys are allowed)");
  }
  const column = name.parts[0]!.name;
  return {
    kind: "project",
    expressions: [{ kind: "unresolvedStar", except: [[column]], replace: [{ name: column, expression: lowerExpression(value, scope) }] }],
    pipe: "SET",
    child,
  };
}

const unsupportedCase = (what: string): AnalysisError =>
  new AnalysisError("UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE", { case: what });

/** The grouping columns come first in the output. Source: Spark's AstBuilder.visitOperatorPipeAggregate. */
function lowerAggregate(pipe: Of<"aggregate">, child: LogicalPlan, scope: Lowering): LogicalPlan {
  if (pipe.aggregates.length === 0 && !pipe.groupBy) {
    throw notAllowed("The AGGREGATE clause requires a list of aggregate expressions or a list of grouping expressions, or both");
  }
  const groupBy = pipe.groupBy;
  checkGroups(groupBy, pipe.aggregates);
  const items = groupBy?.kind === "items" ? (groupBy.items as readonly e.Expression[]) : [];
  const aggregates = pipe.aggregates.map((item) => lowerItem(item, scope));
  const keys = items.map((item) => lowerItem(item, scope));
  const { grouping } = lowerGroupBy({ kind: "items", items }, scope);
  // A position counts the input's columns here, so that it stands for itself in both lists.
  const shown = keys.map((key, i) => (grouping[i]?.kind === "unresolvedOrdinal" ? grouping[i]! : key));
  return { kind: "aggregate", grouping, aggregates: [...shown, ...aggregates], pipeAggregates: aggregates.length, child };
}

function checkGroups(groupBy: s.GroupBy | undefined, aggregates: readonly e.Expression[]): void {
  if (groupBy?.kind === "all") throw unsupportedCase("GROUP BY ALL");
  if (groupBy?.kind === "with") {
    throw unsupportedCase(groupBy.sets === "rollup" ? "GROUP BY ROLLUP" : groupBy.sets === "cube" ? "GROUP BY CUBE" : "GROUPING SETS");
  }
  const items = groupBy?.items ?? [];
  const [only] = items;
  if (items.length === 1 && only?.kind === "column" && isAll(only)) throw unsupportedCase("GROUP BY ALL");
  for (const item of items) {
    if (item.kind === "rollup") throw unsupportedCase("GROUP BY ROLLUP");
    if (item.kind === "cube") throw unsupportedCase("GROUP BY CUBE");
    if (item.kind === "groupingSets") throw unsupportedCase("GROUPING SETS");
  }
  for (const expression of [...(items as readonly e.Expression[]), ...aggregates]) checkCalls(expression);
}

/** No window functions and no grouping functions in |> AGGREGATE. */
function checkCalls(value: unknown): void {
  if (Array.isArray(value)) {
    value.forEach(checkCalls);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const node = value as Partial<e.FunctionCall>;
  if (node.kind === "call" && node.name?.kind === "name") {
    const name = node.name.parts.map((part) => part.name.toUpperCase()).join(".");
    if (node.args?.length === 1 && (name === "GROUPING" || name === "GROUPING_ID")) throw unsupportedCase(name);
    if (node.over && !("name" in node.over)) {
      throw unsupportedCase(
        "window functions; please update the query to move the window functions to a subsequent |> SELECT operator instead",
      );
    }
  }
  if (Object.getPrototypeOf(value) === Object.prototype) Object.values(value).forEach(checkCalls);
}

const CLAUSES = [
  ["orderBy", "ORDER BY"],
  ["clusterBy", "CLUSTER BY"],
] as const;

/** A pipe has one clause; LIMIT with OFFSET counts as one. */
function checkOneClause(clauses: Of<"organize">["clauses"]): void {
  if (clauses.windows) throw new AnalysisError("UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS", { clauses: "the WINDOW clause" });
  const first = orderClause(clauses);
  const second = clauses.offset ? "OFFSET" : clauses.limit ? "LIMIT" : undefined;
  if (!first || !second) return;
  throw new AnalysisError("MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS", { clause1: first, clause2: second });
}

function orderClause(clauses: Of<"organize">["clauses"]): string | undefined {
  const found = CLAUSES.find(([key]) => clauses[key] !== undefined);
  if (found) return found[1];
  if (clauses.sortBy && clauses.distributeBy) return "SORT BY ... DISTRIBUTE BY ...";
  return clauses.sortBy ? "SORT BY" : clauses.distributeBy ? "DISTRIBUTE BY" : undefined;
}
