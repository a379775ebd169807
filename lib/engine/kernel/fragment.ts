import { newAttribute } from "../expressions/build.ts";
import type { Alias, Attribute, Expression, SortOrder } from "../expressions/expression.ts";
import { quoteName } from "../functions/function.ts";
import { entryOf } from "../functions/registry.ts";
import { outputOf } from "../planner/output.ts";
import type { PhysicalPlan } from "../planner/plan.ts";
import { aggregateSql } from "./aggregate.ts";
import { direction, type EmitContext, emit, emitKey, emitNamed } from "./emit.ts";
import { joinSql } from "./join.ts";
import { loopReadSql, unionLoopSql } from "./loop.ts";
import { columnName } from "./names.ts";
import { sampleSql } from "./sample.ts";
import { shallow } from "./shallow.ts";

type Of<K extends PhysicalPlan["kind"]> = Extract<PhysicalPlan, { kind: K }>;

/** What the SQL of a fragment leans on: the session, and a SELECT for each leaf (opened by the task). */
export interface FragmentContext extends EmitContext {
  /** Columns are named as columnName says, in the order of the leaf's output. */
  readonly leaf: (plan: PhysicalPlan) => string;
}

/** A fragment as one SELECT whose columns are the plan's output, in order, each named by columnName. */
export function fragmentSql(plan: PhysicalPlan, context: FragmentContext): string {
  return (operators[plan.kind] as (p: PhysicalPlan, c: FragmentContext) => string)(plan, context);
}

/** `(child)` as a FROM item. */
export const from = (plan: PhysicalPlan, context: FragmentContext): string => `(${fragmentSql(plan, context)})`;
export const columnsOf = (attributes: readonly Attribute[]): string => attributes.map(columnName).join(", ");
const orderBy = (order: readonly SortOrder[], context: FragmentContext): string => order.map((o) => emit(o, context)).join(", ");
const leaf = (plan: PhysicalPlan, context: FragmentContext) => context.leaf(plan);

const operators: { readonly [K in PhysicalPlan["kind"]]: (plan: Of<K>, context: FragmentContext) => string } = {
  scan: leaf,
  localRows: leaf,
  range: leaf,
  shuffleRead: leaf,
  broadcastRead: leaf,
  mapPartitions: leaf,
  python: leaf,
  project: ({ expressions, child }, c) => {
    const { expressions: named, child: below } = shallow(expressions, child);
    return `SELECT ${projection(named, c)} FROM ${from(below, c)}`;
  },
  filter: (p, c) => {
    const { expressions, child } = shallow([p.condition], p.child);
    return `SELECT ${child === p.child ? "*" : columnsOf(outputOf(p))} FROM ${from(child, c)} WHERE ${emit(expressions[0]!, c)}`;
  },
  aggregate: aggregateSql,
  expand: (p, c) => {
    const branches = p.projections.map((projections) => {
      const named = projections.map((e, i) => `${emit(e, c)} AS ${columnName(p.output[i]!)}`);
      return `SELECT ${named.join(", ")} FROM expand_input`;
    });
    return `WITH expand_input AS MATERIALIZED (${fragmentSql(p.child, c)}) ${branches.join(" UNION ALL ")}`;
  },
  join: joinSql,
  sort: (p, c) => `SELECT * FROM ${from(p.child, c)} ORDER BY ${orderBy(p.order, c)}`,
  topK: (p, c) => `SELECT * FROM ${from(p.child, c)} ORDER BY ${orderBy(p.order, c)} LIMIT ${p.count} OFFSET ${p.offset}`,
  limit: (p, c) =>
    `SELECT * FROM ${from(p.child, c)}${p.count === undefined ? "" : ` LIMIT ${p.count}`}${p.offset > 0 ? ` OFFSET ${p.offset}` : ""}`,
  tail: (p, c) => {
    const columns = columnsOf(outputOf(p));
    const numbered = `SELECT *, row_number() OVER () AS tail_row, count(*) OVER () AS tail_rows FROM ${from(p.child, c)}`;
    return `SELECT ${columns} FROM (${numbered}) WHERE tail_row > tail_rows - ${p.count} ORDER BY tail_row`;
  },
  union: (p, c) => p.children.map((child) => `(${renamed(child, p.output, c)})`).join(" UNION ALL "),
  setOperation: (p, c) => {
    const operator = `${p.operation.toUpperCase()}${p.all ? " ALL" : ""}`;
    return `(${fragmentSql(p.left, c)}) ${operator} (${fragmentSql(p.right, c)})`;
  },
  window: (p, c) => `SELECT *, ${projection(p.expressions, c)} FROM ${from(p.child, c)}`,
  sample: sampleSql,
  generate: generateSql,
  sortKeySample: (p, c) =>
    `SELECT ${sortKey(p.order, c)} AS ${columnName(p.output[0]!)} FROM ${from(p.child, c)} USING SAMPLE reservoir(${p.count} ROWS) REPEATABLE (42)`,
  unionLoop: unionLoopSql,
  loopRead: loopReadSql,
  exchange: (p) => {
    throw new TypeError(`an exchange (${p.reason}) has to be cut before a fragment runs`);
  },
  write: (p, c) => fragmentSql(p.child, c),
};

/** An empty projection still has rows: it puts out a column that nobody reads. */
function projection(expressions: readonly (Expression | Alias)[], context: FragmentContext): string {
  return expressions.length > 0 ? expressions.map((e) => emitNamed(e, context)).join(", ") : `1 AS ${quoteName("no columns")}`;
}

function renamed(child: PhysicalPlan, output: readonly Attribute[], context: FragmentContext): string {
  const columns = outputOf(child).map((a, i) => `${columnName(a)} AS ${columnName(output[i]!)}`);
  return `SELECT ${columns.length > 0 ? columns.join(", ") : "*"} FROM ${from(child, context)}`;
}

/** Bytes that sort as the rows do by `order`. */
export function sortKey(order: readonly SortOrder[], context: EmitContext): string {
  const parts = order.map((o) => `${emitKey(o, context)}, '${direction(o)}'`);
  return `create_sort_key(${parts.join(", ")})`;
}

function generateSql(plan: Of<"generate">, context: FragmentContext): string {
  const { generator } = plan;
  if (generator.kind !== "generator") throw new TypeError(`a ${generator.kind} is no generator`);
  const entry = entryOf(generator.name);
  if (entry.kind !== "generator") throw new TypeError(`${generator.name} is no generator`);
  const rows = entry.rows(
    generator.args.map((arg) => emit(arg, context)),
    generator,
    generator.session ?? context.session,
  );
  const list = plan.outer ? `(CASE WHEN coalesce(len(${rows}), 0) = 0 THEN [NULL] ELSE ${rows} END)` : rows;
  const generated = newAttribute("generated", { kind: "void" }, true, 0);
  const columns = plan.output.map((a, i) => `${columnName(generated)}.c${i} AS ${columnName(a)}`);
  const kept = outputOf(plan.child).map(columnName);
  return `SELECT ${[...kept, ...columns].join(", ")} FROM (SELECT *, unnest(${list}) AS ${columnName(generated)} FROM ${from(plan.child, context)})`;
}
