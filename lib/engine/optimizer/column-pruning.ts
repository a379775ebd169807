import type { Attribute, Expression } from "../expressions/expression.ts";
import { referencesOf } from "../expressions/properties.ts";
import { outputOf } from "../logical/output.ts";
import type { LogicalPlan, Scan, Union } from "../logical/plan.ts";
import { typeWidth } from "../logical/row-width.ts";
import { expressionsOf, mapChildren } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";

type Ids = ReadonlySet<number>;

/** Columns that nobody above reads are not computed, moved or read from files. */
export const columnPruning: Rule = { name: "ColumnPruning", apply: (plan) => prune(plan, idsOf(outputOf(plan))) };

const idsOf = (attributes: readonly Attribute[]): Ids => new Set(attributes.map((a) => a.id));
const plus = (ids: Ids, expressions: readonly Expression[]): Ids =>
  new Set([...ids, ...expressions.flatMap(referencesOf).map((a) => a.id)]);

/** The plan with at least the required columns, in their order. */
function prune(plan: LogicalPlan, required: Ids): LogicalPlan {
  switch (plan.kind) {
    case "scan":
      return pruneScan(plan, required);
    case "project": {
      const expressions = keep(plan.expressions, required);
      const child = prune(plan.child, plus(new Set(), expressions));
      return child === plan.child && expressions === plan.expressions ? plan : { ...plan, expressions, child };
    }
    case "aggregate": {
      const aggregates = keep(plan.aggregates, required);
      const child = prune(plan.child, plus(new Set(), [...plan.grouping, ...aggregates]));
      return child === plan.child && aggregates === plan.aggregates ? plan : { ...plan, aggregates, child };
    }
    case "window": {
      const expressions = plan.expressions.filter((e) => e.kind !== "alias" || required.has(e.id));
      if (expressions.length === 0) return prune(plan.child, required);
      const child = pruneTo(plan.child, plus(required, [...expressions, ...plan.partitionBy, ...plan.orderBy]));
      return child === plan.child && expressions.length === plan.expressions.length ? plan : { ...plan, expressions, child };
    }
    case "expand":
      return pruneExpand(plan, required);
    case "union":
      return pruneUnion(plan, required);
    case "join": {
      const needed = plus(required, expressionsOf(plan));
      return mapChildren(plan, (child) => pruneTo(child, needed));
    }
    case "sort":
    case "repartition":
    case "generate":
      return mapChildren(plan, (child) => pruneTo(child, plus(required, expressionsOf(plan))));
    case "python": {
      const keeps = plan.form === "columns" || plan.table?.passes;
      const needed = plus(keeps ? required : new Set(), expressionsOf(plan));
      return mapChildren(plan, (child) => pruneTo(child, needed));
    }
    case "filter":
      return mapChildren(plan, (child) => prune(child, plus(required, [plan.condition])));
    case "limit":
    case "offset":
    case "tail":
    case "sample":
    case "subqueryAlias":
      return mapChildren(plan, (child) => prune(child, required));
    default:
      // These need all of their children's columns: set operations, writes, caches, functions over whole rows.
      return mapChildren(plan, (child) => prune(child, idsOf(outputOf(child))));
  }
}

/** As prune, with no other columns: for what is about to be moved or multiplied. */
function pruneTo(plan: LogicalPlan, required: Ids): LogicalPlan {
  const pruned = prune(plan, required);
  const output = outputOf(pruned);
  const expressions = output.filter((a) => required.has(a.id));
  if (expressions.length === output.length || expressions.length === 0) return pruned;
  return { kind: "project", expressions, child: pruned };
}

/** Where text formats keep records that they could not read, as they call it by default. */
const CORRUPT = "_corrupt_record";

/** The named expressions that are required; one at least, since rows are counted by a column. */
function keep(expressions: readonly Expression[], required: Ids): readonly Expression[] {
  const kept = expressions.filter((e) => (e.kind === "alias" || e.kind === "attribute") && required.has(e.id));
  if (kept.length === expressions.length || expressions.length === 1) return expressions;
  const cost = (e: Expression) => (e.kind !== "attribute" ? 2 : e.name === CORRUPT ? 1 : 0);
  const [first] = [...expressions].sort((a, b) => cost(a) - cost(b));
  return kept.length > 0 || !first ? kept : [first];
}

/** A scan of no column reads its narrowest, for the count of rows; not the one that only other columns can fill. */
function pruneScan(scan: Scan, required: Ids): Scan {
  const needed = plus(required, scan.filters);
  const output = scan.output.filter((a) => needed.has(a.id));
  if (output.length === scan.output.length) return scan;
  const isCorrupt = ({ name }: Attribute) => name === corruptColumn(scan);
  const [narrowest] = [...scan.output].sort((a, b) => Number(isCorrupt(a)) - Number(isCorrupt(b)) || typeWidth(a.type) - typeWidth(b.type));
  const columns = output.length > 0 || !narrowest ? output : [narrowest];
  const names = new Set(columns.map((a) => a.name));
  return { ...scan, output: columns, partitionColumns: scan.partitionColumns.filter((name) => names.has(name)) };
}

function corruptColumn({ options }: Scan): string {
  const given = Object.entries(options).find(([name]) => name.toLowerCase() === "columnnameofcorruptrecord");
  return given?.[1] ?? CORRUPT;
}

function pruneExpand(plan: Extract<LogicalPlan, { kind: "expand" }>, required: Ids): LogicalPlan {
  const positions = plan.output.flatMap((a, i) => (required.has(a.id) ? [i] : []));
  const kept = positions.length > 0 ? positions : [0];
  const all = kept.length === plan.output.length;
  const projections = all ? plan.projections : plan.projections.map((projection) => kept.map((i) => projection[i]!));
  const child = prune(plan.child, plus(new Set(), projections.flat()));
  return all && child === plan.child ? plan : { ...plan, projections, output: all ? plan.output : kept.map((i) => plan.output[i]!), child };
}

/** Each child gives just the columns at the positions that are required. */
function pruneUnion(plan: Union, required: Ids): LogicalPlan {
  const output = outputOf(plan);
  const positions = output.flatMap((a, i) => (required.has(a.id) ? [i] : []));
  const kept = positions.length > 0 ? positions : [0];
  if (kept.length === output.length) return mapChildren(plan, (child) => prune(child, idsOf(outputOf(child))));
  const children = plan.children.map((child) => {
    const columns = kept.map((i) => outputOf(child)[i]!);
    const pruned = prune(child, idsOf(columns));
    const same = outputOf(pruned).length === columns.length && outputOf(pruned).every((a, i) => a.id === columns[i]!.id);
    return same ? pruned : ({ kind: "project", expressions: columns, child: pruned } as const);
  });
  return { ...plan, children, output: kept.map((i) => output[i]!) };
}
