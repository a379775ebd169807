import { splitConjuncts } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { asNumber, type ColumnStatistics, countBetween, scanColumn } from "./column-statistics.ts";
import { outputOf } from "./output.ts";
import type { Aggregate, Filter, Join, LogicalPlan, Project, Scan } from "./plan.ts";
import { rangeLength } from "./range-length.ts";
import { rowWidth, typeWidth } from "./row-width.ts";
import { type Columns, selectivity } from "./selectivity.ts";

/** An estimate of what a plan puts out. */
export interface Statistics {
  readonly rowCount: number;
  readonly sizeInBytes: number;
  /** By attribute id; a column of which nothing is known is not in it. */
  readonly columns: Columns;
}

const NONE: Columns = new Map();
const known = new WeakMap<LogicalPlan, Statistics>();

/**
 * Estimates from files' sizes, row counts and row groups' bounds, up through the plan (Spark's cost-based estimation):
 *   filter:    rows x selectivity (selectivity.ts)
 *   join:      |L| |R| / max(distinct of the keys), the least over the key pairs; outer joins at least the kept side;
 *              keys of unknown distinct count are taken as unique on the smaller side
 *   aggregate: product of the keys' distinct counts, at most the child's rows; of strings what their bytes can tell apart
 *   size:      rows x (8 + width of the columns)
 */
export function statisticsOf(plan: LogicalPlan): Statistics {
  let found = known.get(plan);
  if (!found) {
    found = (estimates[plan.kind] as (p: LogicalPlan) => Statistics)(plan);
    known.set(plan, found);
  }
  return found;
}

type Of<K extends LogicalPlan["kind"]> = Extract<LogicalPlan, { kind: K }>;

const sized = (plan: LogicalPlan, rows: number, columns: Columns): Statistics => {
  const whole = Math.max(0, Math.ceil(rows));
  return { rowCount: whole, sizeInBytes: whole * rowWidth(outputOf(plan)), columns: limited(columns, whole) };
};
const limited = (columns: Columns, rows: number): Columns =>
  new Map([...columns].map(([id, c]) => [id, c.distinct !== undefined && c.distinct > rows ? { ...c, distinct: Math.max(1, rows) } : c]));

const sameRows = (plan: LogicalPlan & { readonly child: LogicalPlan }): Statistics => {
  const child = statisticsOf(plan.child);
  return sized(plan, child.rowCount, child.columns);
};
const atMost = (plan: Of<"limit" | "tail">): Statistics => {
  const child = statisticsOf(plan.child);
  return sized(plan, Math.min(plan.count, child.rowCount), child.columns);
};
/** Before analysis nothing is known: Spark's defaultSizeInBytes stands for "too large to broadcast". */
const unknownSize = (): Statistics => ({ rowCount: Number.MAX_SAFE_INTEGER, sizeInBytes: Number.MAX_SAFE_INTEGER, columns: NONE });

