import { FirecrestError } from "../../errors.ts";
import { call, conjunction, freshId, namedAs, splitConjuncts } from "../../expressions/build.ts";
import type { Attribute, Expression } from "../../expressions/expression.ts";
import { referencesOf } from "../../expressions/properties.ts";
import { bindOuter, isCorrelated, outerReferencesIn, readsOuter } from "../../logical/outer-references.ts";
import { outputOf, toAttribute } from "../../logical/output.ts";
import type { Filter, Generate, Join, LogicalPlan, Project } from "../../logical/plan.ts";
import type { PythonEvaluation } from "../../logical/python.ts";
import { expressionsOf, mapExpressions } from "../../logical/traverse.ts";
import { booleanType } from "../../types/data-type.ts";
import { filterBy } from "../filter-by.ts";
import { outputIds, substitute } from "../substitute.ts";
import { decorrelateAggregate, decorrelateWindow } from "./decorrelate-groups.ts";
import { decorrelateLimit } from "./decorrelate-limit.ts";
import { decorrelateSetOperation, decorrelateUnion } from "./decorrelate-set-operation.ts";
import { equality } from "./equality.ts";
import { isOneRow } from "./one-row.ts";
import {
  asGiven,
  type Columns,
  domainOf,
  noColumns,
  type Parameters,
  parametersOf,
  type Surroundings,
  together,
  without,
} from "./surroundings.ts";

/** A query without outer references, whose rows belong to the rows around it for which the conditions hold. */
export interface Decorrelated {
  /** Has the columns that it had, and those that the conditions read. */
  readonly plan: LogicalPlan;
  /** Over `plan`'s columns and outer references. */
  readonly conditions: readonly Expression[];
  /** Columns of `plan` that equal a parameter. */
  readonly columns: Columns;
}

/** What stands above a part of a query. */
export interface Place {
  readonly surroundings: Surroundings;
  /** Its rows are grouped, numbered or cut: only conditions may be pulled up that give each outer row a group of its own. */
  readonly grouped: boolean;
  /** It is a part of a union: all parts have to have the same columns, so nothing is pulled up. */
  readonly inSet: boolean;
  /** A group without rows has a row (of an aggregate without GROUP BY) that must not be lost. */
  readonly emptyGroups: boolean;
}

/**
 * Rewrites a query so that it no longer depends on each row around it. `needed` are the parameters that nodes above compute with;
 * the result has a column for each. A parameter comes from an equality (`inner = outer`) where there is one, else from the domain:
 * the distinct values around the query, joined to the query's uncorrelated part. Source: Spark's DecorrelateInnerQuery; Neumann and Kemper,
 * Unnesting Arbitrary Queries.
 */
export function decorrelate(plan: LogicalPlan, needed: Parameters, place: Place): Decorrelated {
  if (!isCorrelated(plan)) return needed.size === 0 ? { plan, conditions: [], columns: noColumns } : joinDomain(plan, needed, place);
  switch (plan.kind) {
    case "filter":
      return decorrelateFilter(plan, needed, place);
    case "project":
      return decorrelateProject(plan, needed, place);
    case "aggregate":
      return decorrelateAggregate(plan, needed, place);
    case "window":
      return decorrelateWindow(plan, needed, place);
    case "limit":
    case "offset":
      return decorrelateLimit(plan, needed, place);
    case "join":
      return decorrelateJoin(plan, needed, place);
    case "union":
      return decorrelateUnion(plan, needed, place);
    case "setOperation":
      return decorrelateSetOperation(plan, needed, place);
    case "generate":
      return decorrelateGenerate(plan, needed, place);
    case "python":
      return decorrelateTableFunction(plan, needed, place);
    case "subqueryAlias":
    case "hint":
      return decorrelate(plan.child, needed, place);
    case "sort":
    case "repartition":
    case "expand":
      return decorrelateUnary(plan, needed, place);
    default:
      return refuse(plan.kind);
  }
}

function refuse(kind: LogicalPlan["kind"]): never {
  throw new FirecrestError("FIRECREST_UNSUPPORTED", {
    feature: `A ${kind} over columns of the query around it`,
    advice: "Join instead.",
  });
}

/** The columns that have to come up from a decorrelated part. */
export const carried = ({ conditions, columns }: Decorrelated): Attribute[] => [
  ...new Map([...conditions.flatMap(referencesOf), ...columns.values()].map((a) => [a.id, a])).values(),
];

