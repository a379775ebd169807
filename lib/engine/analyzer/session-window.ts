import { AnalysisError } from "../errors.ts";
import { fn, freshId, integerLiteral, stringLiteral } from "../expressions/build.ts";
import type { Alias, Attribute, Call, Expression, SortOrder, WindowFrame } from "../expressions/expression.ts";
import { fingerprint, typeOf } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { calendarIntervalType, type DataType } from "../types/data-type.ts";
import { resolveExpression, type Scope } from "./resolve-expression.ts";
import { extractWindows } from "./window.ts";

/**
 * Sessions of times that follow each other within a gap. Each row begins with one of its own, from its time to the gap behind it; where
 * rows are grouped by it, those of a group that overlap or touch become one. Source: Spark's SessionWindowing and UpdatingSessionsIterator.
 */
const MARKER = "spark.sessionWindow";

/** Whether a column holds each row's own session: groups by it merge sessions. */
export const isSession = (e: Expression): e is Attribute => e.kind === "attribute" && e.metadata?.[MARKER] === true;

/** Everything in it has been resolved, or names a function. */
const NO_NAMES: Scope = { candidates: () => [], all: () => [] };

/** The child with each row's own session; rows without a time, or a gap above zero, have none and are left out. */
export function sessionOfEach({ args: [time, gap] }: Call, child: LogicalPlan, session: SessionSettings) {
  const resolved = (e: Expression) => resolveExpression(e, NO_NAMES, session);
  const kind = typeOf(gap!).kind;
  if (kind !== "string" && kind !== "interval") throw new AnalysisError("_LEGACY_ERROR_TEMP_1040", { dt: className(typeOf(gap!)) });
  const end = fn("+", time!, kind === "interval" ? gap! : { kind: "cast", child: gap!, type: calendarIntervalType });
  const column: Alias = {
    kind: "alias",
    child: resolved(fn("named_struct", stringLiteral("start"), time!, stringLiteral("end"), end)),
    id: freshId(),
    name: "session_window",
    metadata: { [MARKER]: true },
  };
  const own = toAttribute(column);
  const condition = resolved(fn(">", part(own, "end"), part(own, "start")));
  const project: LogicalPlan = { kind: "project", expressions: [...outputOf(child), column], child };
  return { child: { kind: "filter", condition, child: project } satisfies LogicalPlan, column: own };
}

const FIELDS: readonly string[] = ["day", "hour", "minute", "second"];

/** As Spark's classes of types print themselves. */
function className(type: DataType): string {
  if (type.kind === "day-time interval") return `DayTimeIntervalType(${FIELDS.indexOf(type.start)},${FIELDS.indexOf(type.end)})`;
  if (type.kind === "decimal") return `DecimalType(${type.precision},${type.scale})`;
  return `${type.kind[0]!.toUpperCase()}${type.kind.slice(1)}Type`;
}

const part = (session: Expression, name: "start" | "end"): Expression => fn("get_struct_field", session, stringLiteral(name));

const BEFORE: WindowFrame = {
  unit: "rows",
  lower: { kind: "unboundedPreceding" },
  upper: { kind: "offset", offset: integerLiteral(-1) },
};
const SO_FAR: WindowFrame = { unit: "rows", lower: { kind: "unboundedPreceding" }, upper: { kind: "currentRow" } };

/** An aggregate that groups by rows' own sessions groups by the merged ones of each of its other groups. */
export function mergedSessions(plan: LogicalPlan, session: SessionSettings): LogicalPlan {
  const column = plan.kind === "aggregate" ? plan.grouping.find(isSession) : undefined;
  if (plan.kind !== "aggregate" || !column) return plan;
  const keys = plan.grouping.filter((key) => fingerprint(key) !== fingerprint(column));
  const columns = outputOf(plan.child);
  const over = (function_: Expression, partitionBy: readonly Expression[], frame?: WindowFrame): Expression => {
    const orderBy: SortOrder[] = frame ? [{ kind: "sortOrder", child: part(column, "start"), ascending: true, nullsFirst: true }] : [];
    return { kind: "window", function: function_, partitionBy, orderBy, ...(frame ? { frame } : {}) };
  };
  const add = (child: LogicalPlan, name: string, expression: Expression) => {
    const resolved = resolveExpression({ kind: "alias", child: expression, id: freshId(), name }, NO_NAMES, session);
    return { child: extractWindows(child, [...outputOf(child), resolved]), added: toAttribute(resolved as Alias) };
  };
  const ends = add(plan.child, "ends", over(fn("max", part(column, "end")), keys, BEFORE));
  const begins = fn("if", fn("<=", part(column, "start"), ends.added), integerLiteral(0), integerLiteral(1));
  const numbered = add(ends.child, "number", over(fn("sum", begins), keys, SO_FAR));
  const within = [...keys, numbered.added];
  const merged = fn(
    "named_struct",
    stringLiteral("start"),
    over(fn("min", part(column, "start")), within),
    stringLiteral("end"),
    over(fn("max", part(column, "end")), within),
  );
  const resolved = resolveExpression({ kind: "alias", child: merged, id: column.id, name: column.name }, NO_NAMES, session) as Alias;
  const whole: Alias = { ...resolved, ...(column.metadata ? { metadata: column.metadata } : {}) };
  const replaced = columns.map((attribute) => (attribute.id === column.id ? whole : attribute));
  return { ...plan, child: extractWindows(numbered.child, replaced) };
}
