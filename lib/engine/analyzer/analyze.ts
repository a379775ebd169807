import { AnalysisError } from "../errors.ts";
import { newAttribute } from "../expressions/build.ts";
import type { Attribute } from "../expressions/expression.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { mapChildren } from "../logical/traverse.ts";
import { longType, type StructType } from "../types/data-type.ts";
import { resolveAggregate } from "./aggregate.ts";
import { checkSubqueryHosts } from "./check-correlation.ts";
import { refuseGenerator } from "./check-generator.ts";
import { rewriteCollations } from "./collation-rewrite.ts";
import { withOuterAggregates, withSettings } from "./context.ts";
import { resolveCteRef, resolveWith } from "./cte.ts";
import { seenBy, visibleOnly } from "./hidden-columns.ts";
import { applyHint } from "./hint.ts";
import { oneRow, resolveInlineTable } from "./inline-table.ts";
import { attachInputFiles } from "./input-file.ts";
import { resolveJoin } from "./join.ts";
import { attachMetadata, metadataAsked } from "./metadata-column.ts";
import { resolveMissing } from "./missing-columns.ts";
import { keepSession } from "./own-session.ts";
import { resolvePivot } from "./pivot.ts";
import { numbered } from "./plan-column.ts";
import { checkCondition, predicate } from "./predicate.ts";
import { drop, rename, resolveProject, toNames, withColumns } from "./projection.ts";
import { resolvePython } from "./python.ts";
import { stripReplaced } from "./replaced.ts";
import { equalNames, quoted, resolveExpression, withOrigin } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";
import { checkComparable, resolveSetOperation, resolveUnion } from "./set-operation.ts";
import { resolveSort } from "./sort.ts";
import { filterWithInputs, inputsOf } from "./sql-function.ts";
import { resolveArguments, resolveLateral } from "./subquery.ts";
import { resolveAlias } from "./subquery-alias.ts";
import { resolveLateralView, resolveTableFunction } from "./table-function.ts";
import { extractTimeWindows, withTimeWindow, withWindowNames } from "./time-window.ts";
import { resolveUnpivot } from "./unpivot.ts";
import { resolveView } from "./view.ts";

type Of<K extends LogicalPlan["kind"]> = Extract<LogicalPlan, { kind: K }>;

/**
 * Gives every name a column, every expression a type, every call its function: a resolved plan from an unresolved one
 * whose `read` nodes have been replaced by scans (sources do that, with I/O). Throws AnalysisError. Pure but for fresh ids.
 */
export function analyze(plan: LogicalPlan, session: SessionSettings): LogicalPlan {
  const resolved = attachInputFiles(visibleOnly(resolve(plan, session)));
  const analyzed = rewriteCollations(extractTimeWindows(resolved, session), session);
  checkSubqueryHosts(analyzed, session);
  return analyzed;
}

function resolve(plan: LogicalPlan, session: SessionSettings): LogicalPlan {
  if (plan.kind === "cached" && plan.stored) return plan;
  try {
    if (plan.kind === "join" && plan.arguments) return resolveArguments(plan, resolve(plan.left, session), session);
    const withChildren = resolveChildren(plan, session);
    const asked = metadataAsked();
    const resolved = stripReplaced((rules[plan.kind] as (p: LogicalPlan, s: SessionSettings) => LogicalPlan)(withChildren, session));
    const attached = metadataAsked() > asked ? attachMetadata(resolved, session) : resolved;
    return placed(numbered(attached, plan.planId), plan);
  } catch (error) {
    throw withOrigin(error, plan);
  }
}

/** What is made of a plan stands where that stood. */
const placed = (resolved: LogicalPlan, { origin }: LogicalPlan): LogicalPlan =>
  origin === undefined || resolved.origin !== undefined ? resolved : { ...resolved, origin };

/** Names come into a plan from its children; into what WITH is for from its definitions, into a lateral side from the other one. */
function resolveChildren(plan: LogicalPlan, session: SessionSettings): LogicalPlan {
  if (plan.kind === "with") return resolveWith(plan, session, resolve);
  if (plan.kind === "join" && plan.lateral && !plan.outer) return resolveLateral(plan, resolve(plan.left, session), session);
  const inside = plan.kind === "view" ? insideView(plan, session) : session;
  return mapChildren(plan, (child) => seenBy(plan.kind, resolve(child, inside)));
}

