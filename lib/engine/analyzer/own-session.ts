import type { Expression } from "../expressions/expression.ts";
import { transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { mapChildren, mapExpressions } from "../logical/traverse.ts";

/**
 * What expressions take from the settings that they are analyzed under; all else they read when they run, from the job's. Source: the
 * arguments of Spark's expression classes that come from its SQLConf (evalMode, timeZoneId, legacyInterval, ...).
 */
const TAKEN = [
  "ansi",
  "timeZone",
  "calendarIntervals",
  "lowerPercentiles",
  "javaCharsets",
  "replacesCharacters",
  "insertsBeforeNegative",
  "padsTexts",
  "concatsTexts",
  "choosesTexts",
] as const satisfies readonly (keyof SessionSettings)[];

type Taken = Partial<Pick<SessionSettings, (typeof TAKEN)[number]>>;

const takenOf = (session: SessionSettings): Taken =>
  Object.fromEntries(TAKEN.flatMap((key) => (session[key] === undefined ? [] : [[key, session[key]]])));

/** The settings around a part of a plan, but for those that its expressions take from where they were written. */
function withTaken(around: SessionSettings, own: SessionSettings): SessionSettings {
  const others = Object.entries(around).filter(([key]) => !(TAKEN as readonly string[]).includes(key) && !OF_ANALYSIS.has(key));
  return { ...Object.fromEntries(others), ...takenOf(own) } as SessionSettings;
}
/** Of analyzer/context.ts: no settings. */
const OF_ANALYSIS: ReadonlySet<string> = new Set(["outer", "definitions"]);

const sameTaken = (a: SessionSettings, b: SessionSettings): boolean => TAKEN.every((key) => a[key] === b[key]);

/** These mean the same under all settings: rules may take them apart and compare them. */
const FREE: ReadonlySet<string> = new Set(
  "and or not = <=> < <= > >= in isnull isnotnull coalesce if when get_struct_field outer_reference".split(" "),
);

/** A resolved plan whose expressions keep the settings that they were analyzed under, where these are not those around it. */
export function keepSession(plan: LogicalPlan, own: SessionSettings, around: SessionSettings): LogicalPlan {
  if (sameTaken(own, around)) return plan;
  return inPlan(plan, withTaken(around, own));
}

/** The same of a resolved expression. */
export function keepSessionIn(e: Expression, own: SessionSettings, around: SessionSettings): Expression {
  if (sameTaken(own, around)) return e;
  const session = withTaken(around, own);
  return transformUp(e, (one) => kept(one, session));
}

function inPlan(plan: LogicalPlan, session: SessionSettings): LogicalPlan {
  const below = mapChildren(plan, (child) => inPlan(child, session));
  return mapExpressions(below, (e) => transformUp(e, (one) => kept(one, session)));
}

function kept(e: Expression, session: SessionSettings): Expression {
  switch (e.kind) {
    case "call":
      return e.session || FREE.has(e.name) ? e : { ...e, session };
    case "cast":
    case "aggregate":
    case "generator":
      return e.session ? e : { ...e, session };
    case "scalarSubquery":
    case "exists":
    case "inSubquery":
      return { ...e, plan: inPlan(e.plan, session) };
    default:
      return e;
  }
}
