import type { Attribute, Expression } from "../expressions/expression.ts";
import { attributeText, explainText } from "../expressions/print.ts";
import { isResolved } from "../expressions/properties.ts";
import { PYTHON } from "../functions/python-type.ts";
import type { PythonExec } from "../planner/plan.ts";
import type { JoinStrategyHint, JoinType, LogicalPlan, Scan } from "./plan.ts";
import type { PythonCall, PythonEvaluation } from "./python.ts";
import { childrenOf, expressionsOf } from "./traverse.ts";

/** Spark's `spark.sql.debug.maxToStringFields`: longer lists are cut. */
const MAX_FIELDS = 25;

/** A comma-separated list, cut as Spark cuts it. */
export function fieldList(fields: readonly string[], separator = ", "): string {
  if (fields.length <= MAX_FIELDS) return fields.join(separator);
  return [...fields.slice(0, MAX_FIELDS), `... ${fields.length - MAX_FIELDS} more fields`].join(separator);
}

/** How a kind of tree is drawn. A node of several lines is a chain, as Spark's GlobalLimit over LocalLimit. */
export interface Drawing<T> {
  readonly lines: (node: T) => readonly string[];
  readonly children: (node: T) => readonly T[];
}

/** A tree in Spark's layout: `:-` and `+-` before the children, the last one below its parent. */
export function drawTree<T>(root: T, { lines, children }: Drawing<T>): string {
  const out: string[] = [];
  const draw = (node: T, first: string, rest: string): void => {
    const chain = lines(node);
    let indent = rest;
    for (const [i, line] of chain.entries()) {
      out.push(i === 0 ? first + line : `${indent}+- ${line}`);
      if (i > 0) indent += "   ";
    }
    const below = children(node);
    for (const [i, child] of below.entries()) {
      const last = i === below.length - 1;
      draw(child, indent + (last ? "+- " : ":- "), indent + (last ? "   " : ":  "));
    }
  };
  draw(root, "", "");
  return out.join("\n");
}

/** A logical plan as Spark's explain(true) draws it; `suffix` adds to each node (explain("cost")). */
export function treeString(plan: LogicalPlan, suffix: (plan: LogicalPlan) => string = () => ""): string {
  return drawTree(plan, {
    lines: (node) => {
      const [first = "", ...rest] = nodeLines(node);
      return [`${isPlanResolved(node) ? "" : "'"}${first}${suffix(node)}`, ...rest.map((line) => line + suffix(node))];
    },
    children: childrenOf,
  });
}

const knownResolved = new WeakMap<LogicalPlan, boolean>();
const UNRESOLVED = new Set<LogicalPlan["kind"]>([
  "read",
  "unresolvedRelation",
  "view",
  "inlineTable",
  "oneRow",
  "tableFunction",
  "lateralView",
  "withColumns",
  "rename",
  "drop",
  "toNames",
  "pivot",
  "unpivot",
  "hint",
]);

function isPlanResolved(plan: LogicalPlan): boolean {
  let resolved = knownResolved.get(plan);
  if (resolved === undefined) {
    resolved = !UNRESOLVED.has(plan.kind) && expressionsOf(plan).every(isResolved) && childrenOf(plan).every(isPlanResolved);
    knownResolved.set(plan, resolved);
  }
  return resolved;
}

const list = (expressions: readonly Expression[]) => `[${fieldList(expressions.map((e) => explainText(e)))}]`;
const names = (attributes: readonly Attribute[] | undefined, separator = ",") =>
  `[${fieldList((attributes ?? []).map(attributeText), separator)}]`;

const JOIN_TYPE: { readonly [K in JoinType]: string } = {
  inner: "Inner",
  cross: "Cross",
  left: "LeftOuter",
  right: "RightOuter",
  full: "FullOuter",
  leftSemi: "LeftSemi",
  leftAnti: "LeftAnti",
  existence: "ExistenceJoin",
};
/** `LeftOuter` and so on. */
export const joinTypeName = (type: JoinType): string => JOIN_TYPE[type];

