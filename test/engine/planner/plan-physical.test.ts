import { describe, expect, it } from "vitest";
import { analyze } from "../../../lib/engine/analyzer/analyze.ts";
import { packSplits } from "../../../lib/engine/engine.ts";
import { alias, attribute, fn, literal, sortOrder } from "../../../lib/engine/expressions/build.ts";
import type { Expression, UserFunction } from "../../../lib/engine/expressions/expression.ts";
import type { JoinStrategyHint, JoinType, LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import { statisticsOf } from "../../../lib/engine/logical/statistics.ts";
import { planPhysical } from "../../../lib/engine/planner/plan-physical.ts";
import { cut } from "../../../lib/engine/stages/cut.ts";
import { integerType, stringType } from "../../../lib/engine/types/data-type.ts";
import { session, table } from "../../support/plans.ts";

const MEGABYTE = 1024 * 1024;

const scan = (name: string, splits: number, firstId: number, rows = 1_000_000): LogicalPlan =>
  // Apart from the ids that the expressions below are given.
  table(name, { key: integerType, value: stringType }, 10_000 + firstId, {
    files: Array.from({ length: splits }, (_, i) => ({
      key: `${name}/${i}`,
      size: 100 * MEGABYTE,
      partitionValues: {},
      rows: rows / splits,
    })),
  }).plan;

const single = () => scan("single", 1, 1);
const many = () => scan("many", 4, 11);
const other = () => scan("other", 3, 21);
const tiny = () => scan("tiny", 1, 31, 10);

/** The stages of a plan, a line each: partitions, label, output. */
function stages(
  plan: LogicalPlan,
  options: {
    broadcastThreshold?: number;
    shufflePartitions?: number;
    partitionBytes?: number;
    combineAbove?: number;
    flowing?: boolean;
    rangeRows?: number;
  } = {},
): string[] {
  const physical = planPhysical(analyze(plan, session), {
    session,
    shufflePartitions: options.shufflePartitions ?? 5,
    ...(options.partitionBytes === undefined ? {} : { partitionBytes: options.partitionBytes }),
    parallelism: 2,
    ...(options.rangeRows === undefined ? {} : { rangeRows: options.rangeRows }),
    broadcastThreshold: options.broadcastThreshold ?? 10 * MEGABYTE,
    sizeOf: (p) => statisticsOf(p).sizeInBytes,
    splits: (s, most) =>
      packSplits(
        s.files.map((file, i) => ({ file: i, bytes: file.size })),
        100 * MEGABYTE,
        most,
      ),
    ...(options.flowing
      ? { flowingSplits: (s) => s.files.flatMap((file, i) => [0, 1, 2].map(() => [{ file: i, bytes: file.size / 3 }])) }
      : {}),
  });
  return cut(physical, options.combineAbove).stages.map((s) => {
    const output = s.output.kind === "shuffle" ? `${s.output.by.kind} to ${s.output.partitions}` : s.output.kind;
    return `${s.id} x${s.partitions}: ${s.label} -> ${output}`;
  });
}

const col = attribute;
const count = alias(fn("count", col("value")), "n");
const byKey = (child: LogicalPlan, aggregate: Expression = count): LogicalPlan => ({
  kind: "aggregate",
  grouping: [col("key")],
  aggregates: [col("key"), aggregate],
  child,
});
const join = (
  left: LogicalPlan,
  right: LogicalPlan,
  type: JoinType = "inner",
  hints: { leftHint?: JoinStrategyHint; rightHint?: JoinStrategyHint } = {},
): LogicalPlan => ({
  kind: "join",
  type,
  left: { kind: "subqueryAlias", alias: "l", child: left },
  right: { kind: "subqueryAlias", alias: "r", child: right },
  condition: fn("=", col("l.key"), col("r.key")),
  ...hints,
});

describe("the physical plan", () => {
  it("needs no exchange for one partition, whatever stands above it", () => {
    expect(stages({ kind: "sort", global: true, order: [sortOrder(col("n"))], child: byKey(single()) })).toMatchInlineSnapshot(`
      [
        "0 x1: scan single, aggregate, sort -> result",
      ]
    `);
    expect(stages(join(single(), scan("second", 1, 51)))).toMatchInlineSnapshot(`
      [
        "0 x1: scan single, scan second, inner join (sortMerge) -> result",
      ]
    `);
  });

  it("moves equal rows once, whatever the ids of their columns", () => {
    const same = () => byKey(scan("many", 4, 61));
    expect(stages(join(byKey(many()), same()))).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, aggregate (partial) -> hash to 5",
        "1 x5: read stage 0, aggregate (final), read stage 0, aggregate (final), inner join (sortMerge) -> result",
      ]
    `);
    expect(stages(join(byKey(many()), byKey(other()))).length).toBe(3);
  });

  it("splits an aggregate over many partitions into partial and final", () => {
    expect(stages(byKey(many()))).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, aggregate (partial) -> hash to 5",
        "1 x5: read stage 0, aggregate (final) -> result",
      ]
    `);
    expect(stages({ kind: "aggregate", grouping: [], aggregates: [count], child: many() })).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, aggregate (partial) -> single to 1",
        "1 x1: read stage 0, aggregate (final) -> result",
      ]
    `);
  });

  it("exchanges rows for a distinct aggregate and for one without partial states", () => {
    const distinct: Expression = { kind: "unresolvedFunction", name: "count", args: [col("value")], distinct: true };
    expect(stages(byKey(many(), distinct))).toMatchInlineSnapshot(`
      [
        "0 x4: scan many -> hash to 5",
        "1 x5: read stage 0, aggregate -> result",
      ]
    `);
    expect(stages(byKey(many(), fn("median", col("key"))))).toMatchInlineSnapshot(`
      [
        "0 x4: scan many -> hash to 5",
        "1 x5: read stage 0, aggregate -> result",
      ]
    `);
  });

  it("spreads a range where its rows are worth it, where functions of users compute, and where it is told to", () => {
    const range = (rows: bigint, partitions?: number): LogicalPlan => ({
      kind: "range",
      start: 0n,
      end: rows,
      step: 1n,
      ...(partitions === undefined ? {} : { partitions }),
    });
    const call: Expression = {
      kind: "userFunction",
      function: { name: "slowly", source: "x => x", values: {}, deterministic: true } as unknown as UserFunction,
      args: [col("id")],
      type: integerType,
      nullable: true,
    };
    const tasks = (plan: LogicalPlan) => stages(plan, { rangeRows: 100 })[0]!.split(":")[0];
    expect(tasks(range(10n))).toBe("0 x1");
    expect(tasks(range(0n))).toBe("0 x1");
    expect(tasks(range(101n))).toBe("0 x2");
    expect(tasks(range(10n, 7))).toBe("0 x7");
    expect(tasks({ kind: "project", expressions: [alias(call, "y")], child: range(10n) })).toBe("0 x2");
    expect(stages(range(10n))[0]).toMatch(/^0 x2/);
  });

  it("sorts many partitions by ranges that come from a sample", () => {
    expect(stages({ kind: "sort", global: true, order: [sortOrder(col("key"))], child: many() })).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, sample of sort keys -> broadcast",
        "1 x4: scan many -> range to 5",
        "2 x5: read stage 1, sort -> result",
      ]
    `);
  });

  it("puts a combining stage into shuffles of more blocks than asked for, and into no other", () => {
    const wide = { combineAbove: 100, shufflePartitions: 30 };
    expect(stages(join(byKey(many()), byKey(scan("few", 3, 61))), wide)).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, aggregate (partial) -> hash to 6",
        "1 x12: read stage 0, combine -> hash to 5",
        "2 x3: scan few, aggregate (partial) -> hash to 30",
        "3 x30: read stage 1, aggregate (final), read stage 2, aggregate (final), inner join (sortMerge) -> result",
      ]
    `);
    expect(stages({ kind: "sort", global: true, order: [sortOrder(col("key"))], child: many() }, wide)).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, sample of sort keys -> broadcast",
        "1 x4: scan many -> range to 6",
        "2 x12: read stage 1, combine -> range to 5",
        "3 x30: read stage 2, sort -> result",
      ]
    `);
  });

  it("gives shuffles of few estimated bytes few partitions, and one of them no sample", () => {
    const chosen = { partitionBytes: 10 * MEGABYTE };
    expect(stages(join(many(), other()), { ...chosen, shufflePartitions: 50 })).toMatchInlineSnapshot(`
      [
        "0 x4: scan many -> hash to 7",
        "1 x3: scan other -> hash to 7",
        "2 x7: read stage 0, read stage 1, inner join (sortMerge) -> result",
      ]
    `);
    const few: LogicalPlan = {
      kind: "filter",
      condition: fn("in", col("key"), literal(1, integerType), literal(2, integerType)),
      child: many(),
    };
    expect(stages({ kind: "sort", global: true, order: [sortOrder(col("key"))], child: byKey(few) }, chosen)).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, filter, aggregate (partial) -> single to 1",
        "1 x1: read stage 0, aggregate (final), sort -> result",
      ]
    `);
  });

  it("merges top rows and limits of all partitions in one task", () => {
    const sorted: LogicalPlan = { kind: "sort", global: true, order: [sortOrder(col("key"))], child: many() };
    expect(stages({ kind: "limit", count: 3, child: sorted })).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, top 3 -> single to 1",
        "1 x1: read stage 0, top 3 -> result",
      ]
    `);
    expect(stages({ kind: "limit", count: 3, child: { kind: "offset", count: 2, child: many() } })).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, limit -> single to 1",
        "1 x1: read stage 0, limit -> result",
      ]
    `);
  });

  it("chooses the join by size and by hint", () => {
    expect(stages(join(many(), tiny()))).toMatchInlineSnapshot(`
      [
        "0 x1: scan tiny -> broadcast",
        "1 x4: scan many, broadcast of stage 0, inner join (broadcastHash) -> result",
      ]
    `);
    expect(stages(join(tiny(), many(), "right"))).toMatchInlineSnapshot(`
      [
        "0 x1: scan tiny -> broadcast",
        "1 x4: broadcast of stage 0, scan many, right join (broadcastHash) -> result",
      ]
    `);
    expect(stages(join(many(), tiny(), "full"))).toMatchInlineSnapshot(`
      [
        "0 x4: scan many -> hash to 5",
        "1 x1: scan tiny -> hash to 5",
        "2 x5: read stage 0, read stage 1, full join (shuffledHash) -> result",
      ]
    `);
    expect(stages(join(many(), other()))).toMatchInlineSnapshot(`
      [
        "0 x4: scan many -> hash to 5",
        "1 x3: scan other -> hash to 5",
        "2 x5: read stage 0, read stage 1, inner join (sortMerge) -> result",
      ]
    `);
    expect(stages(join(many(), other(), "inner", { rightHint: "broadcast" }))).toMatchInlineSnapshot(`
      [
        "0 x3: scan other -> broadcast",
        "1 x4: scan many, broadcast of stage 0, inner join (broadcastHash) -> result",
      ]
    `);
    expect(stages(join(many(), tiny(), "inner", { rightHint: "merge" }))).toMatchInlineSnapshot(`
      [
        "0 x4: scan many -> hash to 5",
        "1 x1: scan tiny -> hash to 5",
        "2 x5: read stage 0, read stage 1, inner join (sortMerge) -> result",
      ]
    `);
    expect(stages(join(many(), other(), "inner", { leftHint: "shuffleHash" }))).toMatchInlineSnapshot(`
      [
        "0 x4: scan many -> hash to 5",
        "1 x3: scan other -> hash to 5",
        "2 x5: read stage 0, read stage 1, inner join (shuffledHash) -> result",
      ]
    `);
    expect(stages(join(many(), tiny()), { broadcastThreshold: -1 })).toMatchInlineSnapshot(`
      [
        "0 x4: scan many -> hash to 5",
        "1 x1: scan tiny -> hash to 5",
        "2 x5: read stage 0, read stage 1, inner join (sortMerge) -> result",
      ]
    `);
  });

  it("brings all of one side to every task where a join has no keys", () => {
    expect(stages({ kind: "join", type: "cross", left: many(), right: other() })).toMatchInlineSnapshot(`
      [
        "0 x3: scan other -> broadcast",
        "1 x4: scan many, broadcast of stage 0, cross join (broadcastNestedLoop) -> result",
      ]
    `);
    const [l, r]: LogicalPlan[] = [
      { kind: "subqueryAlias", alias: "l", child: many() },
      { kind: "subqueryAlias", alias: "r", child: other() },
    ];
    expect(
      stages({ kind: "join", type: "full", left: l!, right: r!, condition: fn("<", col("l.key"), col("r.key")) }),
    ).toMatchInlineSnapshot(`
      [
        "0 x4: scan many -> single to 1",
        "1 x3: scan other -> single to 1",
        "2 x1: read stage 0, read stage 1, full join (cartesian) -> result",
      ]
    `);
  });

  it("keeps a distribution that is there already", () => {
    const counts: LogicalPlan = { kind: "subqueryAlias", alias: "l", child: byKey(many()) };
    const right: LogicalPlan = { kind: "subqueryAlias", alias: "r", child: other() };
    expect(
      stages({ kind: "join", type: "inner", left: counts, right, condition: fn("=", col("l.key"), col("r.key")) }),
    ).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, aggregate (partial) -> hash to 5",
        "1 x3: scan other -> hash to 5",
        "2 x5: read stage 0, aggregate (final), read stage 1, inner join (sortMerge) -> result",
      ]
    `);
    expect(stages(byKey(byKey(many()), alias(fn("max", col("n")), "m")))).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, aggregate (partial) -> hash to 5",
        "1 x5: read stage 0, aggregate (final), aggregate -> result",
      ]
    `);
  });

  it("reads a union's partitions side by side", () => {
    expect(stages({ kind: "union", children: [many(), single()] })).toMatchInlineSnapshot(`
      [
        "0 x4: scan many, scan single, union -> result",
      ]
    `);
  });

  it("coalesces by giving tasks more splits, and repartitions by an exchange", () => {
    expect(stages({ kind: "repartition", scheme: "coalesce", partitions: 2, expressions: [], child: many() })).toMatchInlineSnapshot(`
      [
        "0 x2: scan many -> result",
      ]
    `);
    expect(stages({ kind: "repartition", scheme: "roundRobin", partitions: 3, expressions: [], child: many() })).toMatchInlineSnapshot(`
      [
        "0 x4: scan many -> roundRobin to 3",
        "1 x3: read stage 0 -> result",
      ]
    `);
  });

  it("writes the files of a repartition of one partition in one task", () => {
    const write = (child: LogicalPlan): LogicalPlan => ({
      kind: "write",
      format: "parquet",
      path: "/out",
      mode: "append",
      partitionBy: [],
      options: {},
      child,
    });
    const spread = (child: LogicalPlan) => write({ kind: "repartition", scheme: "hash", partitions: 8, expressions: [col("key")], child });
    expect(stages(spread(single()))).toMatchInlineSnapshot(`
      [
        "0 x1: scan single, write parquet -> files",
      ]
    `);
    expect(stages(spread(many()))).toMatchInlineSnapshot(`
      [
        "0 x4: scan many -> hash to 8",
        "1 x8: read stage 0, write parquet -> files",
      ]
    `);
  });
});

describe("packing splits into partitions", () => {
  const split = (bytes: number) => ({ file: 0, bytes });
  it("puts neighbours together up to the target", () => {
    const packed = packSplits(
      [10, 20, 70, 90, 5].map((n) => split(n * MEGABYTE)),
      100 * MEGABYTE,
    );
    expect(packed.map((p) => p.map((s) => s.bytes / MEGABYTE))).toEqual([[10, 20], [70], [90], [5]]);
  });
  it("never makes more than asked for, and always one", () => {
    expect(
      packSplits(
        Array.from({ length: 50 }, () => split(MEGABYTE)),
        1,
        3,
      ),
    ).toHaveLength(3);
    expect(packSplits([], 1)).toEqual([[]]);
  });
});

describe("rows that flow to the user", () => {
  const flowing = { flowing: true };
  const wanted = (child: LogicalPlan, condition: Expression = fn(">", col("key"), literal(1, integerType))): LogicalPlan => ({
    kind: "filter",
    condition,
    child,
  });
  const tasksOf = (plan: LogicalPlan) => stages(plan, flowing).map((stage) => Number(/ x(\d+):/.exec(stage)![1]));

  it("come in several tasks, so that the first are there while the last are read", () => {
    expect(tasksOf(wanted({ kind: "project", expressions: [col("key")], child: single() }))).toEqual([3]);
    expect(stages(wanted(single())).map((stage) => stage.split(":")[0])).toEqual(["0 x1"]);
  });

  it("are none that another operator waits for", () => {
    expect(tasksOf(byKey(single()))).toEqual([1]);
    expect(tasksOf({ kind: "sort", order: [sortOrder(col("key"))], global: true, child: single() })).toEqual([1]);
    expect(tasksOf({ kind: "limit", count: 5, child: single() })).toEqual([1]);
  });

  it("are none that know their partition", () => {
    const id = alias(fn("monotonically_increasing_id"), "id");
    expect(tasksOf({ kind: "project", expressions: [id], child: single() })).toEqual([1]);
  });
});
