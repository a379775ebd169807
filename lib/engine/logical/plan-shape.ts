import * as shape from "../expressions/shape.ts";
import type { PythonArgument, PythonTable } from "../ports/python.ts";
import type { CteDefinition } from "./cte.ts";
import type {
  AnalyzedTable,
  ColumnChunk,
  GroupingSets,
  LogicalPlan,
  Observed,
  RowGroup,
  ScanFile,
  UnresolvedRelation,
  WithColumns,
} from "./plan.ts";
import type { PythonCall, PythonSide, TableInput } from "./python.ts";
import * as s from "./shape.ts";

/** What logical plans look like, for those that come from outside (plan-json.ts). */

// Expressions hold plans and plans expressions: whichever of the two modules is loaded first finds the other one empty.
const anyExpression = s.later(() => shape.anyExpression);
const attribute = s.later(() => shape.attribute);
const attributes = s.later(() => shape.attributes);
const sortOrder = s.later(() => shape.sortOrder);
const structType = s.later(() => shape.structType);
const userFunction = s.later(() => shape.userFunction);

const plan: s.Check = (value, path) => anyPlan(value, path);
const observed = s.objectOf<Observed>({ name: s.anyText, metrics: s.listOf(anyExpression) });
const node = { planId: s.optional(s.count), origin: s.optional(s.anyOrigin) };
const expressions = s.listOf(anyExpression);
const texts = s.listOf(s.anyText);
const options = s.recordOf(s.anyText);
const output = s.optional(attributes);
const partitions = s.optional(s.integerIn(1, 1_000_000));
const order = s.listOf(sortOrder);
const hint = s.optional(s.oneOf("broadcast", "merge", "shuffleHash", "shuffleReplicateNestedLoop"));

/** A JoinType. */
export const joinType = s.oneOf("inner", "cross", "left", "right", "full", "leftSemi", "leftAnti", "existence");
/** An upper bound on what `limit` and `offset` count: Spark's are 32-bit integers. */
const rowCount = s.integerIn(0, 2 ** 31 - 1);

const columnChunk = s.objectOf<ColumnChunk>({
  start: s.count,
  end: s.count,
  nulls: s.optional(s.count),
  min: s.optional(s.anyText),
  max: s.optional(s.anyText),
});
const rowGroup = s.objectOf<RowGroup>({ firstRow: s.count, rows: s.count, start: s.count, end: s.count, columns: s.recordOf(columnChunk) });
const scanFile = s.objectOf<ScanFile>({
  key: s.anyText,
  size: s.count,
  modified: s.optional(s.anyNumber),
  partitionValues: s.recordOf(s.nullOr(s.anyText)),
  rows: s.optional(s.count),
  rowGroups: s.optional(s.listOf(rowGroup)),
});
const groupingSets = s.kindOf<GroupingSets>(
  () => ({ rollup: {}, cube: {}, sets: { sets: s.listOf(s.listOf(s.count)) } }) as unknown as s.Kinds<GroupingSets>,
  "grouping sets",
);
const withColumn = s.objectOf<WithColumns["columns"][number]>({
  name: s.anyText,
  expression: anyExpression,
  metadata: s.optional(s.recordOf(s.anyJson)),
});

const asOf = s.kindOf<NonNullable<UnresolvedRelation["asOf"]>>(
  () => ({ version: { value: anyExpression }, timestamp: { value: anyExpression } }) as never,
  "version or timestamp",
);

const analyzedTable = s.objectOf<AnalyzedTable>({
  rows: s.optional(s.count),
  columns: s.recordOf(
    s.objectOf<AnalyzedTable["columns"][string]>({
      distinct: s.count,
      nulls: s.count,
      min: s.optional(s.anyText),
      max: s.optional(s.anyText),
    }),
  ),
});

