import { SESSION_CATALOG } from "../../catalog/external-catalog.ts";
import type { CatalogRelation, CatalogTable } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { typeName } from "../../engine/expressions/print-type.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { callableNamed } from "../../engine/functions/registry.ts";
import type { StructField, StructType } from "../../engine/types/data-type.ts";
import type { Value } from "../../engine/types/values.ts";
import { schemaOfParts, tableOfParts } from "../session/names.ts";
import { rowsOutcome, type StatementOutcome, text } from "../session/outcome.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { declaredType } from "../session/table-plan.ts";
import { DEFAULT_METADATA } from "./columns.ts";
import type { Command, Of } from "./commands.ts";
import { describeJson } from "./describe-json.ts";
import { bucketDetails, type Detail, detailText, partitionDetails, redacted, storageDetails, tableDetails } from "./describe-table.ts";
import { shownLocation } from "./location.ts";
import { partitionAt } from "./partition-commands.ts";

const TABLE_COLUMNS = [text("col_name"), text("data_type"), text("comment", true)];
type Row = readonly [name: string, type: string, comment: string | null];
type DescribeTable = Of<"describeTable">;

const commentOf = ({ metadata }: StructField): string | null => (typeof metadata?.comment === "string" ? metadata.comment : null);
const columnRow = (field: StructField): Row => [field.name, typeName(declaredType(field)), commentOf(field)];
const blank: Row = ["", "", ""];
const describeOutcome = (rows: readonly Row[]): StatementOutcome => rowsOutcome(TABLE_COLUMNS, rows, "describe");
const detailRows = (details: Iterable<readonly [string, Detail]>): Row[] =>
  [...details].map(([key, value]) => [key, detailText(value), ""]);

/** DESCRIBE TABLE, of a column or a partition too, as rows or as JSON. Source: Spark's DescribeTableCommand. */
export const describeTable: Command<"describeTable"> = async (statement, context) => {
  const parts = context.parts(statement.table);
  const temporary = context.temporaryView(parts);
  const schema = temporary && (await context.schema(temporary));
  const relation = temporary ? undefined : await context.relation(statement.table);
  if (statement.column) return describeColumn(statement, context, schema, relation);
  if (statement.partition) refusePartition(parts, temporary !== undefined, relation);
  if (statement.asJson) return describeJson(statement, parts, context, schema, relation);
  if (!relation) return describeOutcome(schema!.fields.map(columnRow));
  const partition = statement.partition && (await partitionAt(statement.partition, relation as CatalogTable, context));
  const rows = [...relation.columns.fields.map(columnRow), ...partitionRows(relation)];
  if (partition && statement.extended) {
    const table = relation as CatalogTable;
    rows.push(blank, ["# Detailed Partition Information", "", ""], ["Database", table.schema, ""], ["Table", table.table, ""]);
    rows.push(...detailRows(partitionDetails(partition, table)));
    rows.push(blank, ["# Storage Information", "", ""], ...detailRows(bucketDetails(table.bucket)));
    rows.push(...detailRows(storageDetails(table.location, table.options)));
  } else if (statement.extended && !partition) {
    rows.push(blank, ["# Detailed Table Information", "", ""]);
    rows.push(...detailRows([...tableDetails(relation)].filter(([key]) => key !== "Partition Columns" && key !== "Schema")));
  }
  return describeOutcome([...rows, ...defaultRows(relation.columns)]);
};

function refusePartition(parts: readonly string[], isTemporary: boolean, relation: CatalogRelation | undefined): void {
  if (!isTemporary && relation?.kind === "table") return;
  throw new AnalysisError("FORBIDDEN_OPERATION", {
    statement: "DESC PARTITION",
    objectType: isTemporary ? "TEMPORARY VIEW" : "VIEW",
    objectName: sqlId([parts.at(-1)!]),
  });
}

function partitionRows(relation: CatalogRelation): Row[] {
  if (relation.kind === "view" || relation.partitionColumns.length === 0) return [];
  const fields = relation.columns.fields.filter(({ name }) => relation.partitionColumns.includes(name));
  return [["# Partition Information", "", ""], ["# col_name", "data_type", "comment"], ...fields.map(columnRow)];
}

function defaultRows({ fields }: StructType): Row[] {
  const found = fields.flatMap((field): Row[] => {
    const words = field.metadata?.[DEFAULT_METADATA];
    return typeof words === "string" ? [[field.name, typeName(field.dataType), words]] : [];
  });
  return found.length > 0 ? [blank, ["# Column Default Values", "", ""], ...found] : [];
}

const COLUMN_COLUMNS = [text("info_name"), text("info_value")];

