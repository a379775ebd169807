import type { CatalogTable } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { alias, attribute, cast, nullLiteral, stringLiteral } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { type StructField, type StructType, sameType } from "../../engine/types/data-type.ts";
import { parserOptions } from "../parser/options.ts";
import { parseExpression } from "../parser/parse.ts";
import { idOf, tableOfParts } from "../session/names.ts";
import { nothing } from "../session/outcome.ts";
import { samePartition } from "../session/partitions.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { plainField } from "../session/table-plan.ts";
import type { Query } from "../syntax/query.ts";
import { unplaced } from "../syntax/span.ts";
import { DEFAULT_METADATA } from "./columns.ts";
import type { Command, Of } from "./commands.ts";
import { formatOf } from "./format.ts";
import { defaultsInQuery } from "./insert-defaults.ts";
import { absoluteLocation } from "./location.ts";
import { type GivenPartition, partitionOf } from "./partition-spec.ts";
import { assigned, policyOf } from "./store-assignment.ts";
import { writeRows } from "./write-table.ts";

type Insert = Of<"insert">;

/** INSERT INTO and INSERT OVERWRITE. Source: Spark's PreprocessTableInsertion and DataSourceAnalysis. */
export const insert: Command<"insert"> = async (statement, context) => {
  const table = await insertTarget(context.parts(statement.target), context);
  if (statement.replaceWhere)
    throw new AnalysisError("UNSUPPORTED_FEATURE.TABLE_OPERATION", { tableName: idOf(table), operation: "REPLACE WHERE" });
  const partition = await partitionOf(statement.partition ?? [], table, context);
  if (
    statement.ifPartitionNotExists &&
    (await context.catalog.partitions(table)).some(({ values }) => samePartition(values, partition.fixed))
  )
    return nothing();
  const target = expectedColumns(table, statement, partition);
  const query = await lowerSource(statement.query, target, context);
  const plan = await storedColumns(query, target, table, statement, partition, context);
  await writeRows(table, plan, { overwrite: statement.overwrite, fixed: partition.fixed }, context);
  return nothing();
};

/** Inserts a plan's rows, by place or by name. `dynamic`: of a table with partitions, only those that are written to are replaced. */
export async function insertPlan(
  parts: readonly string[],
  plan: LogicalPlan,
  { overwrite, byName, dynamic }: { readonly overwrite: boolean; readonly byName: boolean; readonly dynamic?: true },
  context: StatementContext,
): Promise<void> {
  const found = await insertTarget(parts, context);
  const table = dynamic ? { ...found, options: { ...found.options, partitionOverwriteMode: "dynamic" } } : found;
  const partition = { fixed: {}, dynamic: [] };
  const stored = await storedColumns(plan, table.columns.fields, table, { byName }, partition, context);
  await writeRows(table, stored, { overwrite, fixed: {} }, context);
}

async function insertTarget(parts: readonly string[], context: StatementContext): Promise<CatalogTable> {
  if (context.session.views.find(parts)) throw new AnalysisError("UNSUPPORTED_INSERT.RDD_BASED", {});
  const found = await context.catalog.relation(tableOfParts(parts, context.session.currentSchema));
  if (!found) throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: sqlId(parts) });
  if (found.kind === "table") return found;
  throw new AnalysisError("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", { viewName: idOf(found), operation: "INSERT" });
}

/** The columns that the query's values are for, in their order. */
function expectedColumns(table: CatalogTable, { columns }: Insert, { fixed }: GivenPartition): readonly StructField[] {
  const dynamic = table.columns.fields.filter(({ name }) => !Object.hasOwn(fixed, name));
  if (!columns) return dynamic;
  const seen = new Set<string>();
  return columns.map(({ name }) => {
    const key = name.toLowerCase();
    if (seen.has(key)) throw new AnalysisError("COLUMN_ALREADY_EXISTS", { columnName: sqlId([key]) });
    seen.add(key);
    const found = table.columns.fields.find((field) => field.name.toLowerCase() === key);
    if (!found)
      throw new AnalysisError("UNRESOLVED_COLUMN.WITH_SUGGESTION", {
        objectName: sqlId([name]),
        proposal: table.columns.fields.map((field) => sqlId([field.name])).join(", "),
      });
    if (Object.hasOwn(fixed, found.name))
      throw new AnalysisError("STATIC_PARTITION_COLUMN_IN_INSERT_COLUMN_LIST", { staticName: found.name });
    return found;
  });
}

/** The query with the columns' defaults where it says DEFAULT. */
const lowerSource = (query: Query, target: readonly StructField[], context: StatementContext): Promise<LogicalPlan> =>
  context.lower(defaultsInQuery(query, target, (field) => defaultTree(field, context)));

const defaultText = ({ metadata }: StructField): string | undefined => {
  const text = metadata?.[DEFAULT_METADATA];
  return typeof text === "string" ? text : undefined;
};

function defaultTree(field: StructField, { session }: StatementContext) {
  return unplaced(parseExpression(defaultText(field) ?? "NULL", parserOptions(session.conf.getAll())));
}

