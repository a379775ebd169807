import { expect, test } from "vitest";
import { bytesText, type Explained, explain } from "../../lib/engine/explain.ts";
import * as b from "../../lib/engine/expressions/build.ts";
import { optimize } from "../../lib/engine/optimizer/optimize.ts";
import type { PhysicalPlan } from "../../lib/engine/planner/plan.ts";
import * as t from "../../lib/engine/types/data-type.ts";
import * as q from "../support/plans.ts";

const sales = q.table("sales", { shop: t.stringType, amount: t.longType, day: t.dateType }, 1, { partitionColumns: ["day"] });
const shops = q.table("shops", { name: t.stringType }, 11);
const total = q.as(q.sum(sales.at("amount")), 20, "total");
const analyzed = q.aggregate(q.filter(sales.plan, q.gt(sales.at("amount"), q.long(5))), [sales.at("shop")], sales.at("shop"), total);
const optimized = optimize(analyzed, { session: q.session });

const state = b.newAttribute("sum", t.longType, true, 21);
const wanted = [q.isNotNull(sales.at("amount")), q.gt(sales.at("amount"), q.long(5))];
const scan: PhysicalPlan = { kind: "scan", leaf: 0, scan: { ...sales.plan, filters: [...wanted, q.isNotNull(sales.at("day"))] } };
const partial: PhysicalPlan = {
  kind: "aggregate",
  mode: "partial",
  grouping: [sales.at("shop")],
  aggregates: [{ alias: total, states: [state] }],
  child: { kind: "filter", condition: q.and(...wanted), child: scan },
};
const physical: PhysicalPlan = {
  kind: "join",
  strategy: "broadcastHash",
  type: "inner",
  keys: [{ left: sales.at("shop"), right: shops.at("name"), nullSafe: false }],
  left: {
    kind: "aggregate",
    mode: "final",
    grouping: [sales.at("shop")],
    aggregates: [{ alias: total, states: [state] }],
    child: {
      kind: "exchange",
      reason: "distribution",
      from: 1,
      partitioning: { kind: "hash", expressions: [sales.at("shop")], partitions: 8 },
      child: partial,
    },
  },
  right: {
    kind: "exchange",
    reason: "broadcast",
    from: 1,
    partitioning: { kind: "broadcast" },
    child: { kind: "scan", leaf: 1, scan: shops.plan },
  },
};
const query: Explained = {
  parsed: {
    kind: "filter",
    condition: b.fn(">", b.attribute("amount"), b.integerLiteral(5)),
    child: { kind: "read", format: "parquet", paths: ["/data/sales"], options: {} },
  },
  analyzed,
  optimized,
  physical,
  stages: ["SELECT 1", "SELECT 2"],
};