async function describeColumn(
  { column, extended, asJson, table }: DescribeTable,
  context: StatementContext,
  temporary: StructType | undefined,
  relation: CatalogRelation | undefined,
): Promise<StatementOutcome> {
  if (asJson) throw new AnalysisError("UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON", {});
  const name = context.parts(column!);
  const tableParts = context.parts(table);
  const own = name.length > 1 && name[0]!.toLowerCase() === tableParts.at(-1)!.toLowerCase() ? name.slice(1) : name;
  const { fields } = temporary ?? relation!.columns;
  const field = fields.find((one) => one.name.toLowerCase() === own[0]!.toLowerCase());
  if (!field) throw new AnalysisError("COLUMN_NOT_FOUND", { colName: sqlId(name), caseSensitiveConfig: '"spark.sql.caseSensitive"' });
  if (own.length > 1) throw new AnalysisError("_LEGACY_ERROR_TEMP_1060", { command: "DESC TABLE COLUMN", column: name.join(".") });
  const rows: [string, string][] = [
    ["col_name", field.name],
    ["data_type", typeName(declaredType(field))],
    ["comment", commentOf(field) ?? "NULL"],
  ];
  if (extended) {
    const found = relation?.kind === "table" ? relation.statistics?.columns?.[field.name] : undefined;
    const shown = (value: string | number | undefined) => (value === undefined ? "NULL" : String(value));
    rows.push(
      ["min", shown(found?.min)],
      ["max", shown(found?.max)],
      ["num_nulls", shown(found?.nulls)],
      ["distinct_count", shown(found?.distinct)],
      ["avg_col_len", shown(found?.averageLength)],
      ["max_col_len", shown(found?.maximumLength)],
      ["histogram", "NULL"],
    );
    const words = field.metadata?.[DEFAULT_METADATA];
    if (typeof words === "string") rows.push(["default", words]);
  }
  return rowsOutcome(COLUMN_COLUMNS, rows);
}

/** DESCRIBE QUERY. */
export const describeQuery: Command<"describeQuery"> = async ({ query }, context) => {
  const { fields } = await context.schema(await context.lower(query));
  return describeOutcome(fields.map(columnRow));
};

/** DESCRIBE SCHEMA. */
export const describeSchema: Command<"describeSchema"> = async ({ name, extended }, context) => {
  const schemaName = schemaOfParts(context.parts(name));
  const schema = await context.catalog.schema(schemaName);
  if (!schema) throw new AnalysisError("SCHEMA_NOT_FOUND", { schemaName: sqlId([SESSION_CATALOG, schemaName]) });
  const properties = Object.entries(redacted(schema.properties)).sort(([a], [b]) => (a < b ? -1 : 1));
  const rows: [string, string][] = [
    ["Catalog Name", SESSION_CATALOG],
    ["Namespace Name", schema.name],
    ["Comment", schema.comment],
    ...(schema.collation === undefined ? [] : [["Collation", schema.collation] as [string, string]]),
    ["Location", shownLocation(schema.location)],
    ["Owner", ""],
    ...(extended
      ? [["Properties", properties.length > 0 ? `(${properties.map(([k, v]) => `(${k},${v})`).join(", ")})` : ""] as [string, string]]
      : []),
  ];
  return rowsOutcome([text("info_name"), text("info_value")], rows);
};

/** DESCRIBE CATALOG. */
export const describeCatalog: Command<"describeCatalog"> = async ({ name }, context) => {
  const parts = context.parts(name);
  if (parts.length > 1 || parts[0]!.toLowerCase() !== SESSION_CATALOG)
    throw new AnalysisError("CATALOG_NOT_FOUND", { catalogName: sqlId(parts), config: `"spark.sql.catalog.${parts.join(".")}"` });
  return rowsOutcome([text("info_name"), text("info_value")], [["Catalog Name", SESSION_CATALOG]]);
};

/** DESCRIBE FUNCTION. */
export const describeFunction: Command<"describeFunction"> = async ({ name, extended }, context) => {
  const parts = context.parts(name);
  const columns = [text("function_desc")];
  const entry = parts.length === 1 ? callableNamed(parts[0]!) : undefined;
  if (entry) {
    const rows = [`Function: ${parts[0]!.toLowerCase()}`, `Usage: ${entry.doc}`, ...(extended ? ["Extended Usage: N/A."] : [])];
    return rowsOutcome(
      columns,
      rows.map((row): Value[] => [row]),
    );
  }
  if (parts.length === 1 && context.session.functions.isRegistered(parts[0]!)) {
    const rows = [`Function: ${parts[0]!.toLowerCase()}`, "Usage: N/A.", ...(extended ? ["Extended Usage: N/A."] : [])];
    return rowsOutcome(
      columns,
      rows.map((row): Value[] => [row]),
    );
  }
  const temporary = parts.length === 1 ? context.session.functions.temporary(parts[0]!) : undefined;
  const { schema, table } = tableOfParts(parts, context.session.currentSchema);
  const found = temporary ?? (await context.catalog.function(schema, table));
  if (!found) throw new AnalysisError("ROUTINE_NOT_FOUND", { routineName: sqlId(temporary ? parts : [SESSION_CATALOG, schema, table]) });
  const { functionRows } = await import("./describe-function.ts");
  return rowsOutcome(
    columns,
    functionRows(found, temporary !== undefined, extended).map((row): Value[] => [row]),
  );
};