const estimates: { readonly [K in LogicalPlan["kind"]]: (plan: Of<K>) => Statistics } = {
  read: unknownSize,
  unresolvedRelation: unknownSize,
  view: unknownSize,
  inlineTable: unknownSize,
  oneRow: unknownSize,
  tableFunction: unknownSize,
  lateralView: unknownSize,
  scan: scanStatistics,
  localRelation: (p) => sized(p, p.rows, NONE),
  range: (p) => {
    const rows = Number(rangeLength(p));
    const [first, last] = [asNumber(p.start)!, asNumber(p.end - (p.step > 0n ? 1n : -1n))!];
    const column = { min: Math.min(first, last), max: Math.max(first, last), nullFraction: 0, distinct: Math.max(1, rows) };
    return sized(p, rows, new Map((p.output ?? []).map((a) => [a.id, column])));
  },
  subqueryAlias: sameRows,
  project: projected,
  withColumns: unknownSize,
  rename: unknownSize,
  drop: unknownSize,
  toNames: unknownSize,
  filter: filtered,
  aggregate: aggregated,
  expand: (p) => sized(p, statisticsOf(p.child).rowCount * p.projections.length, NONE),
  pivot: unknownSize,
  unpivot: unknownSize,
  join: joined,
  sort: sameRows,
  limit: atMost,
  offset: (p) => sized(p, statisticsOf(p.child).rowCount - p.count, statisticsOf(p.child).columns),
  tail: atMost,
  deduplicate: sameRows,
  union: (p) =>
    sized(
      p,
      p.children.reduce((total, child) => total + statisticsOf(child).rowCount, 0),
      NONE,
    ),
  setOperation: (p) => {
    const [left, right] = [statisticsOf(p.left), statisticsOf(p.right)];
    return sized(p, p.operation === "intersect" ? Math.min(left.rowCount, right.rowCount) : left.rowCount, left.columns);
  },
  window: sameRows,
  repartition: sameRows,
  sample: (p) => sized(p, statisticsOf(p.child).rowCount * (p.upperBound - p.lowerBound), statisticsOf(p.child).columns),
  generate: sameRows,
  mapPartitions: (p) => sized(p, statisticsOf(p.child).rowCount, NONE),
  python: (p) => sized(p, Math.max(...p.children.map((child) => statisticsOf(child).rowCount)), NONE),
  hint: sameRows,
  cached: sameRows,
  with: sameRows,
  cteRef: unknownSize,
  unionLoop: unknownSize,
  write: (p) => ({ ...statisticsOf(p.child), columns: NONE }),
};

function scanStatistics(scan: Scan): Statistics {
  const bytes = scan.files.reduce((total, file) => total + file.size, 0);
  const counts = scan.files.map((file) => file.rows ?? file.rowGroups?.reduce((total, group) => total + group.rows, 0));
  const schemaWidth = 8 + scan.dataSchema.fields.reduce((total, field) => total + typeWidth(field.dataType), 0);
  const estimated = counts.reduce<number>((total, count, i) => total + (count ?? scan.files[i]!.size / schemaWidth), 0);
  const rows = counts.includes(undefined) ? (scan.analyzed?.rows ?? estimated) : estimated;
  const columns = new Map(scan.output.map((a) => [a.id, scanColumn(scan, a.name, a.type, rows)] as const));
  const known = sized(scan, rows, columns);
  // A text file is at least the share of its size that its columns are; a columnar one is smaller than its rows.
  return counts.includes(undefined)
    ? { ...known, sizeInBytes: Math.ceil(bytes * Math.min(1, rowWidth(scan.output) / schemaWidth)) }
    : known;
}

function projected(plan: Project): Statistics {
  const child = statisticsOf(plan.child);
  const columns = new Map<number, ColumnStatistics>();
  for (const e of plan.expressions) {
    const source = e.kind === "alias" ? e.child : e;
    const column = source.kind === "attribute" ? child.columns.get(source.id) : undefined;
    if (column && (e.kind === "alias" || e.kind === "attribute")) columns.set(e.id, column);
  }
  return sized(plan, child.rowCount, columns);
}

function filtered(plan: Filter): Statistics {
  const child = statisticsOf(plan.child);
  let { rowCount: rows, columns } = child;
  for (const conjunct of splitConjuncts(plan.condition)) {
    rows *= selectivity(conjunct, columns);
    // The other end of a range is weighed by what the first one left of it.
    columns = narrowed(conjunct, columns);
  }
  return sized(plan, child.rowCount === 0 ? 0 : Math.max(1, rows), columns);
}

/** The columns' ranges after a comparison with literals. */
function narrowed(e: Expression, columns: Columns): Columns {
  if (e.kind !== "call") return columns;
  const [left, right, ...others] = e.args;
  if (left?.kind !== "attribute" || right?.kind !== "literal") return columns;
  const column = columns.get(left.id);
  const given = (next: ColumnStatistics) => new Map(columns).set(left.id, next);
  if (e.name === "in" && others.every((value) => value.kind === "literal"))
    return given({ ...column, distinct: Math.min(others.length + 1, column?.distinct ?? Number.POSITIVE_INFINITY) });
  const value = asNumber(right.value);
  if (!column || value === undefined || column.min === undefined || column.max === undefined) return columns;
  const min = e.name === "=" || e.name.startsWith(">") ? Math.max(column.min, value) : column.min;
  const max = e.name === "=" || e.name.startsWith("<") ? Math.min(column.max, value) : column.max;
  if (!["=", "<", "<=", ">", ">="].includes(e.name) || min > max) return columns;
  const between = countBetween(left.type, min, max);
  const distinct = e.name === "=" ? 1 : between === undefined ? column.distinct : Math.min(between, column.distinct ?? between);
  return given({ ...column, min, max, ...(distinct === undefined ? {} : { distinct }) });
}