const STRATEGY: { readonly [K in JoinStrategyHint]: string } = {
  broadcast: "broadcast",
  merge: "merge",
  shuffleHash: "shuffle_hash",
  shuffleReplicateNestedLoop: "shuffle_replicate_nl",
};
const hintText = (side: string, hint: JoinStrategyHint | undefined) => (hint ? `, ${side}Hint=(strategy=${STRATEGY[hint]})` : "");

type Of<K extends LogicalPlan["kind"]> = Extract<LogicalPlan, { kind: K }>;

function nodeLines(plan: LogicalPlan): readonly string[] {
  const text = (describe[plan.kind] as (p: LogicalPlan) => string | readonly string[])(plan);
  return typeof text === "string" ? [text] : text;
}

const describe: { readonly [K in LogicalPlan["kind"]]: (plan: Of<K>) => string | readonly string[] } = {
  read: (p) => `UnresolvedDataSource format: ${p.format}, isStreaming: false, paths: ${p.paths.length} provided`,
  scan: scanText,
  view: (p) => `View (${p.nameParts.join(".")})`,
  unresolvedRelation: (p) => `UnresolvedRelation [${p.nameParts.join(", ")}]`,
  inlineTable: (p) => `UnresolvedInlineTable [${(p.names ?? []).join(", ")}], [${p.rows.map(list).join(", ")}]`,
  oneRow: () => "OneRowRelation",
  tableFunction: (p) => `UnresolvedTableValuedFunction [${p.nameParts.join(", ")}], ${list(p.args)}`,
  lateralView: (p) => `Generate ${explainText(p.generator)}, ${p.outer}, ${p.table ?? ""}, [${(p.columns ?? []).join(", ")}]`,
  localRelation: (p) => {
    const columns = p.output ? names(p.output, ", ") : `[${fieldList(p.schema.fields.map((field) => field.name))}]`;
    return `LocalRelation ${p.rows === 0 ? "<empty>, " : ""}${columns}`;
  },
  range: (p) => `Range (${p.start}, ${p.end}, step=${p.step}, splits=${p.partitions === undefined ? "None" : `Some(${p.partitions})`})`,
  subqueryAlias: (p) => `SubqueryAlias ${p.alias}`,
  project: (p) => `Project ${list(p.expressions)}`,
  withColumns: (p) => `WithColumns [${p.columns.map(({ name, expression }) => `${explainText(expression)} AS ${name}`).join(", ")}]`,
  rename: (p) => `WithColumnsRenamed [${p.names.map(([from, to]) => `${from} -> ${to}`).join(", ")}]`,
  drop: (p) => `DataFrameDropColumns ${list(p.columns)}`,
  toNames: (p) => `ToDF [${p.names.join(", ")}]`,
  filter: (p) => `Filter ${explainText(p.condition)}`,
  aggregate: (p) => `Aggregate ${list(p.grouping)}, ${list(p.aggregates)}`,
  expand: (p) => `Expand [${p.projections.map(list).join(", ")}], ${names(p.output, ", ")}`,
  pivot: (p) => `Pivot ${p.grouping ? list(p.grouping) : "None"}, ${explainText(p.column)}, ${list(p.values)}, ${list(p.aggregates)}`,
  unpivot: (p) =>
    `Unpivot ${p.ids ? list(p.ids) : "None"}, ${p.values ? list(p.values) : "None"}, ${p.variableColumnName}, ${p.valueColumnNames.join(", ")}`,
  join: (p) => {
    const condition = p.using ? `using [${p.using.join(", ")}]` : p.condition ? explainText(p.condition) : "";
    return `Join ${JOIN_TYPE[p.type]}${condition ? `, ${condition}` : ""}${hintText("left", p.leftHint)}${hintText("right", p.rightHint)}`;
  },
  sort: (p) => `Sort ${list(p.order)}, ${p.global}`,
  limit: (p) => [`GlobalLimit ${p.count}`, `LocalLimit ${p.count}`],
  offset: (p) => `Offset ${p.count}`,
  tail: (p) => `Tail ${p.count}`,
  deduplicate: (p) => `Deduplicate [${(p.columns ?? []).join(", ")}]`,
  union: (p) => `Union ${p.byName === true}, ${p.allowMissingColumns === true}`,
  setOperation: (p) => `${p.operation === "intersect" ? "Intersect" : "Except"}${p.all ? "All" : ""} ${p.all}`,
  window: (p) => `Window ${list(p.expressions)}, ${list(p.partitionBy)}, ${list(p.orderBy)}`,
  repartition: (p) => {
    const partitions = p.partitions === undefined ? "" : `, ${p.partitions}`;
    if (p.scheme === "coalesce") return `Repartition ${p.partitions}, false`;
    return p.scheme === "roundRobin" && p.partitions !== undefined
      ? `Repartition ${p.partitions}, true`
      : `RepartitionByExpression ${list(p.expressions)}${partitions}`;
  },
  sample: (p) => `Sample ${p.lowerBound}, ${p.upperBound}, ${p.withReplacement}, ${p.seed}`,
  generate: (p) => `Generate ${explainText(p.generator)}, ${p.outer}, ${names(p.output, ", ")}`,
  mapPartitions: (p) => `MapInArrow ${p.function.name}, ${names(p.output, ", ")}`,
  python: (p) => `${pythonOperator(p)} [${p.calls.map(pythonText).join(", ")}], ${names(p.results)}`,
  hint: (p) => `UnresolvedHint ${p.name}, ${list(p.parameters)}`,
  cached: (p) => `InMemoryRelation ${p.key}`,
  with: () => "WithCTE",
  cteRef: (p) => `CTERelationRef ${p.id}, ${p.output !== undefined}, ${names(p.output, ", ")}`,
  unionLoop: (p) => `UnionLoop ${p.id}`,
  write: (p) =>
    `InsertIntoHadoopFsRelationCommand ${p.path}, false, [${p.partitionBy.join(", ")}], ${p.format}, ${p.mode[0]!.toUpperCase()}${p.mode.slice(1)}`,
};