test("simple shows the physical plan by Spark's operator names", () => {
  expect(explain("simple", query)).toMatchInlineSnapshot(`
    "== Physical Plan ==
    BroadcastHashJoin [shop#1], [name#11], Inner, BuildRight, false
    :- HashAggregate(keys=[shop#1], functions=[sum(amount#2L)])
    :  +- Exchange hashpartitioning(shop#1, 8), ENSURE_REQUIREMENTS
    :     +- HashAggregate(keys=[shop#1], functions=[partial_sum(amount#2L)])
    :        +- Filter (isnotnull(amount#2L) AND (amount#2L > 5))
    :           +- FileScan parquet [shop#1,amount#2L,day#3] Batched: true, DataFilters: [isnotnull(amount#2L), (amount#2L > 5)], Format: Parquet, Location: InMemoryFileIndex(1 paths)[/data/sales], PartitionFilters: [isnotnull(day#3)], PushedFilters: [IsNotNull(amount), GreaterThan(amount,5)], ReadSchema: struct<shop:string,amount:bigint>
    +- BroadcastExchange
       +- FileScan parquet [name#11] Batched: true, DataFilters: [], Format: Parquet, Location: InMemoryFileIndex(1 paths)[/data/shops], PartitionFilters: [], PushedFilters: [], ReadSchema: struct<name:string>
    "
  `);
});
test("extended shows every form of the plan", () => {
  expect(explain("extended", query)).toMatchInlineSnapshot(`
    "== Parsed Logical Plan ==
    'Filter ('amount > 5)
    +- 'UnresolvedDataSource format: parquet, isStreaming: false, paths: 1 provided

    == Analyzed Logical Plan ==
    shop: string, total: bigint
    Aggregate [shop#1], [shop#1, sum(amount#2L) AS total#20L]
    +- Filter (amount#2L > 5)
       +- Relation [shop#1,amount#2L,day#3] parquet

    == Optimized Logical Plan ==
    Aggregate [shop#1], [shop#1, sum(amount#2L) AS total#20L]
    +- Filter (isnotnull(amount#2L) AND (amount#2L > 5))
       +- Relation [shop#1,amount#2L] parquet, PushedFilters: [isnotnull(amount#2L), (amount#2L > 5)]

    == Physical Plan ==
    BroadcastHashJoin [shop#1], [name#11], Inner, BuildRight, false
    :- HashAggregate(keys=[shop#1], functions=[sum(amount#2L)])
    :  +- Exchange hashpartitioning(shop#1, 8), ENSURE_REQUIREMENTS
    :     +- HashAggregate(keys=[shop#1], functions=[partial_sum(amount#2L)])
    :        +- Filter (isnotnull(amount#2L) AND (amount#2L > 5))
    :           +- FileScan parquet [shop#1,amount#2L,day#3] Batched: true, DataFilters: [isnotnull(amount#2L), (amount#2L > 5)], Format: Parquet, Location: InMemoryFileIndex(1 paths)[/data/sales], PartitionFilters: [isnotnull(day#3)], PushedFilters: [IsNotNull(amount), GreaterThan(amount,5)], ReadSchema: struct<shop:string,amount:bigint>
    +- BroadcastExchange
       +- FileScan parquet [name#11] Batched: true, DataFilters: [], Format: Parquet, Location: InMemoryFileIndex(1 paths)[/data/shops], PartitionFilters: [], PushedFilters: [], ReadSchema: struct<name:string>
    "
  `);
});
test("formatted numbers the operators and describes each", () => {
  expect(explain("formatted", query)).toMatchInlineSnapshot(`
    "== Physical Plan ==
    BroadcastHashJoin Inner BuildRight (8)
    :- HashAggregate (5)
    :  +- Exchange (4)
    :     +- HashAggregate (3)
    :        +- Filter (2)
    :           +- Scan parquet  (1)
    +- BroadcastExchange (7)
       +- Scan parquet  (6)


    (1) Scan parquet 
    Output [3]: [shop#1, amount#2L, day#3]
    Batched: true
    DataFilters: [isnotnull(amount#2L), (amount#2L > 5)]
    Format: Parquet
    Location: InMemoryFileIndex(1 paths)[/data/sales]
    PartitionFilters: [isnotnull(day#3)]
    PushedFilters: [IsNotNull(amount), GreaterThan(amount,5)]
    ReadSchema: struct<shop:string,amount:bigint>

    (2) Filter
    Input [3]: [shop#1, amount#2L, day#3]
    Condition : (isnotnull(amount#2L) AND (amount#2L > 5))

    (3) HashAggregate
    Input [3]: [shop#1, amount#2L, day#3]
    Keys [1]: [shop#1]
    Functions [1]: [partial_sum(amount#2L)]
    Results [2]: [shop#1, sum#21L]

    (4) Exchange
    Input [2]: [shop#1, sum#21L]
    Arguments: hashpartitioning(shop#1, 8), ENSURE_REQUIREMENTS

    (5) HashAggregate
    Input [2]: [shop#1, sum#21L]
    Keys [1]: [shop#1]
    Functions [1]: [sum(amount#2L)]
    Results [2]: [shop#1, total#20L]

    (6) Scan parquet 
    Output [1]: [name#11]
    Batched: true
    Format: Parquet
    Location: InMemoryFileIndex(1 paths)[/data/shops]
    ReadSchema: struct<name:string>

    (7) BroadcastExchange
    Input [1]: [name#11]

    (8) BroadcastHashJoin Inner BuildRight
    Left keys [1]: [shop#1]
    Right keys [1]: [name#11]
    Join type: Inner
    Join condition: None

    "
  `);
});
test("cost shows the estimated size of each node", () => {
  expect(explain("cost", query).split("== Physical Plan ==")[0]).toMatchInlineSnapshot(`
    "== Optimized Logical Plan ==
    Aggregate [shop#1], [shop#1, sum(amount#2L) AS total#20L], Statistics(sizeInBytes=105.5 KiB, rowCount=3.00E+3)
    +- Filter (isnotnull(amount#2L) AND (amount#2L > 5)), Statistics(sizeInBytes=105.5 KiB, rowCount=3.00E+3)
       +- Relation [shop#1,amount#2L] parquet, PushedFilters: [isnotnull(amount#2L), (amount#2L > 5)], Statistics(sizeInBytes=351.6 KiB, rowCount=1.00E+4)

    "
  `);
});
test("codegen shows the SQL of each stage", () => {
  expect(explain("codegen", query)).toMatchInlineSnapshot(`
    "Found 2 WholeStageCodegen subtrees.
    == Subtree 1 / 2 ==

    Generated code:
    SELECT 1

    == Subtree 2 / 2 ==

    Generated code:
    SELECT 2
    "
  `);
});
test.each([
  [0, "0.0 B"],
  [2047, "2047.0 B"],
  [2048, "2.0 KiB"],
  [10 * 1024 ** 3, "10.0 GiB"],
])("%d bytes are written %s", (bytes, text) => expect(bytesText(bytes)).toBe(text));