function aggregated(plan: Aggregate): Statistics {
  const child = statisticsOf(plan.child);
  if (plan.grouping.length === 0) return sized(plan, 1, NONE);
  const distinct = plan.grouping.map((g) => {
    const column = g.kind === "attribute" ? child.columns.get(g.id) : undefined;
    return column?.distinct ?? column?.toldApart ?? child.rowCount;
  });
  const groups = distinct.reduce((product, count) => Math.min(child.rowCount, product * count), 1);
  return sized(plan, groups, child.columns);
}

function joined(plan: Join): Statistics {
  const [left, right] = [statisticsOf(plan.left), statisticsOf(plan.right)];
  const columns = new Map([...left.columns, ...right.columns]);
  const matches = Math.min(Number.MAX_SAFE_INTEGER, joinRows(plan, left, right));
  switch (plan.type) {
    case "left":
      return sized(plan, Math.max(left.rowCount, matches), columns);
    case "right":
      return sized(plan, Math.max(right.rowCount, matches), columns);
    case "full":
      return sized(plan, Math.max(left.rowCount, matches) + Math.max(right.rowCount, matches) - matches, columns);
    case "leftSemi":
      return sized(plan, left.rowCount * matchedShare(plan, left, right), left.columns);
    case "leftAnti":
      // Estimated as full as it can be: what matches, and by what, is known too roughly to take nearly all rows away.
      return sized(plan, left.rowCount * Math.max(MIN_UNMATCHED, 1 - matchedShare(plan, left, right)), left.columns);
    case "existence":
      return sized(plan, left.rowCount, left.columns);
    default:
      return sized(plan, matches, columns);
  }
}

function joinRows(plan: Join, left: Statistics, right: Statistics): number {
  const pairs = left.rowCount * right.rowCount;
  if (!plan.condition) return pairs;
  let rows = pairs;
  let rest = 1;
  for (const conjunct of splitConjuncts(plan.condition)) {
    const keys = conjunct.kind === "call" && (conjunct.name === "=" || conjunct.name === "<=>") ? conjunct.args : [];
    if (keys.length === 2) rows = Math.min(rows, pairs / keyDistinct(keys, left, right));
    else rest *= selectivity(conjunct, new Map([...left.columns, ...right.columns]));
  }
  return rows * rest;
}

/** Of an anti join's left side, the least share that is taken to stay. */
const MIN_UNMATCHED = 0.1;

/** The share of the left rows whose keys the right side has: as many as its distinct keys are of the left's, the least over the key pairs. */
function matchedShare({ condition }: Join, left: Statistics, right: Statistics): number {
  const shares = (condition ? splitConjuncts(condition) : []).map((e) => {
    const [a, b] = e.kind === "call" && (e.name === "=" || e.name === "<=>") ? e.args : [];
    const of = (side: Statistics): number | undefined =>
      [a, b]
        .map((key) => (key?.kind === "attribute" ? side.columns.get(key.id)?.distinct : undefined))
        .find((count) => count !== undefined);
    const [ours, theirs] = [of(left), of(right)];
    if (ours === undefined) return 1;
    return Math.min(1, Math.min(theirs ?? right.rowCount, right.rowCount) / ours);
  });
  return Math.min(1, ...shares);
}

function keyDistinct(keys: readonly Expression[], left: Statistics, right: Statistics): number {
  const counts = keys.flatMap((key) => {
    const column = key.kind === "attribute" ? (left.columns.get(key.id) ?? right.columns.get(key.id)) : undefined;
    return column?.distinct === undefined ? [] : [column.distinct];
  });
  return Math.max(1, counts.length > 0 ? Math.max(...counts) : Math.min(left.rowCount, right.rowCount));
}