const insideView = (view: Of<"view">, session: SessionSettings): SessionSettings =>
  view.open ? withSettings(session, view.session) : view.session;

/** One rule a kind; the children are resolved already. */
const rules: { readonly [K in LogicalPlan["kind"]]: (plan: Of<K>, session: SessionSettings) => LogicalPlan } = {
  read: (p) => {
    throw new TypeError(`the ${p.format} relation has to be resolved by its source before analysis`);
  },
  unresolvedRelation: (p) => {
    throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: quoted(p.nameParts) });
  },
  view: (p, s) => keepSession(resolveView(p, s), p.session, s),
  inlineTable: resolveInlineTable,
  oneRow,
  tableFunction: resolveTableFunction,
  lateralView: resolveLateralView,
  scan: (p) => p,
  localRelation: (p) => (p.output ? p : { ...p, output: attributesOf(p.schema) }),
  range: (p) => (p.output ? p : { ...p, output: [newAttribute("id", longType, false)] }),
  subqueryAlias: resolveAlias,
  project: (p, s) => resolveProject(withWindowNames(p), s),
  withColumns,
  rename,
  drop,
  toNames,
  filter: resolveFilter,
  aggregate: (p, s) => resolveAggregate(withTimeWindow(p, s), s),
  expand: (p) => p,
  pivot: resolvePivot,
  unpivot: resolveUnpivot,
  join: resolveJoin,
  sort: resolveSort,
  limit: (p) => p,
  offset: (p) => p,
  tail: (p) => p,
  deduplicate: checkDeduplicate,
  union: resolveUnion,
  setOperation: resolveSetOperation,
  window: (p) => p,
  repartition: resolveRepartition,
  sample: (p) => p,
  generate: (p) => p,
  mapPartitions: (p) => (p.output ? p : { ...p, output: attributesOf(p.schema) }),
  python: (p, s) => (p.results ? p : { ...resolvePython(p, s), results: resultsOf(p) }),
  hint: applyHint,
  cached: (p) => p,
  with: (p) => p,
  cteRef: resolveCteRef,
  unionLoop: (p) => p,
  write: (p) => p,
};

const attributesOf = (schema: StructType): Attribute[] =>
  schema.fields.map((f) => ({ ...newAttribute(f.name, f.dataType, f.nullable), ...(f.metadata ? { metadata: f.metadata } : {}) }));

function resolveRepartition(plan: Of<"repartition">, session: SessionSettings): LogicalPlan {
  for (const e of plan.expressions) refuseGenerator(e, (text) => `RepartitionByExpression [${text}]`);
  return { ...plan, expressions: plan.expressions.map((e) => resolveExpression(e, scopeOf([plan.child], session), session)) };
}

const resultsOf = ({ schema, qualifier }: Of<"python">): Attribute[] =>
  attributesOf(schema).map((a) => (qualifier === undefined ? a : { ...a, qualifier: [qualifier] }));

function resolveFilter(plan: Of<"filter">, session: SessionSettings): LogicalPlan {
  refuseGenerator(plan.condition, (text) => `'Filter ${text}`);
  return resolveMissing(plan.child, session, [plan.condition], (child, [resolved]) => {
    const condition = withOuterAggregates(predicate(resolved!), session);
    checkCondition(condition);
    return inputsOf([condition]).length > 0 ? filterWithInputs(condition, child) : { ...plan, condition, child };
  });
}

function checkDeduplicate(plan: Of<"deduplicate">, session: SessionSettings): LogicalPlan {
  const output = outputOf(plan.child);
  const missing = plan.columns?.find((name) => !output.some((a) => equalNames(a.name, name, session)));
  if (missing !== undefined) {
    throw new AnalysisError("_LEGACY_ERROR_TEMP_1201", { colName: missing, fieldNames: output.map(({ name }) => name).join(", ") });
  }
  for (const attribute of plan.columns ? [] : output) checkComparable(attribute);
  return plan;
}
