import { lowerCased } from "../../dataframe/reader.ts";
import { requirementFailed } from "../../engine/errors/requirement.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Range, Read, Read_DataSource, Read_NamedTable } from "../protocol/spark/connect/relations_pb.js";
import { dataSourcesOf, readSource } from "../python/data-source.ts";
import { columnsOfText } from "../type/schema.ts";
import type { Scope } from "./scope.ts";
import { malformed, unsupported } from "./unsupported.ts";

export async function readOf({ readType, isStreaming }: Read, t: Scope): Promise<LogicalPlan> {
  if (isStreaming) throw unsupported("SparkSession.readStream", "Streams come later.");
  switch (readType.case) {
    case "namedTable":
      return tableOf(readType.value, t);
    case "dataSource":
      return dataSourceOf(readType.value, t);
    case undefined:
      throw malformed("A read names neither a table nor a data source.");
  }
}

function tableOf({ unparsedIdentifier, options }: Read_NamedTable, t: Scope): LogicalPlan {
  const plan = t.spark.catalog.plan(unparsedIdentifier);
  if (plan.kind !== "unresolvedRelation" || Object.keys(options).length === 0) return plan;
  return { ...plan, options: lowerCased(options) };
}

/** Formats that are systems and not files. */
const SYSTEMS: ReadonlySet<string> = new Set(["jdbc", "kafka", "rate", "socket"]);

async function dataSourceOf({ format, schema, options, paths, predicates }: Read_DataSource, t: Scope): Promise<LogicalPlan> {
  const source = (format || t.spark.conf.get("spark.sql.sources.default"))!.toLowerCase();
  const ofClient = dataSourcesOf(t.spark).get(source);
  if (ofClient) return readSource(ofClient, { options, paths, ...(schema ? { schema: columnsOfText(schema) } : {}) }, t);
  if (predicates.length > 0 || SYSTEMS.has(source)) throw unsupported(`Reading ${source}`, "Export to parquet, csv or json.");
  const reader = t.spark.read.format(source).options(options);
  const typed = schema ? reader.schema(columnsOfText(schema)) : reader;
  return (paths.length > 0 ? typed.load(paths) : typed.load()).plan;
}

export function rangeOf({ start = 0n, end, step, numPartitions }: Range, t: Scope): LogicalPlan {
  if (step === 0n) throw requirementFailed("step (0) cannot be 0");
  return t.spark.range(start, end, step, numPartitions).plan;
}