/** What a call of functions in Python is called, the outermost first. */
export const pythonText = ({ functions }: PythonCall): string =>
  functions
    .map((f) => f.name)
    .toReversed()
    .join("(");

/** Spark's name of the operator. */
export function pythonOperator({ form, calls }: Pick<PythonEvaluation, "calls"> & { readonly form: PythonExec["form"] }): string {
  const evalType = calls[0]?.functions[0]?.python?.evalType ?? 0;
  const arrow = (
    [PYTHON.mapArrowIter, PYTHON.groupedMapArrow, PYTHON.groupedMapArrowIter, PYTHON.cogroupedMapArrow] as readonly number[]
  ).includes(evalType);
  switch (form) {
    case "columns":
      return evalType === PYTHON.batched ? "BatchEvalPython" : "ArrowEvalPython";
    case "map":
      return arrow ? "MapInArrow" : "MapInPandas";
    case "groups":
      return arrow ? "FlatMapGroupsInArrow" : "FlatMapGroupsInPandas";
    case "cogroups":
      return arrow ? "FlatMapCoGroupsInArrow" : "FlatMapCoGroupsInPandas";
    case "aggregate":
      return "ArrowAggregatePython";
    case "window":
      return "ArrowWindowPython";
    case "table":
      return evalType === PYTHON.table ? "BatchEvalPythonUDTF" : "ArrowEvalPythonUDTF";
  }
}

/** Spark's `Relation [a#1] parquet`; the filters that reached the source follow, which Spark shows in the physical plan only. */
function scanText(p: Scan): string {
  const filters = p.filters.length > 0 ? `, PushedFilters: ${list(p.filters)}` : "";
  return `Relation ${names(p.output)} ${p.format}${filters}`;
}
