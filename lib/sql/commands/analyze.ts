import type { CatalogPartition, CatalogTable, ColumnStatistics, TableStatistics } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { alias, cast, fn, integerLiteral } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { sqlId, sqlTypeOf } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { typeWidth } from "../../engine/logical/row-width.ts";
import { isAtomic, isDatetime, isNumeric, type StructField, stringType } from "../../engine/types/data-type.ts";
import type { Value } from "../../engine/types/values.ts";
import { nothing } from "../session/outcome.ts";
import { matchesSpec, partitionLocation, samePartition } from "../session/partitions.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { plainField } from "../session/table-plan.ts";
import type { Command, Of } from "./commands.ts";
import { partitionsNotFound } from "./partition-commands.ts";
import { partitionOf } from "./partition-spec.ts";
import { schemaOrCurrent } from "./schema.ts";
import { columnNamed } from "./store-assignment.ts";

/** ANALYZE TABLE: rows and bytes, of partitions too, and what columns hold. */
export const analyzeTable: Command<"analyzeTable"> = async (statement, context) => {
  const parts = context.parts(statement.table);
  if (context.session.views.find(parts)) throw notAnalyzed(statement, parts);
  const table = await context.relation(statement.table);
  if (table.kind === "view") throw new AnalysisError("UNSUPPORTED_FEATURE.ANALYZE_VIEW", {});
  if (statement.columns) await analyzeColumns(table, statement, context);
  else if (statement.partition) await analyzePartitions(table, statement, context);
  else await analyzeWhole(table, statement.noScan, context);
  return nothing();
};

const notAnalyzed = ({ columns }: Of<"analyzeTable">, parts: readonly string[]): AnalysisError =>
  columns
    ? new AnalysisError("UNSUPPORTED_FEATURE.ANALYZE_UNCACHED_TEMP_VIEW", { viewName: sqlId(parts) })
    : new AnalysisError("UNSUPPORTED_FEATURE.ANALYZE_VIEW", {});

export const analyzeTables: Command<"analyzeTables"> = async ({ in: name, noScan }, context) => {
  const schema = await schemaOrCurrent(name, context);
  for (const table of await context.catalog.relationNames(schema)) {
    const found = await context.catalog.relation({ schema, table });
    if (found?.kind === "table") await analyzeWhole(found, noScan, context);
  }
  return nothing();
};

const planOf = ({ schema, table }: CatalogTable): LogicalPlan => ({
  kind: "unresolvedRelation",
  nameParts: ["spark_catalog", schema, table],
});

async function sizeOf(table: CatalogTable, { catalog }: StatementContext): Promise<number> {
  const elsewhere = table.partitionColumns.length > 0 ? (await catalog.partitions(table)).filter((p) => p.location !== undefined) : [];
  let bytes = await catalog.files.size(table.location);
  for (const { location } of elsewhere) bytes += await catalog.files.size(location!);
  return bytes;
}

async function countRows(table: CatalogTable, context: StatementContext): Promise<number> {
  const count = alias(fn("count", integerLiteral(1)), "rows");
  const { rows } = await context.rows({ kind: "aggregate", grouping: [], aggregates: [count], child: planOf(table) });
  return Number(rows[0]![0]);
}

async function analyzeWhole(table: CatalogTable, noScan: boolean, context: StatementContext): Promise<void> {
  const sizeInBytes = await sizeOf(table, context);
  const rows = noScan ? undefined : await countRows(table, context);
  await keep(table, context, (known) => ({
    sizeInBytes,
    ...(rows === undefined ? (known?.sizeInBytes === sizeInBytes && known.rows !== undefined ? { rows: known.rows } : {}) : { rows }),
    ...(known?.columns && known.sizeInBytes === sizeInBytes ? { columns: known.columns } : {}),
  }));
}

const keep = (
  table: CatalogTable,
  context: StatementContext,
  change: (known: TableStatistics | undefined) => TableStatistics,
): Promise<void> => context.catalog.alterRelation<CatalogTable>(table, (known) => ({ ...known, statistics: change(known.statistics) }));

/** ANALYZE TABLE t PARTITION (a = 1, b): statistics of each partition that has these values. */
async function analyzePartitions(
  table: CatalogTable,
  { partition = [], noScan }: Of<"analyzeTable">,
  context: StatementContext,
): Promise<void> {
  const { fixed } = await partitionOf(partition, table, context);
  const { catalog } = context;
  const isMeant = ({ values }: CatalogPartition) => matchesSpec(values, fixed);
  const found = (await catalog.partitions(table)).filter(isMeant);
  if (found.length === 0 && Object.keys(fixed).length === table.partitionColumns.length) throw partitionsNotFound(table, fixed);
  const counts = noScan ? [] : await countByPartition(table, context);
  const measured = new Map<CatalogPartition, TableStatistics>();
  for (const one of found) {
    const sizeInBytes = await catalog.files.size(partitionLocation(table, one));
    const rows = counts.find(({ values }) => samePartition(values, one.values))?.rows ?? 0;
    measured.set(one, { sizeInBytes, ...(noScan ? {} : { rows }) });
  }
  await catalog.alterPartitions(table, (known) =>
    known.map((now) => {
      const statistics = [...measured].find(([one]) => samePartition(one.values, now.values))?.[1];
      return statistics ? { ...now, statistics } : now;
    }),
  );
}

