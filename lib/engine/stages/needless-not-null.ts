import { conjunction, splitConjuncts } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { Scan } from "../logical/plan.ts";
import { canRaise, provesNotNull } from "../optimizer/traits.ts";
import type { AggregateExec, FilterExec, JoinExec, PhysicalPlan, ProjectExec } from "../planner/plan.ts";
import { mapChildren } from "../planner/traverse.ts";

type Ids = ReadonlySet<number>;
const NONE: Ids = new Set();

/**
 * The fragment without tests for NULL that change no row of its result. The optimizer's `a IS NOT NULL` helps sources to skip;
 * for the rows themselves it is a second test where a join or a comparison drops NULLs anyway, or where the files have none. It
 * also misleads the kernel, which takes any test for one that keeps a fifth of the rows, and orders its joins by that.
 */
export const withoutNeedlessTests = (plan: PhysicalPlan, session: SessionSettings): PhysicalPlan =>
  strip(plan, NONE, { session, exchanges: new Map() });

interface Stripping {
  readonly session: SessionSettings;
  /** What has become of exchanges: one that is read in several places stays one, since its rows may be chance's. */
  readonly exchanges: Map<PhysicalPlan, PhysicalPlan>;
}

/** `dropped`: columns whose NULLs are dropped above, where nothing in between can see the rows that have them. */
function strip(plan: PhysicalPlan, dropped: Ids, stripping: Stripping): PhysicalPlan {
  switch (plan.kind) {
    case "filter":
      return stripFilter(plan, dropped, stripping);
    case "project":
      return { ...plan, child: strip(plan.child, throughProject(plan, dropped), stripping) };
    case "join": {
      const [left, right] = sidesOf(plan, dropped, stripping.session);
      return { ...plan, left: strip(plan.left, left, stripping), right: strip(plan.right, right, stripping) };
    }
    case "sort":
      return { ...plan, child: strip(plan.child, dropped, stripping) };
    case "exchange": {
      const known = stripping.exchanges.get(plan);
      if (known) return known;
      const exchange = mapChildren(plan, (child) => strip(child, NONE, stripping));
      stripping.exchanges.set(plan, exchange);
      return exchange;
    }
    default:
      return mapChildren(plan, (child) => strip(child, NONE, stripping));
  }
}

function stripFilter(plan: FilterExec, dropped: Ids, stripping: Stripping): PhysicalPlan {
  const conjuncts = splitConjuncts(plan.condition);
  const others = conjuncts.filter((e) => testedColumn(e) === undefined);
  // A row with a NULL must not reach what could raise on its other columns.
  const careful = others.some((e) => canRaise(e, stripping.session));
  const needless = new Set([...(careful ? NONE : dropped), ...neverNull(plan.child), ...others.flatMap((e) => [...provesNotNull(e)])]);
  const kept = conjuncts.filter((e) => !needless.has(testedColumn(e) ?? Number.NaN));
  const child = strip(plan.child, careful ? NONE : new Set([...dropped, ...kept.flatMap((e) => [...provesNotNull(e)])]), stripping);
  return kept.length === 0 ? child : { ...plan, condition: conjunction(kept), child };
}

const testedColumn = (e: Expression): number | undefined =>
  e.kind === "call" && e.name === "isnotnull" && e.args[0]?.kind === "attribute" ? e.args[0].id : undefined;

/** Only through projections that compute nothing. */
function throughProject({ expressions }: ProjectExec, dropped: Ids): Ids {
  const below = new Set<number>();
  for (const e of expressions) {
    const source = e.kind === "alias" ? e.child : e;
    if (source.kind !== "attribute" && source.kind !== "literal") return NONE;
    if ((e.kind === "alias" || e.kind === "attribute") && source.kind === "attribute" && dropped.has(e.id)) below.add(source.id);
  }
  return below;
}

/** What a join's keys and the nodes above it drop of each side. */
function sidesOf(plan: JoinExec, dropped: Ids, session: SessionSettings): readonly [Ids, Ids] {
  const compared = [...plan.keys.flatMap(({ left, right }) => [left, right]), ...(plan.condition ? [plan.condition] : [])];
  if (plan.nullAware || compared.some((e) => canRaise(e, session))) return [NONE, NONE];
  const keys = plan.keys.filter((key) => !key.nullSafe);
  const [left, right] = (["left", "right"] as const).map((side) =>
    keys.flatMap(({ [side]: key }) => (key.kind === "attribute" ? [key.id] : [])),
  ) as [number[], number[]];
  switch (plan.type) {
    case "inner":
    case "cross":
      return [new Set([...dropped, ...left]), new Set([...dropped, ...right])];
    case "leftSemi":
      return [new Set([...dropped, ...left]), new Set(right)];
    case "left":
    case "leftAnti":
    case "existence":
      return [dropped, new Set(right)];
    case "right":
      return [new Set(left), dropped];
    case "full":
      return [NONE, NONE];
  }
}

/** Columns that have no NULL, by the files' own counts and by what was tested below. */
function neverNull(plan: PhysicalPlan): Ids {
  switch (plan.kind) {
    case "scan":
      return withoutNulls(plan.scan);
    case "filter":
      return new Set([...neverNull(plan.child), ...provesNotNull(plan.condition)]);
    case "project":
      return renamed(plan.expressions, neverNull(plan.child));
    case "aggregate":
      return keysOf(plan);
    case "sort":
    case "topK":
    case "limit":
    case "sample":
      return neverNull(plan.child);
    case "join": {
      const right = plan.type === "inner" || plan.type === "cross" ? neverNull(plan.right) : NONE;
      return plan.type === "right" || plan.type === "full" ? NONE : new Set([...neverNull(plan.left), ...right]);
    }
    default:
      return NONE;
  }
}

function renamed(expressions: readonly Expression[], known: Ids): Ids {
  const found = expressions.flatMap((e) => {
    const source = e.kind === "alias" ? e.child : e;
    return source.kind === "attribute" && known.has(source.id) ? [(e as { readonly id: number }).id] : [];
  });
  return new Set(found);
}

const keysOf = (plan: AggregateExec): Ids => renamed(plan.grouping, neverNull(plan.child));

/** Row groups that all say they have no NULL of a column. */
function withoutNulls(scan: Scan): Ids {
  const groups = scan.files.map((file) => file.rowGroups);
  if (groups.length === 0 || groups.includes(undefined)) return NONE;
  const all = groups.flatMap((list) => list ?? []);
  const partitions = new Set(scan.partitionColumns);
  const known = scan.output.filter(
    ({ name }) => !partitions.has(name) && all.every(({ columns }) => Object.hasOwn(columns, name) && columns[name]?.nulls === 0),
  );
  return new Set(known.map(({ id }) => id));
}
