import { AnalysisError, FirecrestError } from "../errors.ts";
import { call, freshId, namedAs, newAttribute } from "../expressions/build.ts";
import type { Attribute, Call, Expression, UnresolvedFunction } from "../expressions/expression.ts";
import { fingerprint, typeOf } from "../expressions/properties.ts";
import { childrenOf, transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { isSliding } from "../functions/time-window.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { Aggregate, LogicalPlan, Project } from "../logical/plan.ts";
import { expressionsOf, mapExpressions, transformUp as transformPlan } from "../logical/traverse.ts";
import { arrayType, booleanType, structField } from "../types/data-type.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";
import { isSession, mergedSessions, sessionOfEach } from "./session-window.ts";

/**
 * An aggregate over a child that has the window of the calls in it as a column, so that its other expressions can name it:
 * `SELECT window.start ... GROUP BY window(time, '5 minutes')`.
 */
export function withTimeWindow(plan: Aggregate, session: SessionSettings): Aggregate {
  const written = [...plan.grouping, ...plan.aggregates, ...(plan.having ? [plan.having] : [])].flatMap(writtenWindowsIn);
  if (written.length === 0) return plan;
  const scope = scopeOf([plan.child], session);
  const made = windowBelow(
    written.map((e) => resolveExpression(e, scope, session)),
    plan.child,
    session,
  );
  if (!made) return plan;
  if (plan.groupingSets && isSession(made.column)) {
    throw new FirecrestError("FIRECREST_UNSUPPORTED", {
      feature: "session_window in grouping sets",
      advice: "Group by each of them alone.",
    });
  }
  const replace = (e: Expression) => transformUp(e, (x) => (isWrittenWindow(x) ? made.column : x));
  return { ...(mapExpressions(plan, replace) as Aggregate), child: made.child };
}

/** A projected window is a column of its function's name, without arguments. */
export function withWindowNames(plan: Project): Project {
  if (!plan.expressions.some(isWrittenWindow)) return plan;
  const named = (e: Expression): Expression =>
    isWrittenWindow(e) ? namedAs(e, freshId(), (e as UnresolvedFunction).name.toLowerCase()) : e;
  return { ...plan, expressions: plan.expressions.map(named) };
}

const isWrittenWindow = (e: Expression): boolean => e.kind === "unresolvedFunction" && NAMES.has(e.name.toLowerCase());
const writtenWindowsIn = (e: Expression): readonly Expression[] => (isWrittenWindow(e) ? [e] : childrenOf(e).flatMap(writtenWindowsIn));

/**
 * Computes `window(...)` once, in a column below the operator that uses it: rows without a time have no window and are left
 * out, and where windows slide a row is repeated for each that holds it. Source: Spark's TimeWindowing.
 */
export const extractTimeWindows = (plan: LogicalPlan, session: SessionSettings): LogicalPlan =>
  transformPlan(plan, (node) => mergedSessions(extract(node, session), session));

function extract(plan: LogicalPlan, session: SessionSettings): LogicalPlan {
  if (plan.kind !== "project" && plan.kind !== "aggregate" && plan.kind !== "expand") return plan;
  const made = windowBelow(expressionsOf(plan).flatMap(windowsIn), plan.child, session);
  if (!made) return plan;
  const replace = (e: Expression) => transformUp(e, (x) => (isWindow(x) ? made.column : x));
  return { ...(mapExpressions(plan, replace) as typeof plan), child: made.child };
}

interface WithWindow {
  readonly child: LogicalPlan;
  readonly column: Attribute;
}

/** The child with the column that these calls are, if they are one. */
function windowBelow(calls: readonly Expression[], child: LogicalPlan, session: SessionSettings): WithWindow | undefined {
  const windows = new Map(calls.filter(isWindow).map((window) => [fingerprint(window), window]));
  const [window, another] = [...windows.values()];
  if (!window) return undefined;
  if (another) throw new AnalysisError("_LEGACY_ERROR_TEMP_1039", {});
  if (window.name === "session_window") return sessionOfEach(window, child, session);
  return isSliding(window) ? exploded(window, child) : computed(window, child);
}

const NAMES: ReadonlySet<string> = new Set(["window", "session_window"]);
const isWindow = (e: Expression): e is Call => e.kind === "call" && NAMES.has(e.name);
const windowsIn = (e: Expression): readonly Call[] => (isWindow(e) ? [e] : childrenOf(e).flatMap(windowsIn));

/** The one window of each row. */
function computed(window: Call, child: LogicalPlan): WithWindow {
  const column = namedAs(window, freshId(), "window");
  const condition = call("isnotnull", [window.args[0]!], booleanType, false);
  const timed: LogicalPlan = { kind: "filter", condition, child };
  const below: LogicalPlan = { kind: "project", expressions: [...outputOf(child), column], child: timed };
  return { child: below, column: toAttribute(column) };
}

/** A row for each window that holds it. */
function exploded(window: Call, child: LogicalPlan): WithWindow {
  const column = newAttribute("window", window.type);
  const all = { ...window, name: "time_windows", type: arrayType(typeOf(window), false) };
  const fields = [structField("col", window.type)];
  const generator: Expression = { kind: "generator", name: "explode", args: [all], fields, outer: false };
  const below: LogicalPlan = { kind: "generate", generator, outer: false, output: [column], child };
  return { child: below, column };
}