export const valuesOf = (columns: Columns): ReadonlyMap<number, Expression> => columns;
export const parametersIn = (expressions: readonly Expression[]): Parameters => parametersOf(expressions.flatMap(outerReferencesIn));

function joinDomain(plan: LogicalPlan, needed: Parameters, { surroundings }: Place): Decorrelated {
  const domain = domainOf(needed, surroundings);
  const conditions = [...needed].map(([id, parameter]) => asGiven(domain.columns.get(id)!, parameter));
  const joined: LogicalPlan = isOneRow(plan) ? domain.plan : { kind: "join", type: "cross", left: domain.plan, right: plan };
  return { plan: joined, conditions, columns: domain.columns };
}

function decorrelateFilter(plan: Filter, needed: Parameters, place: Place): Decorrelated {
  const conjuncts = splitConjuncts(plan.condition);
  const local = conjuncts.filter((c) => !readsOuter(c));
  const correlated = conjuncts.filter(readsOuter);
  const equalities = place.inSet ? [] : correlated.flatMap((c) => equality(c) ?? []);
  const pulled = place.inSet ? [] : place.grouped ? equalities.map((e) => e.conjunct) : correlated;
  const kept = correlated.filter((c) => !pulled.includes(c));
  const given: Columns = new Map(equalities.flatMap(({ parameter, column }) => (parameter ? [[parameter.id, column]] : [])));
  const below = decorrelate(plan.child, without(together(needed, parametersIn(kept)), given), place);
  const columns = together(below.columns, given);
  const computed = equalities.flatMap(({ computed: alias }) => (alias ? [alias] : []));
  const child: LogicalPlan =
    computed.length === 0 ? below.plan : { kind: "project", expressions: [...outputOf(below.plan), ...computed], child: below.plan };
  const conditions = pulled.map((c) => equalities.find((e) => e.conjunct === c)?.condition ?? c);
  return {
    plan: filterBy(child, [...kept.map((c) => bindOuter(c, valuesOf(columns))), ...local]),
    conditions: [...below.conditions, ...conditions],
    columns,
  };
}

function decorrelateProject(plan: Project, needed: Parameters, place: Place): Decorrelated {
  const below = decorrelate(plan.child, together(needed, parametersIn(plan.expressions)), place);
  const expressions = plan.expressions.map((e) => bindOuter(e, valuesOf(below.columns)));
  const kept = new Set(expressions.flatMap((e) => (e.kind === "attribute" ? [e.id] : [])));
  const added = carried(below).filter((a) => !kept.has(a.id));
  return { ...below, plan: { ...plan, expressions: [...expressions, ...added], child: below.plan } };
}

/** A node whose columns are its child's, or computed from them row by row. */
function decorrelateUnary(
  plan: Extract<LogicalPlan, { kind: "sort" | "repartition" | "expand" }>,
  needed: Parameters,
  place: Place,
): Decorrelated {
  const below = decorrelate(plan.child, together(needed, parametersIn(expressionsOf(plan))), place);
  const bound = mapExpressions(plan, (e) => bindOuter(e, valuesOf(below.columns))) as typeof plan;
  if (bound.kind !== "expand") return { ...below, plan: { ...bound, child: below.plan } };
  const added = carried(below).filter((a) => !bound.output.some((o) => o.id === a.id));
  const projections = bound.projections.map((projection) => [...projection, ...added]);
  return { ...below, plan: { ...bound, projections, output: [...bound.output, ...added], child: below.plan } };
}

function decorrelateGenerate(plan: Generate, needed: Parameters, place: Place): Decorrelated {
  const below = decorrelate(plan.child, together(needed, parametersIn([plan.generator])), place);
  return { ...below, plan: { ...plan, generator: bindOuter(plan.generator, valuesOf(below.columns)), child: below.plan } };
}

/** A table function in Python is called for each row of the domain, beside which its rows stand. */
function decorrelateTableFunction(plan: PythonEvaluation, needed: Parameters, place: Place): Decorrelated {
  if (plan.form !== "table" || !plan.table || !isOneRow(plan.children[0]!)) return refuse(plan.kind);
  const below = decorrelate(plan.children[0]!, together(needed, parametersIn(expressionsOf(plan))), place);
  const bound = mapExpressions(plan, (e) => bindOuter(e, valuesOf(below.columns))) as PythonEvaluation;
  return { ...below, plan: { ...bound, table: { ...plan.table, passes: true }, children: [below.plan] } };
}