/** A plan of the table's columns: each value by place or by name, cast as it is stored, defaults where there is none. */
async function storedColumns(
  query: LogicalPlan,
  target: readonly StructField[],
  table: CatalogTable,
  statement: Pick<Insert, "columns" | "byName">,
  { fixed }: GivenPartition,
  context: StatementContext,
): Promise<LogicalPlan> {
  const schema = await context.schema(query);
  const tableName = idOf(table);
  const sources = statement.byName ? byName(schema, target, tableName) : byPlace(schema, target, tableName, Object.keys(fixed), table);
  const names = schema.fields.map((_, i) => `value ${i}`);
  const policy = policyOf(context);
  const expressions: Expression[] = [];
  for (const field of table.columns.fields) {
    const place = sources.get(field.name);
    if (place !== undefined) {
      const from = schema.fields[place]!.dataType;
      expressions.push(unchanged(field, from) ?? assigned(attribute(sqlId([names[place]!])), from, field, tableName, policy));
    } else if (Object.hasOwn(fixed, field.name)) expressions.push(fixedValue(field, fixed[field.name]!));
    else expressions.push(await defaultValue(field, tableName, context));
  }
  return { kind: "project", expressions, child: { kind: "toNames", names, child: query } };

  function unchanged(field: StructField, from: StructField["dataType"]): Expression | undefined {
    const place = sources.get(field.name)!;
    return sameType(from, field.dataType) ? alias(attribute(sqlId([names[place]!])), field.name) : undefined;
  }
}

const fixedValue = (field: StructField, text: string | null): Expression => {
  const type = plainField(field).dataType;
  return alias(text === null ? nullLiteral(type) : { ...cast(stringLiteral(text), type), mode: "ansi" }, field.name);
};

async function defaultValue(field: StructField, tableName: string, context: StatementContext): Promise<Expression> {
  if (defaultText(field) === undefined) return alias(nullLiteral(plainField(field).dataType), field.name);
  const value = await context.lowerExpression(defaultTree(field, context));
  return assigned({ ...cast(value, plainField(field).dataType), mode: "ansi" }, plainField(field).dataType, field, tableName, "ANSI");
}

/** Where each column's value is in the query. Throws INSERT_COLUMN_ARITY_MISMATCH. */
function byPlace(
  schema: StructType,
  target: readonly StructField[],
  tableName: string,
  staticColumns: readonly string[],
  table: CatalogTable,
): ReadonlyMap<string, number> {
  if (schema.fields.length !== target.length) {
    const dataColumns = schema.fields.map(({ name }) => sqlId([name])).join(", ");
    if (staticColumns.length > 0)
      throw new AnalysisError("INSERT_PARTITION_COLUMN_ARITY_MISMATCH", {
        tableName,
        reason: schema.fields.length > target.length ? "too many data columns" : "not enough data columns",
        tableColumns: table.columns.fields.map(({ name }) => sqlId([name])).join(", "),
        staticPartCols: [...staticColumns]
          .sort()
          .map((name) => sqlId([name]))
          .join(", "),
        dataColumns,
      });
    throw new AnalysisError(
      `INSERT_COLUMN_ARITY_MISMATCH.${schema.fields.length > target.length ? "TOO_MANY" : "NOT_ENOUGH"}_DATA_COLUMNS`,
      {
        tableName,
        tableColumns: target.map(({ name }) => sqlId([name])).join(", "),
        dataColumns,
      },
    );
  }
  return new Map(target.map((field, i) => [field.name, i]));
}

/** INSERT INTO t BY NAME. */
function byName(schema: StructType, target: readonly StructField[], tableName: string): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const extra: string[] = [];
  for (const [i, { name }] of schema.fields.entries()) {
    const field = target.find((known) => known.name.toLowerCase() === name.toLowerCase());
    if (!field) extra.push(name);
    else if (places.has(field.name))
      throw new AnalysisError("INCOMPATIBLE_DATA_FOR_TABLE.AMBIGUOUS_COLUMN_NAME", { tableName, colName: sqlId([field.name]) });
    else places.set(field.name, i);
  }
  if (schema.fields.length > target.length)
    throw new AnalysisError("INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS", {
      tableName,
      tableColumns: target.map(({ name }) => sqlId([name])).join(", "),
      dataColumns: schema.fields.map(({ name }) => sqlId([name])).join(", "),
    });
  if (extra.length > 0)
    throw new AnalysisError("INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS", {
      tableName,
      extraColumns: extra.map((name) => sqlId([name])).join(", "),
    });
  return places;
}

/** FROM t INSERT INTO a SELECT ... INSERT INTO b SELECT ... */
export const multiInsert: Command<"multiInsert"> = async ({ inserts }, context) => {
  for (const one of inserts) await insert(one, context);
  return nothing();
};

/** INSERT OVERWRITE DIRECTORY. */
export const insertDirectory: Command<"insertDirectory"> = async ({ path, format, options, query }, context) => {
  const { path: optionPath, ...rest } = Object.fromEntries(
    Object.entries(await context.properties(options)).map(([key, value]) => [key.toLowerCase(), value]),
  );
  const target = path ?? optionPath;
  if (!format)
    throw new AnalysisError("NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT", { cmd: "INSERT OVERWRITE DIRECTORY with the Hive format" });
  if (target === undefined) throw new AnalysisError("_LEGACY_ERROR_TEMP_0049", {});
  await context.session.engine.write(
    {
      kind: "write",
      format: formatOf(context.parts(format).join(".")),
      path: absoluteLocation(target, "."),
      mode: "overwrite",
      partitionBy: [],
      options: rest,
      child: await context.lower(query),
    },
    context.conf,
  );
  return nothing();
};