const cteDefinition = s.objectOf<CteDefinition>({
  id: s.count,
  name: s.anyText,
  plan,
  columns: s.optional(texts),
  recursive: s.optional(s.oneOf(true)),
  maxLevel: s.optional(s.integerIn(-1, 2 ** 31)),
});

const pythonArguments = s.listOf(s.objectOf<PythonArgument>({ offset: s.count, name: s.optional(s.anyText) }));
export const pythonCalls = s.listOf(s.objectOf<PythonCall>({ functions: s.listOf(userFunction), args: pythonArguments }));
export const pythonSides = s.listOf(s.objectOf<PythonSide>({ inputs: expressions, keys: s.count, order }));
export const pythonTable = s.objectOf<PythonTable>({
  name: s.anyText,
  partitionIndexes: s.listOf(s.count),
  analyzed: s.optional(s.anyText),
  tableArguments: s.listOf(s.count),
  single: s.optional(s.oneOf(true)),
  passes: s.optional(s.oneOf(true)),
});

const tableInput = s.objectOf<TableInput>({
  plan,
  partitionBy: expressions,
  orderBy: order,
  single: s.optional(s.oneOf(true)),
  select: s.optional(expressions),
});

const plans: s.Kinds<LogicalPlan> = {
  read: { ...node, format: s.anyText, paths: texts, options, schema: s.optional(structType) },
  unresolvedRelation: {
    ...node,
    nameParts: texts,
    options: s.optional(options),
    asOf: s.optional(asOf),
    currentSchema: s.optional(s.anyText),
  },
  view: {
    ...node,
    nameParts: texts,
    session: s.recordOf(s.anyJson),
    schema: s.optional(structType),
    queryColumns: s.optional(texts),
    casts: s.optional(s.oneOf("any", "widening")),
    open: s.optional(s.oneOf(true)),
    child: plan,
  },
  inlineTable: { ...node, rows: s.listOf(expressions), names: s.optional(texts) },
  oneRow: node,
  tableFunction: { ...node, nameParts: texts, args: expressions, input: s.optional(tableInput) },
  lateralView: {
    ...node,
    generator: anyExpression,
    outer: s.anyBoolean,
    table: s.optional(s.anyText),
    columns: s.optional(texts),
    child: plan,
  },
  scan: {
    ...node,
    format: s.anyText,
    options,
    output: attributes,
    files: s.listOf(scanFile),
    partitionColumns: texts,
    dataSchema: structType,
    filters: expressions,
    rootPaths: texts,
    missing: s.optional(s.recordOf(anyExpression)),
    analyzed: s.optional(analyzedTable),
    kept: s.optional(s.oneOf(true)),
  },
  localRelation: { ...node, schema: structType, arrow: s.anyText, rows: s.count, output },
  range: { ...node, start: s.anyBigint, end: s.anyBigint, step: s.anyBigint, partitions, output },
  subqueryAlias: { ...node, alias: s.anyText, qualifier: s.optional(texts), columns: s.optional(texts), child: plan },
  project: { ...node, expressions, pipe: s.optional(s.oneOf("SELECT", "EXTEND", "SET", "boundary")), child: plan },
  withColumns: { ...node, columns: s.listOf(withColumn), child: plan },
  rename: { ...node, names: s.listOf(s.pairOf(s.anyText, s.anyText)), child: plan },
  drop: { ...node, columns: expressions, names: s.optional(texts), child: plan },
  toNames: { ...node, names: texts, child: plan },
  filter: { ...node, condition: anyExpression, child: plan },
  aggregate: {
    ...node,
    grouping: expressions,
    groupingSets: s.optional(groupingSets),
    aggregates: expressions,
    groupByAll: s.optional(s.anyBoolean),
    having: s.optional(anyExpression),
    pipeAggregates: s.optional(s.count),
    child: plan,
  },
  expand: { ...node, projections: s.listOf(expressions), output: attributes, child: plan },
  pivot: { ...node, grouping: s.optional(expressions), column: anyExpression, values: expressions, aggregates: expressions, child: plan },
  unpivot: {
    ...node,
    ids: s.optional(expressions),
    values: s.optional(expressions),
    aliases: s.optional(s.listOf(s.nullOr(s.anyText))),
    variableColumnName: s.anyText,
    valueColumnNames: texts,
    child: plan,
  },
  join: {
    ...node,
    type: joinType,
    left: plan,
    right: plan,
    condition: s.optional(anyExpression),
    using: s.optional(texts),
    lateral: s.optional(s.oneOf(true, "nearest")),
    arguments: s.optional(s.oneOf(true)),
    outer: s.optional(expressions),
    parameters: output,
    exists: s.optional(attribute),
    natural: s.optional(s.anyBoolean),
    leftHint: hint,
    rightHint: hint,
  },
  sort: { ...node, order, all: s.optional(s.anyBoolean), global: s.anyBoolean, child: plan },
  limit: { ...node, count: rowCount, child: plan },
  offset: { ...node, count: rowCount, child: plan },
  tail: { ...node, count: rowCount, child: plan },
  deduplicate: { ...node, columns: s.optional(texts), child: plan },
  union: {
    ...node,
    children: s.listOf(plan),
    byName: s.optional(s.anyBoolean),
    allowMissingColumns: s.optional(s.anyBoolean),
    output,
  },
  setOperation: { ...node, operation: s.oneOf("intersect", "except"), all: s.anyBoolean, left: plan, right: plan },
  window: { ...node, expressions, partitionBy: expressions, orderBy: order, child: plan },
  repartition: { ...node, scheme: s.oneOf("hash", "range", "roundRobin", "coalesce"), expressions, partitions, child: plan },
  sample: {
    ...node,
    lowerBound: s.anyNumber,
    upperBound: s.anyNumber,
    withReplacement: s.anyBoolean,
    seed: s.anyBigint,
    child: plan,
  },
  generate: { ...node, generator: anyExpression, outer: s.anyBoolean, output: attributes, child: plan },
  mapPartitions: { ...node, function: userFunction, schema: structType, output, child: plan },
  python: {
    ...node,
    form: s.oneOf("columns", "map", "groups", "cogroups", "table"),
    calls: pythonCalls,
    sides: pythonSides,
    table: s.optional(pythonTable),
    select: s.optional(expressions),
    schema: structType,
    qualifier: s.optional(s.anyText),
    results: output,
    children: s.listOf(plan),
  },
  hint: { ...node, name: s.anyText, parameters: expressions, child: plan },
  cached: { ...node, key: s.anyText, stored: s.optional(plan), observed: s.optional(observed), child: plan },
  with: { ...node, definitions: s.listOf(cteDefinition), child: plan },
  cteRef: { ...node, id: s.count, name: s.anyText, output, recursive: s.optional(s.oneOf(true)), unlimited: s.optional(s.oneOf(true)) },
  unionLoop: {
    ...node,
    id: s.count,
    anchor: plan,
    step: plan,
    output: attributes,
    maxLevel: s.integerIn(-1, 2 ** 31),
    maxRows: s.integerIn(-1, 2 ** 31),
    limit: s.optional(s.count),
  },
  write: {
    ...node,
    format: s.anyText,
    path: s.anyText,
    mode: s.oneOf("append", "overwrite", "error", "ignore"),
    partitionBy: texts,
    options,
    child: plan,
  },
};

export const anyPlan = s.kindOf<LogicalPlan>(() => plans, "logical plan");
const { child: _, ...writeFields } = plans.write;
/** A Write without its child, as the physical plan keeps it. */
export const writeTarget = s.kindOf<{ readonly kind: "write" }>(() => ({ write: writeFields }) as never, "write");
export const scan = s.kindOf<Extract<LogicalPlan, { kind: "scan" }>>(() => ({ scan: plans.scan }), "scan");
