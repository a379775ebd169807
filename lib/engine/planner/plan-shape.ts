import { alias, anyExpression, attribute, attributes, namedExpression, sortOrder, structType, userFunction } from "../expressions/shape.ts";
import { joinType, pythonCalls, pythonSides, pythonTable, scan, writeTarget } from "../logical/plan-shape.ts";
import * as s from "../logical/shape.ts";
import type { ShuffleKey } from "../stages/stage.ts";
import type { Partitioning } from "./partitioning.ts";
import type { AggregateColumn, JoinKey, PhysicalPlan, WriteExec } from "./plan.ts";

/** What physical plans look like, for stage programs that are read back (logical/plan-json.ts). */

const plan: s.Check = (value, path) => anyFragment(value, path);
const expressions = s.listOf(anyExpression);
const partitions = s.integerIn(1, 1_000_000);
const order = s.listOf(sortOrder);
const aggregateColumn = s.objectOf<AggregateColumn>({ alias, states: attributes });
const joinKey = s.objectOf<JoinKey>({ left: anyExpression, right: anyExpression, nullSafe: s.anyBoolean });
const partitionings: s.Kinds<Partitioning> = {
  single: {},
  hash: { expressions, partitions },
  range: { order, partitions },
  roundRobin: { partitions },
  broadcast: {},
  unknown: { partitions },
};
const partitioning = s.kindOf<Partitioning>(() => partitionings, "partitioning");

const shuffleKeys: s.Kinds<ShuffleKey> = {
  hash: { expressions },
  range: { order, sample: s.count },
  roundRobin: {},
  single: {},
};
const shuffleKey = s.kindOf<ShuffleKey>(() => shuffleKeys, "shuffle key");

const plans: s.Kinds<PhysicalPlan> = {
  scan: { leaf: s.count, scan },
  localRows: { arrow: s.anyText, output: attributes },
  range: { start: s.anyBigint, end: s.anyBigint, step: s.anyBigint, partitions, output: attributes },
  shuffleRead: { stage: s.count, output: attributes },
  broadcastRead: { stage: s.count, output: attributes },
  project: { expressions, child: plan },
  filter: { condition: anyExpression, child: plan },
  aggregate: {
    mode: s.oneOf("partial", "final", "complete"),
    grouping: s.listOf(namedExpression),
    aggregates: s.listOf(aggregateColumn),
    child: plan,
  },
  expand: { projections: s.listOf(expressions), output: attributes, child: plan },
  join: {
    strategy: s.oneOf("broadcastHash", "shuffledHash", "sortMerge", "broadcastNestedLoop", "cartesian"),
    type: joinType,
    left: plan,
    right: plan,
    keys: s.listOf(joinKey),
    condition: s.optional(anyExpression),
    exists: s.optional(attribute),
    build: s.optional(s.oneOf("left", "right")),
    nullAware: s.optional(s.oneOf(true)),
  },
  sort: { order, child: plan },
  topK: { order, count: s.count, offset: s.count, child: plan },
  limit: { count: s.optional(s.count), offset: s.count, child: plan },
  tail: { count: s.count, child: plan },
  union: { children: s.listOf(plan), output: attributes },
  setOperation: { operation: s.oneOf("intersect", "except"), all: s.anyBoolean, left: plan, right: plan },
  window: { expressions: s.listOf(alias), child: plan },
  sample: { lowerBound: s.anyNumber, upperBound: s.anyNumber, withReplacement: s.anyBoolean, seed: s.anyBigint, child: plan },
  generate: { generator: anyExpression, outer: s.anyBoolean, output: attributes, child: plan },
  mapPartitions: { function: userFunction, schema: structType, output: attributes, child: plan },
  python: {
    form: s.oneOf("columns", "map", "groups", "cogroups", "aggregate", "window", "table"),
    calls: pythonCalls,
    sides: pythonSides,
    table: s.optional(pythonTable),
    bounds: s.optional(s.anyText),
    results: attributes,
    output: attributes,
    children: s.listOf(plan),
  },
  unionLoop: {
    id: s.count,
    anchor: plan,
    step: plan,
    output: attributes,
    maxLevel: s.integerIn(-1, 2 ** 31),
    maxRows: s.integerIn(-1, 2 ** 31),
    limit: s.optional(s.count),
  },
  loopRead: { id: s.count, output: attributes },
  sortKeySample: { order, count: s.count, output: attributes, child: plan },
  exchange: { partitioning, reason: s.oneOf("distribution", "repartition", "broadcast"), from: s.count, child: plan },
  write: {
    write: writeTarget,
    spread: s.optional(s.objectOf<NonNullable<WriteExec["spread"]>>({ key: shuffleKey, partitions })),
    columns: attributes,
    child: plan,
  },
};

export const anyFragment = s.kindOf<PhysicalPlan>(() => plans, "physical plan");