async function countByPartition(
  table: CatalogTable,
  context: StatementContext,
): Promise<{ values: Record<string, string | null>; rows: number }[]> {
  const names = table.partitionColumns;
  const grouping = names.map((name) => columnNamed(name));
  const texts = names.map((name) => alias(cast(columnNamed(name), stringType), name));
  const aggregates = [...grouping, alias(fn("count", integerLiteral(1)), "rows")];
  const grouped: LogicalPlan = { kind: "aggregate", grouping, aggregates, child: planOf(table) };
  const { rows } = await context.rows({ kind: "project", expressions: [...texts, columnNamed("rows")], child: grouped }, 100_000);
  return rows.map((row) => ({
    values: Object.fromEntries(names.map((name, i) => [name, row[i] as string | null])),
    rows: Number(row[names.length]),
  }));
}

/** ANALYZE TABLE t COMPUTE STATISTICS FOR COLUMNS ... */
async function analyzeColumns(table: CatalogTable, { columns }: Of<"analyzeTable">, context: StatementContext): Promise<void> {
  const fields = columns === "all" || !columns ? table.columns.fields : columns.map((name) => fieldOf(table, context.parts(name)));
  for (const field of fields) {
    if (!isAtomic(plainField(field).dataType))
      throw new AnalysisError("UNSUPPORTED_FEATURE.ANALYZE_UNSUPPORTED_COLUMN_TYPE", {
        columnType: sqlTypeOf(field.dataType),
        columnName: sqlId([field.name]),
        tableName: sqlId(["spark_catalog", table.schema, table.table]),
      });
  }
  const aggregates = [alias(fn("count", integerLiteral(1)), "rows"), ...fields.flatMap((field, i) => measures(field, i))];
  const { schema, rows } = await context.rows({ kind: "aggregate", grouping: [], aggregates, child: planOf(table) });
  const row = new Map(schema.fields.map(({ name }, i) => [name, rows[0]![i]!]));
  const found = Object.fromEntries(fields.map((field, i) => [field.name, statisticsOf(field, i, row)]));
  const sizeInBytes = await sizeOf(table, context);
  await keep(table, context, (known) => ({ sizeInBytes, rows: Number(row.get("rows")), columns: { ...known?.columns, ...found } }));
}

const hasBounds = ({ dataType }: StructField): boolean => isNumeric(dataType) || isDatetime(dataType) || dataType.kind === "boolean";

function measures(field: StructField, i: number): Expression[] {
  const column = columnNamed(field.name);
  const distinct: Expression = { kind: "unresolvedFunction", name: "count", args: [column], distinct: true };
  const length = fn("octet_length", column);
  const bounds = hasBounds(field)
    ? [alias(cast(fn("min", column), stringType), `min${i}`), alias(cast(fn("max", column), stringType), `max${i}`)]
    : [];
  const lengths =
    plainField(field).dataType.kind === "string" || field.dataType.kind === "binary"
      ? [alias(fn("avg", length), `average${i}`), alias(fn("max", length), `longest${i}`)]
      : [];
  return [alias(distinct, `distinct${i}`), alias(fn("count", column), `count${i}`), ...bounds, ...lengths];
}

function statisticsOf({ dataType }: StructField, i: number, row: ReadonlyMap<string, Value>): ColumnStatistics {
  const text = (name: string) => {
    const value = row.get(`${name}${i}`);
    return value === undefined || value === null ? undefined : String(value);
  };
  const [min, max, average, longest] = [text("min"), text("max"), text("average"), text("longest")];
  const fixed = typeWidth(dataType);
  return {
    distinct: Number(row.get(`distinct${i}`)),
    nulls: Number(row.get("rows")) - Number(row.get(`count${i}`)),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    averageLength: average === undefined ? fixed : Math.ceil(Number(average)),
    maximumLength: longest === undefined ? fixed : Number(longest),
  };
}

function fieldOf(table: CatalogTable, parts: readonly string[]): StructField {
  const found = table.columns.fields.find((field) => field.name.toLowerCase() === parts.join(".").toLowerCase());
  if (found) return found;
  throw new AnalysisError("COLUMN_NOT_FOUND", { colName: sqlId(parts), caseSensitiveConfig: '"spark.sql.caseSensitive"' });
}
