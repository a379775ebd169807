import type { Attribute, Expression } from "../expressions/expression.ts";
import { attributeText, explainText } from "../expressions/print.ts";
import { typeName } from "../expressions/print-type.ts";
import type { Scan } from "../logical/plan.ts";
import { drawTree, fieldList, joinTypeName, pythonOperator, pythonText } from "../logical/tree-string.ts";
import { outputOf } from "./output.ts";
import type { Partitioning } from "./partitioning.ts";
import type { AggregateExec, Exchange, JoinExec, PhysicalPlan } from "./plan.ts";
import { sourceFilter } from "./source-filter.ts";
import { childrenOf } from "./traverse.ts";

/** A physical plan as Spark's explain() draws it, by Spark's operator names. */
export const physicalTreeString = (plan: PhysicalPlan): string =>
  drawTree(plan, { lines: (node) => [keptText(node) ?? operatorText(node)], children: (node) => (keptText(node) ? [] : childrenOf(node)) });

/** The rows of a cache, under the names of their columns. */
function keptText(plan: PhysicalPlan): string | undefined {
  const scan = plan.kind === "project" ? plan.child : plan;
  if (scan.kind !== "scan" || !scan.scan.kept) return undefined;
  if (plan.kind !== "project") return `InMemoryTableScan ${columns(scan.scan.output)}`;
  const renamed = plan.expressions.every((e) => e.kind === "attribute" || (e.kind === "alias" && e.child.kind === "attribute"));
  return renamed ? `InMemoryTableScan ${columns(outputOf(plan))}` : undefined;
}

type Of<K extends PhysicalPlan["kind"]> = Extract<PhysicalPlan, { kind: K }>;

const operatorText = (plan: PhysicalPlan): string => (describe[plan.kind] as (p: PhysicalPlan) => string)(plan);

export const list = (expressions: readonly Expression[]): string => `[${fieldList(expressions.map((e) => explainText(e)))}]`;
export const columns = (attributes: readonly Attribute[], separator = ","): string =>
  `[${fieldList(attributes.map(attributeText), separator)}]`;

/** The operator's name alone, as explain("formatted") lists it. */
export const operatorName = (plan: PhysicalPlan): string => (names[plan.kind] as (p: PhysicalPlan) => string)(plan);

const STRATEGY: { readonly [K in JoinExec["strategy"]]: string } = {
  broadcastHash: "BroadcastHashJoin",
  shuffledHash: "ShuffledHashJoin",
  sortMerge: "SortMergeJoin",
  broadcastNestedLoop: "BroadcastNestedLoopJoin",
  cartesian: "CartesianProduct",
};

const named = (name: string) => () => name;
const names: { readonly [K in PhysicalPlan["kind"]]: (plan: Of<K>) => string } = {
  scan: (p) => `Scan ${p.scan.format} `,
  localRows: named("LocalTableScan"),
  range: named("Range"),
  shuffleRead: named("ShuffleQueryStage"),
  broadcastRead: named("BroadcastQueryStage"),
  project: named("Project"),
  filter: named("Filter"),
  aggregate: named("HashAggregate"),
  expand: named("Expand"),
  join: (p) => `${STRATEGY[p.strategy]} ${joinTypeName(p.type)}${p.strategy === "broadcastHash" ? ` ${buildSide(p)}` : ""}`,
  sort: named("Sort"),
  topK: named("TakeOrderedAndProject"),
  limit: (p) => limitName(p),
  tail: named("CollectTail"),
  union: named("Union"),
  setOperation: (p) => `${p.operation === "intersect" ? "Intersect" : "Except"}${p.all ? "All" : ""}`,
  window: named("Window"),
  sample: named("Sample"),
  generate: named("Generate"),
  mapPartitions: named("MapInArrow"),
  python: pythonOperator,
  unionLoop: named("UnionLoop"),
  loopRead: named("UnionLoopRef"),
  sortKeySample: named("SortKeySample"),
  exchange: (p) => (p.reason === "broadcast" ? "BroadcastExchange" : "Exchange"),
  write: named("Execute InsertIntoHadoopFsRelationCommand"),
};

/** A limit over rows that have come together is the whole result's, else a partition's. */
const limitName = (p: Of<"limit">): string =>
  p.child.kind === "exchange" || p.child.kind === "shuffleRead" ? "GlobalLimit" : "LocalLimit";

const isBroadcast = (plan: PhysicalPlan): boolean =>
  plan.kind === "broadcastRead" || (plan.kind === "exchange" && plan.partitioning.kind === "broadcast");
/** The side that is hashed: of broadcast joins the one that every task has whole, the right one where both or neither are. */
function buildSide(join: JoinExec): string {
  const left = join.build ? join.build === "left" : isBroadcast(join.left) && !isBroadcast(join.right);
  return left ? "BuildLeft" : "BuildRight";
}