function decorrelateJoin(plan: Join, needed: Parameters, place: Place): Decorrelated {
  switch (plan.type) {
    case "inner":
    case "cross":
      return decorrelateInnerJoin(plan, needed, place);
    case "right":
      return decorrelateKeptSide({ ...plan, type: "left", left: plan.right, right: plan.left }, needed, place);
    case "full":
      throw new FirecrestError("FIRECREST_UNSUPPORTED", {
        feature: "A full join over columns of the query around it",
        advice: "Use a union.",
      });
    default:
      return decorrelateKeptSide(plan, needed, place);
  }
}

function decorrelateInnerJoin(plan: Join, needed: Parameters, place: Place): Decorrelated {
  const conjuncts = plan.condition ? splitConjuncts(plan.condition) : [];
  const correlated = conjuncts.filter(readsOuter);
  const { condition: _, ...rest } = plan;
  const local = conjuncts.filter((c) => !readsOuter(c));
  if (correlated.length > 0) {
    const join: Join = {
      ...rest,
      type: local.length > 0 ? "inner" : "cross",
      ...(local.length > 0 ? { condition: conjunction(local) } : {}),
    };
    return decorrelate({ kind: "filter", condition: conjunction(correlated), child: join }, needed, place);
  }
  const [inLeft, inRight] = [isCorrelated(plan.left), isCorrelated(plan.right)];
  // What one side has a column for need not be a column of the other.
  const left = inLeft ? decorrelate(plan.left, needed, place) : { plan: plan.left, conditions: [], columns: noColumns };
  const right = inRight
    ? apartFrom(left.plan, decorrelate(plan.right, inLeft ? new Map() : needed, place))
    : { plan: plan.right, conditions: [], columns: noColumns };
  const same = [...left.columns].flatMap(([id, column]) => {
    const other = right.columns.get(id);
    return other ? [call("<=>", [column, other], booleanType, false)] : [];
  });
  const condition = [...local, ...same];
  return {
    plan: {
      ...rest,
      type: condition.length > 0 ? "inner" : "cross",
      left: left.plan,
      right: right.plan,
      ...(condition.length > 0 ? { condition: conjunction(condition) } : {}),
    },
    conditions: [...left.conditions, ...right.conditions],
    columns: together(right.columns, left.columns),
  };
}

/** With columns of its own where it has some of the other side's: the values around a query may come from a query that is correlated itself. */
function apartFrom(other: LogicalPlan, side: Decorrelated): Decorrelated {
  const taken = outputIds(other);
  const output = outputOf(side.plan);
  if (!output.some(({ id }) => taken.has(id))) return side;
  const expressions = output.map((a) => (taken.has(a.id) ? namedAs(a, freshId(), a.name) : a));
  const columns = expressions.map(toAttribute);
  const by = new Map(columns.map((column, i) => [output[i]!.id, column]));
  return {
    plan: { kind: "project", expressions, child: side.plan },
    conditions: side.conditions.map((c) => substitute(c, by)),
    columns: new Map([...side.columns].map(([id, column]) => [id, by.get(column.id) ?? column])),
  };
}

/** Left, semi, anti and existence joins: what the right side is correlated by becomes a part of the condition, over the left's columns. */
function decorrelateKeptSide(plan: Join, needed: Parameters, place: Place): Decorrelated {
  const loose = { ...place, grouped: false, inSet: false, emptyGroups: true };
  const none: Decorrelated = { plan: plan.right, conditions: [], columns: noColumns };
  const right = isCorrelated(plan.right) ? apartFrom(plan.left, decorrelate(plan.right, new Map(), loose)) : none;
  const conjuncts = [...(plan.condition ? splitConjuncts(plan.condition) : []), ...right.conditions];
  const left = decorrelate(plan.left, together(needed, parametersIn(conjuncts)), place);
  const bound = conjuncts.map((c) => bindOuter(c, valuesOf(left.columns)));
  return {
    ...left,
    plan: { ...plan, left: left.plan, right: right.plan, ...(bound.length > 0 ? { condition: conjunction(bound) } : {}) },
  };
}
