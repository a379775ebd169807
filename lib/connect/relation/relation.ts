import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Relation } from "../protocol/spark/connect/relations_pb.js";
import { planIdOf, type Translation } from "../translation.ts";
import { aggregateOf } from "./aggregate.ts";
import { asOfJoinOf } from "./as-of-join.ts";
import { catalogOf } from "./catalog.ts";
import { collectMetricsOf } from "./collect-metrics.ts";
import { dropOf, projectOf, renamesOf, toNamesOf, toSchemaOf, withColumnsOf } from "./columns.ts";
import { joinOf, lateralJoinOf } from "./join.ts";
import { cachedLocalRelationOf, chunkedCachedLocalRelationOf, localRelationOf } from "./local-relation.ts";
import { madeOnce } from "./made-tables.ts";
import { naDropOf, naFillOf, naReplaceOf } from "./missing.ts";
import { nearestByJoinOf } from "./nearest-by-join.ts";
import { parseOf } from "./parse.ts";
import { persisted } from "./persisted.ts";
import { coGroupMapOf, groupMapOf, mapPartitionsOf, tableFunctionOfUser } from "./python.ts";
import { rangeOf, readOf } from "./read.ts";
import { repartitionByExpressionOf, repartitionOf } from "./repartition.ts";
import { transposeOf, unpivotOf } from "./reshape.ts";
import { aliasOf, deduplicateOf, filterOf, hintOf, limitOf, offsetOf, setOperationOf, sortOf, tailOf } from "./rows.ts";
import { sampleByOf, sampleOf } from "./sample.ts";
import { Scope } from "./scope.ts";
import { htmlStringOf, showStringOf } from "./show.ts";
import { sqlOf, withRelationsOf } from "./sql.ts";
import { approxQuantileOf, corrOf, covOf, crosstabOf, describeOf, freqItemsOf, summaryOf } from "./statistics.ts";
import { tableFunctionOf } from "./table-function.ts";
import { malformed, unsupported } from "./unsupported.ts";
import { watermarkOf } from "./watermark.ts";
import { zipOf } from "./zip.ts";

type Given = Relation["relType"];
type Case = NonNullable<Given["case"]>;
type ValueOf<C extends Case> = Extract<Given, { case: C }>["value"];
type Translator<C extends Case> = (value: ValueOf<C>, t: Scope) => LogicalPlan | Promise<LogicalPlan>;

/** The plan of a client's relation: the one that the same program in TypeScript would have. Throws AnalysisError. */
export async function planOf(relation: Relation | undefined, t: Translation): Promise<LogicalPlan> {
  const scope = Scope.below(t);
  // A relation inside another begins on a stack of its own, however deep it is.
  await undefined;
  const given = relation?.relType;
  if (given?.case === undefined) throw malformed("A plan has a relation of no type.");
  const translate = TRANSLATORS[given.case] as (value: unknown, t: Scope) => LogicalPlan | Promise<LogicalPlan>;
  const plan = await madeOnce(relation!, scope.spark, async () => translate(given.value, scope));
  const id = relation!.common?.planId;
  return persisted(id === undefined ? plan : { ...plan, planId: planIdOf(id) }, scope.spark);
}

const refused = (feature: string, advice?: string) => (): never => {
  throw unsupported(feature, advice);
};
const STREAMS = "Streams come later.";

/** By type; a new one of the protocol's does not compile until it is answered. */
const TRANSLATORS: { readonly [C in Case]: Translator<C> } = {
  read: readOf,
  project: projectOf,
  filter: filterOf,
  join: joinOf,
  setOp: setOperationOf,
  sort: sortOf,
  limit: limitOf,
  aggregate: aggregateOf,
  sql: sqlOf,
  localRelation: localRelationOf,
  sample: sampleOf,
  offset: offsetOf,
  deduplicate: deduplicateOf,
  range: rangeOf,
  subqueryAlias: aliasOf,
  repartition: repartitionOf,
  toDf: toNamesOf,
  withColumnsRenamed: renamesOf,
  showString: showStringOf,
  drop: dropOf,
  tail: tailOf,
  withColumns: withColumnsOf,
  hint: hintOf,
  unpivot: unpivotOf,
  toSchema: toSchemaOf,
  repartitionByExpression: repartitionByExpressionOf,
  mapPartitions: mapPartitionsOf,
  collectMetrics: collectMetricsOf,
  parse: parseOf,
  groupMap: groupMapOf,
  coGroupMap: coGroupMapOf,
  withWatermark: watermarkOf,
  applyInPandasWithState: refused("GroupedData.applyInPandasWithState", STREAMS),
  htmlString: htmlStringOf,
  cachedLocalRelation: cachedLocalRelationOf,
  cachedRemoteRelation: ({ relationId }, t) => t.remoteRelation(relationId),
  commonInlineUserDefinedTableFunction: tableFunctionOfUser,
  asOfJoin: asOfJoinOf,
  commonInlineUserDefinedDataSource: refused("A data source in Python", "Use one of the built-in formats."),
  withRelations: withRelationsOf,
  transpose: transposeOf,
  unresolvedTableValuedFunction: tableFunctionOf,
  lateralJoin: lateralJoinOf,
  chunkedCachedLocalRelation: chunkedCachedLocalRelationOf,
  relationChanges: refused("DataFrameReader.changes", "Read a file format."),
  nearestByJoin: nearestByJoinOf,
  zip: zipOf,
  fillNa: naFillOf,
  dropNa: naDropOf,
  replace: naReplaceOf,
  summary: summaryOf,
  crosstab: crosstabOf,
  describe: describeOf,
  cov: covOf,
  corr: corrOf,
  approxQuantile: approxQuantileOf,
  freqItems: freqItemsOf,
  sampleBy: sampleByOf,
  catalog: catalogOf,
  mlRelation: refused("pyspark.ml", "Bring the rows to a library of the program's own."),
  extension: refused("A relation of an extension"),
  unknown: refused("A relation of type unknown"),
};
