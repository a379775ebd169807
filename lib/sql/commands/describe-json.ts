import { SESSION_CATALOG } from "../../catalog/external-catalog.ts";
import type { CatalogRelation, CatalogTable } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { typeName } from "../../engine/expressions/print-type.ts";
import type { DataType, StructField, StructType } from "../../engine/types/data-type.ts";
import { rowsOutcome, type StatementOutcome, text } from "../session/outcome.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { declaredType } from "../session/table-plan.ts";
import { DEFAULT_METADATA } from "./columns.ts";
import type { Of } from "./commands.ts";
import { bucketDetails, type Detail, partitionDetails, storageDetails, tableDetails } from "./describe-table.ts";
import { partitionAt } from "./partition-commands.ts";

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** DESCRIBE TABLE EXTENDED ... AS JSON. Source: Spark's DescribeRelationJsonCommand. */
export async function describeJson(
  statement: Of<"describeTable">,
  parts: readonly string[],
  context: StatementContext,
  temporary: StructType | undefined,
  relation: CatalogRelation | undefined,
): Promise<StatementOutcome> {
  if (!statement.extended) throw new AnalysisError("DESCRIBE_JSON_NOT_EXTENDED", { tableName: parts.join(".") });
  const found = new Map<string, Json>();
  const add = (key: string, value: Json) => {
    const name = key.toLowerCase().replaceAll(" ", "_");
    if (!found.has(name) && !EXCLUDED.has(name)) found.set(name, value);
  };
  const addAll = (details: Iterable<readonly [string, Detail]>) => {
    for (const [key, value] of details) if (key !== "Schema") add(key, jsonDetail(key, value));
  };
  add("table_name", relation?.table ?? parts.at(-1)!);
  if (relation) {
    add("catalog_name", SESSION_CATALOG);
    add("namespace", [relation.schema]);
    add("schema_name", relation.schema);
  }
  add("columns", columnsJson(temporary ?? relation!.columns));
  const partition = statement.partition && (await partitionAt(statement.partition, relation as CatalogTable, context));
  if (relation?.kind === "table" && partition) {
    addAll(partitionDetails(partition, relation));
    addAll(tableDetails(relation));
    addAll(bucketDetails(relation.bucket));
  } else if (relation) {
    if (relation.kind === "table") {
      addAll(bucketDetails(relation.bucket));
      addAll(storageDetails(relation.location, relation.options));
    }
    addAll(tableDetails(relation));
    if (relation.kind === "view") add("view_creation_spark_configuration", relation.conf);
  }
  add("collation", "UTF8_BINARY");
  return rowsOutcome([text("json_metadata", true)], [[JSON.stringify(Object.fromEntries(found))]]);
}

const EXCLUDED: ReadonlySet<string> = new Set(["catalog", "schema", "database", "table"]);

function jsonDetail(key: string, value: Detail): Json {
  const statistics = /^(\d+) bytes(?:, (\d+) rows)?$/.exec(String(value));
  if (key !== "Statistics" || !statistics) return value as Json;
  return { size_in_bytes: Number(statistics[1]), ...(statistics[2] === undefined ? {} : { num_rows: Number(statistics[2]) }) };
}

const columnsJson = ({ fields }: StructType): Json => fields.map(fieldJson);

function fieldJson(field: StructField): Json {
  const { name, nullable, metadata = {} } = field;
  return {
    name,
    type: typeJson(declaredType(field)),
    nullable,
    ...(typeof metadata.comment === "string" ? { comment: metadata.comment } : {}),
    ...(typeof metadata[DEFAULT_METADATA] === "string" ? { default: metadata[DEFAULT_METADATA] } : {}),
  };
}

function typeJson(type: DataType): Json {
  switch (type.kind) {
    case "array":
      return { name: "array", element_type: typeJson(type.elementType), element_nullable: type.containsNull };
    case "map":
      return {
        name: "map",
        key_type: typeJson(type.keyType),
        value_type: typeJson(type.valueType),
        value_nullable: type.valueContainsNull,
      };
    case "struct":
      return { name: "struct", fields: columnsJson(type) };
    case "decimal":
      return { name: "decimal", precision: type.precision, scale: type.scale };
    case "char":
    case "varchar":
      return { name: type.kind, length: type.length };
    case "timestamp":
      return { name: "timestamp_ltz" };
    case "day-time interval":
    case "year-month interval":
      return { name: "interval", start_unit: type.start, end_unit: type.end };
    case "string":
      return { name: "string", collation: type.collation ?? "UTF8_BINARY" };
    default:
      return { name: typeName(type) };
  }
}