const describe: { readonly [K in PhysicalPlan["kind"]]: (plan: Of<K>) => string } = {
  scan: (p) => fileScan(p.scan),
  localRows: (p) => `LocalTableScan ${p.arrow === "" ? "<empty>, " : ""}${columns(p.output, ", ")}`,
  range: (p) => `Range (${p.start}, ${p.end}, step=${p.step}, splits=${p.partitions})`,
  shuffleRead: (p) => `ShuffleQueryStage ${p.stage}`,
  broadcastRead: (p) => `BroadcastQueryStage ${p.stage}`,
  project: (p) => `Project ${list(p.expressions)}`,
  filter: (p) => `Filter ${explainText(p.condition)}`,
  aggregate: (p) => `HashAggregate(keys=${list(p.grouping)}, functions=[${aggregateFunctions(p).join(", ")}])`,
  expand: (p) => `Expand [${p.projections.map(list).join(", ")}], ${columns(p.output, ", ")}`,
  join: joinText,
  sort: (p) => `Sort ${list(p.order)}, true, 0`,
  topK: (p) => `TakeOrderedAndProject(limit=${p.count}, orderBy=${list(p.order)})`,
  limit: (p) => `${limitName(p)} ${p.count ?? -1}, ${p.offset}`,
  tail: (p) => `CollectTail ${p.count}`,
  union: named("Union"),
  setOperation: (p) => `${operatorName(p)} ${p.all}`,
  window: (p) => `Window ${list(p.expressions)}`,
  sample: (p) => `Sample ${p.lowerBound}, ${p.upperBound}, ${p.withReplacement}, ${p.seed}`,
  generate: (p) => `Generate ${explainText(p.generator)}, ${p.outer}, ${columns(p.output)}`,
  mapPartitions: (p) => `MapInArrow ${p.function.name}, ${columns(p.output, ", ")}`,
  python: (p) => `${pythonOperator(p)} [${p.calls.map(pythonText).join(", ")}], ${columns(p.results)}`,
  unionLoop: (p) => `UnionLoop ${p.id}, ${columns(p.output)}`,
  loopRead: (p) => `UnionLoopRef ${p.id}, ${columns(p.output, ", ")}, false`,
  sortKeySample: (p) => `SortKeySample ${list(p.order)}, ${p.count}`,
  exchange: (p) => (p.reason === "broadcast" ? "BroadcastExchange" : `Exchange ${exchangeArguments(p)}`),
  write: (p) => `Execute InsertIntoHadoopFsRelationCommand ${p.write.path}, false, ${p.write.format}, ${p.write.mode}`,
};

/** `partial_sum(a#1L)`, `sum(a#1L)`. */
export const aggregateFunctions = ({ mode, aggregates }: AggregateExec): string[] =>
  aggregates.map(({ alias }) => `${mode === "partial" ? "partial_" : ""}${explainText(alias.child)}`);

function joinText(p: JoinExec): string {
  const condition = p.condition ? `, ${explainText(p.condition)}` : "";
  if (p.strategy === "cartesian") return `CartesianProduct${p.condition ? ` ${explainText(p.condition)}` : ""}`;
  if (p.strategy === "broadcastNestedLoop") return `BroadcastNestedLoopJoin ${buildSide(p)}, ${joinTypeName(p.type)}${condition}`;
  const side = p.strategy === "sortMerge" ? "" : `, ${buildSide(p)}`;
  const keys = `${list(p.keys.map((key) => key.left))}, ${list(p.keys.map((key) => key.right))}`;
  return `${STRATEGY[p.strategy]} ${keys}, ${joinTypeName(p.type)}${side}${condition}${p.strategy === "broadcastHash" ? `, ${p.nullAware === true}` : ""}`;
}

const REASON: { readonly [K in Exchange["reason"]]: string } = {
  distribution: "ENSURE_REQUIREMENTS",
  repartition: "REPARTITION_BY_NUM",
  broadcast: "BROADCAST",
};
export const exchangeArguments = (p: Exchange): string => `${partitioningText(p.partitioning)}, ${REASON[p.reason]}`;

function partitioningText(p: Partitioning): string {
  switch (p.kind) {
    case "single":
      return "SinglePartition";
    case "hash":
      return `hashpartitioning(${[...p.expressions.map((e) => explainText(e)), p.partitions].join(", ")})`;
    case "range":
      return `rangepartitioning(${[...p.order.map((e) => explainText(e)), p.partitions].join(", ")})`;
    case "roundRobin":
      return `RoundRobinPartitioning(${p.partitions})`;
    case "broadcast":
      return "BroadcastDistribution";
    case "unknown":
      return `UnknownPartitioning(${p.partitions})`;
  }
}

/** Spark's order and names; partition filters are those over partition columns only. */
export function scanFields(scan: Scan): readonly (readonly [name: string, value: string])[] {
  const partition = new Set(scan.partitionColumns);
  const ofPartitions = (e: Expression) => sourceFilter.columns(e).every((name) => partition.has(name));
  const data = scan.filters.filter((e) => !ofPartitions(e));
  const read = scan.output.filter((a) => !partition.has(a.name));
  const roots = scan.rootPaths;
  return [
    ["Batched", String(scan.format === "parquet")],
    ["DataFilters", list(data)],
    ["Format", scan.format === "csv" ? "CSV" : `${scan.format[0]?.toUpperCase() ?? ""}${scan.format.slice(1)}`],
    ["Location", `InMemoryFileIndex(${roots.length} paths)[${roots.join(", ")}]`],
    ["PartitionFilters", list(scan.filters.filter(ofPartitions))],
    ["PushedFilters", `[${data.flatMap((e) => sourceFilter.text(e) ?? []).join(", ")}]`],
    [
      "ReadSchema",
      `struct<${fieldList(
        read.map((a) => `${a.name}:${typeName(a.type)}`),
        ",",
      )}>`,
    ],
  ];
}

const fileScan = (scan: Scan): string =>
  `FileScan ${scan.format} ${columns(scan.output)} ${scanFields(scan)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ")}`;
