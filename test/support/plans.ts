import * as b from "../../lib/engine/expressions/build.ts";
import type { AggregateCall, Attribute, Expression, WindowCall } from "../../lib/engine/expressions/expression.ts";
import { isNullable, typeOf } from "../../lib/engine/expressions/properties.ts";
import type { SessionSettings } from "../../lib/engine/functions/function.ts";
import type * as p from "../../lib/engine/logical/plan.ts";
import * as t from "../../lib/engine/types/data-type.ts";

/** Resolved plans by hand, for tests of what comes after analysis. */

export const session: SessionSettings = { timeZone: "UTC", ansi: true, caseSensitive: false };

export interface Table {
  readonly plan: p.Scan;
  /** The column of this name. */
  readonly at: (name: string) => Attribute;
}

/** A scan of one Parquet file; its columns have the ids from `firstId` on. */
export function table(name: string, columns: Readonly<Record<string, t.DataType>>, firstId: number, more: Partial<p.Scan> = {}): Table {
  const output = Object.entries(columns).map(([column, type], i) => b.newAttribute(column, type, true, firstId + i));
  const plan: p.Scan = {
    kind: "scan",
    format: "parquet",
    options: {},
    output,
    files: [{ key: `${name}/part-0.parquet`, size: 1_000_000, partitionValues: {}, rows: 10_000 }],
    partitionColumns: [],
    dataSchema: t.structType(output.map((a) => t.structField(a.name, a.type))),
    filters: [],
    rootPaths: [`/data/${name}`],
    ...more,
  };
  return { plan, at: (column) => output.find((a) => a.name === column) ?? missing(column) };
}
const missing = (column: string): never => {
  throw new RangeError(`no column ${column}`);
};

export const project = (child: p.LogicalPlan, ...expressions: Expression[]): p.Project => ({ kind: "project", expressions, child });
export const filter = (child: p.LogicalPlan, condition: Expression): p.Filter => ({ kind: "filter", condition, child });
export const join = (left: p.LogicalPlan, right: p.LogicalPlan, type: p.JoinType, condition?: Expression): p.Join => ({
  kind: "join",
  type,
  left,
  right,
  ...(condition ? { condition } : {}),
});
export const aggregate = (child: p.LogicalPlan, grouping: readonly Expression[], ...aggregates: Expression[]): p.Aggregate => ({
  kind: "aggregate",
  grouping,
  aggregates,
  child,
});
export const sort = (child: p.LogicalPlan, ...by: Expression[]): p.Sort => ({
  kind: "sort",
  order: by.map((e) => (e.kind === "sortOrder" ? e : b.sortOrder(e))),
  global: true,
  child,
});
export const limit = (child: p.LogicalPlan, count: number): p.Limit => ({ kind: "limit", count, child });
export const union = (...children: p.LogicalPlan[]): p.Union => ({ kind: "union", children });
export const rows = (count: number, ...output: Attribute[]): p.LocalRelation => ({
  kind: "localRelation",
  schema: t.structType(output.map((a) => t.structField(a.name, a.type))),
  arrow: "",
  rows: count,
  output,
});

const predicate = (name: string, ...args: Expression[]) => b.call(name, args, t.booleanType, args.some(isNullable));
export const eq = (left: Expression, right: Expression) => predicate("=", left, right);
export const lt = (left: Expression, right: Expression) => predicate("<", left, right);
export const gt = (left: Expression, right: Expression) => predicate(">", left, right);
export const ge = (left: Expression, right: Expression) => predicate(">=", left, right);
export const and = (...args: Expression[]) => b.conjunction(args);
export const or = (left: Expression, right: Expression) => predicate("or", left, right);
export const not = (e: Expression) => predicate("not", e);
export const isNull = (e: Expression) => b.call("isnull", [e], t.booleanType, false);
export const isNotNull = (e: Expression) => b.call("isnotnull", [e], t.booleanType, false);
export const within = (e: Expression, ...list: Expression[]) => predicate("in", e, ...list);
export const scalar = (name: string, ...args: Expression[]) => b.call(name, args, typeOf(args[0]!), true);
export const plus = (left: Expression, right: Expression) => scalar("+", left, right);
export const divide = (left: Expression, right: Expression) => b.call("/", [left, right], t.doubleType, true);
/** A call of a user's function, the same for the same row or not. */
export const user = (name: string, deterministic: boolean, ...args: Expression[]): Expression => ({
  kind: "userFunction",
  function: { name, source: "() => 0", using: {}, evaluation: "scalar", deterministic },
  args,
  type: t.doubleType,
  nullable: true,
});
export const random = user("random", false);
export const long = (value: number) => b.longLiteral(value);
export const text = (value: string) => b.stringLiteral(value);
export const yes = b.booleanLiteral(true);
export const no = b.booleanLiteral(false);
export const unknown = b.nullLiteral(t.booleanType);
export const as = b.namedAs;

export const sum = (e: Expression): AggregateCall => ({
  kind: "aggregate",
  name: "sum",
  args: [e],
  distinct: false,
  type: t.longType,
  nullable: true,
});
export const countAll: AggregateCall = {
  kind: "aggregate",
  name: "count",
  args: [b.integerLiteral(1)],
  distinct: false,
  type: t.longType,
  nullable: false,
};
export const rowNumber = (partitionBy: readonly Expression[], ...orderBy: Expression[]): WindowCall => ({
  kind: "window",
  function: b.call("row_number", [], t.integerType, false),
  partitionBy,
  orderBy: orderBy.map((e) => b.sortOrder(e)),
});
export const window = (child: p.LogicalPlan, call: WindowCall, id: number, name: string): p.Window => ({
  kind: "window",
  expressions: [b.namedAs(call, id, name)],
  partitionBy: call.partitionBy,
  orderBy: call.orderBy,
  child,
});
