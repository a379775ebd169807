import { fn, freshId, namedAs, newAttribute, stringLiteral } from "../expressions/build.ts";
import type { Attribute } from "../expressions/expression.ts";
import { referencesOf } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import { METADATA, metadataFields, metadataType, withFileColumn } from "../logical/file-metadata.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { LogicalPlan, Scan } from "../logical/plan.ts";
import { childrenOf, expressionsOf, mapChildren } from "../logical/traverse.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { emptyScope } from "./scope.ts";

/** What `_metadata` means of a scan, from when it is first named until the scan gives it. */
const named = new WeakMap<Scan, Attribute>();
let asked = 0;

/** How often `_metadata` was named: whether a node that was resolved in between has one to attach. */
export const metadataAsked = (): number => asked;

function metadataOfScan(scan: Scan): Attribute {
  const attribute = named.get(scan) ?? newAttribute(METADATA, metadataType(scan), false, freshId());
  named.set(scan, attribute);
  return attribute;
}

/** Through what the hidden column is seen, as Spark's `metadataOutput` is. */
const PASSING: ReadonlySet<LogicalPlan["kind"]> = new Set([
  "project",
  "filter",
  "sort",
  "limit",
  "offset",
  "tail",
  "sample",
  "repartition",
  "hint",
  "window",
  "generate",
]);

/** The hidden columns of the files below a resolved plan. */
export function metadataOutput(plan: LogicalPlan): readonly Attribute[] {
  asked++;
  return metadataOf(plan);
}

function metadataOf(plan: LogicalPlan): readonly Attribute[] {
  if (plan.kind === "scan") return plan.kept ? [] : [metadataOfScan(plan)];
  if (plan.kind === "subqueryAlias")
    return metadataOf(plan.child).map((a) => ({ ...a, qualifier: [...(plan.qualifier ?? []), plan.alias] }));
  if (plan.kind === "join") {
    const isLeftOnly = plan.type === "leftSemi" || plan.type === "leftAnti" || plan.type === "existence";
    return [plan.left, ...(isLeftOnly ? [] : [plan.right])].flatMap(metadataOf);
  }
  const given = givenBy(plan);
  if (given) return [given];
  return PASSING.has(plan.kind) ? childrenOf(plan).flatMap(metadataOf) : [];
}

/** Whether a column is the files' hidden one, which is attached once its node is resolved. */
export const isMetadataOf = (plan: LogicalPlan, { name, id }: Attribute): boolean =>
  name === METADATA && metadataOf(plan).some((a) => a.id === id);

/** What a projection right above a scan gives already, for who named it before. */
function givenBy(plan: LogicalPlan): Attribute | undefined {
  if (plan.kind !== "project" || plan.child.kind !== "scan") return undefined;
  const last = plan.expressions.at(-1);
  return last?.kind === "alias" && last.name === METADATA && last.child.kind === "call" && last.child.name === "named_struct"
    ? toAttribute(last)
    : undefined;
}

/** The plan whose scans give the hidden columns that it names, its own columns unchanged. Source: Spark's AddMetadataColumns. */
export function attachMetadata(plan: LogicalPlan, session: SessionSettings): LogicalPlan {
  const below = mapChildren(plan, (child) => attachMetadata(child, session));
  const references = expressionsOf(below).flatMap(referencesOf);
  const wanted = (child: LogicalPlan) => {
    const output = outputOf(child);
    const ids = new Set(metadataOf(child).map(({ id }) => id));
    return references.filter(({ id }) => ids.has(id) && !output.some((a) => a.id === id));
  };
  if (!references.some(({ name }) => name === METADATA) || childrenOf(below).every((child) => wanted(child).length === 0)) return below;
  const output = outputOf(below);
  const attached = mapChildren(below, (child) => wanted(child).reduce((made, { id }) => carried(made, id, session), child));
  return outputOf(attached).length === output.length ? attached : { kind: "project", expressions: output, child: attached };
}

/** The plan with a scan's hidden column in its output. */
function carried(plan: LogicalPlan, id: number, session: SessionSettings): LogicalPlan {
  if (outputOf(plan).some((a) => a.id === id)) return plan;
  if (plan.kind === "scan") return ofScan(plan, id, session);
  const below = mapChildren(plan, (child) => (metadataOf(child).some((a) => a.id === id) ? carried(child, id, session) : child));
  if (below.kind !== "project") return below;
  const column = outputOf(below.child).find((a) => a.id === id);
  return column ? { ...below, expressions: [...below.expressions, column] } : below;
}

function ofScan(scan: Scan, id: number, session: SessionSettings): LogicalPlan {
  const fields = metadataFields(scan);
  let plan = scan;
  const args = fields.flatMap((field) => {
    const made = withFileColumn(plan, field);
    plan = made.plan;
    return [stringLiteral(field), made.column];
  });
  const struct = namedAs(resolveExpression(fn("named_struct", ...args), emptyScope, session), id, METADATA);
  // Under its own number: data frames may name the scan's columns by it.
  const { planId, ...unnumbered } = plan;
  return { kind: "project", expressions: [...scan.output, struct], child: unnumbered as Scan, ...(planId === undefined ? {} : { planId }) };
}
