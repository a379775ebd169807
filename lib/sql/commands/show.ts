import { GLOBAL_TEMP_SCHEMA, SESSION_CATALOG } from "../../catalog/external-catalog.ts";
import type { CatalogTable } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { callableFunctions } from "../../engine/functions/registry.ts";
import { flag, rowsOutcome, text } from "../session/outcome.ts";
import { matchesSpec, partitionPath, sortedPartitions } from "../session/partitions.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { Name } from "../syntax/span.ts";
import type { Command } from "./commands.ts";
import { partitionDetails, redacted, simpleString, tableDetails } from "./describe-table.ts";
import { partitionAt, partitionedTable } from "./partition-commands.ts";
import { partitionOf } from "./partition-spec.ts";
import { matchesPattern } from "./pattern.ts";
import { existingSchema, schemaOrCurrent } from "./schema.ts";
import { createTableText } from "./show-create.ts";

const NAMES = [text("namespace"), text("tableName"), flag("isTemporary")];

export const showSchemas: Command<"showSchemas"> = async ({ pattern }, context) => {
  const names = (await context.catalog.schemas()).map(({ name }) => name);
  return rowsOutcome(
    [text("namespace")],
    names
      .sort()
      .filter((name) => matchesPattern(name, pattern))
      .map((name) => [name]),
  );
};

export const showCatalogs: Command<"showCatalogs"> = async ({ pattern }) =>
  rowsOutcome(
    [text("catalog")],
    [SESSION_CATALOG].filter((name) => matchesPattern(name, pattern)).map((name) => [name]),
  );

/** Where SHOW TABLES and SHOW VIEWS look: a schema of the catalog, or the shared temporary views. */
async function placeOf(name: Name | undefined, context: StatementContext): Promise<string> {
  const parts = name && context.parts(name);
  if (parts?.length === 1 && parts[0]!.toLowerCase() === GLOBAL_TEMP_SCHEMA) return GLOBAL_TEMP_SCHEMA;
  return schemaOrCurrent(name, context);
}

/** Temporary views of a place, behind its own tables: those of the session show everywhere. */
function temporaryRows(place: string, pattern: string | undefined, { session }: StatementContext): [string, string, boolean][] {
  const shared = place === GLOBAL_TEMP_SCHEMA ? session.views.names(true) : [];
  return [
    ...shared.map((name): [string, string, boolean] => [GLOBAL_TEMP_SCHEMA, name, true]),
    ...session.views.names(false).map((name): [string, string, boolean] => ["", name, true]),
  ].filter(([, name]) => matchesPattern(name, pattern));
}

const relationNames = async (place: string, { catalog }: StatementContext): Promise<readonly string[]> =>
  place === GLOBAL_TEMP_SCHEMA ? [] : catalog.relationNames(place);

export const showTables: Command<"showTables"> = async ({ in: name, pattern }, context) => {
  const place = await placeOf(name, context);
  const names = (await relationNames(place, context)).filter((table) => matchesPattern(table, pattern));
  const rows = [...names.map((table): [string, string, boolean] => [place, table, false]), ...temporaryRows(place, pattern, context)];
  return rowsOutcome(NAMES, rows, "showTables");
};

export const showViews: Command<"showViews"> = async ({ in: name, pattern }, context) => {
  const place = await placeOf(name, context);
  const rows: [string, string, boolean][] = [];
  for (const table of (await relationNames(place, context)).filter((one) => matchesPattern(one, pattern)))
    if ((await context.catalog.relation({ schema: place, table }))?.kind === "view") rows.push([place, table, false]);
  const columns = [text("namespace"), text("viewName"), flag("isTemporary")];
  return rowsOutcome(columns, [...rows, ...temporaryRows(place, pattern, context)], "showViews");
};

export const showTableExtended: Command<"showTableExtended"> = async ({ in: name, pattern, partition }, context) => {
  const columns = [...NAMES, text("information")];
  const place = await placeOf(name, context);
  if (partition) {
    const table = await tableAt(place, pattern, context);
    const found = await partitionAt(partition, table, context);
    return rowsOutcome(columns, [[place, table.table, false, `${simpleString(partitionDetails(found, table))}\n`]]);
  }
  const rows: [string, string, boolean, string][] = [];
  for (const one of (await relationNames(place, context)).filter((table) => matchesPattern(table, pattern))) {
    const found = await context.catalog.relation({ schema: place, table: one });
    if (found) rows.push([place, one, false, `${simpleString(tableDetails(found))}\n`]);
  }
  for (const [namespace, view] of temporaryRows(place, pattern, context))
    rows.push([namespace, view, true, `Table: ${view}\nType: VIEW\n`]);
  return rowsOutcome(columns, rows);
};

async function tableAt(schema: string, table: string, context: StatementContext): Promise<CatalogTable> {
  const found = await context.catalog.relation({ schema, table });
  if (found?.kind === "table") return found;
  throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: sqlId([schema, table]) });
}

export const showColumns: Command<"showColumns"> = async ({ table, in: place }, context) => {
  const parts = context.parts(table);
  const where = place && context.parts(place);
  if (where && parts.length > 1 && parts.at(-2)!.toLowerCase() !== where.at(-1)!.toLowerCase())
    throw new AnalysisError("SHOW_COLUMNS_WITH_CONFLICT_NAMESPACE", { namespaceA: sqlId(where), namespaceB: sqlId(parts.slice(0, -1)) });
  const full = where && parts.length === 1 ? [...where, ...parts] : parts;
  const plan =
    context.temporaryView(full) ?? ({ kind: "unresolvedRelation", nameParts: full, currentSchema: context.session.currentSchema } as const);
  const { fields } = await context.schema(plan);
  return rowsOutcome(
    [text("col_name")],
    fields.map(({ name }) => [name]),
  );
};

export const showPartitions: Command<"showPartitions"> = async ({ table: name, partition }, context) => {
  const table = await partitionedTable(name, "SHOW PARTITIONS", context);
  const { fixed } = partition ? await partitionOf(partition, table, context) : { fixed: {} };
  const found = sortedPartitions(await context.catalog.partitions(table), table).filter(({ values }) => matchesSpec(values, fixed));
  return rowsOutcome(
    [text("partition")],
    found.map(({ values }) => [partitionPath(table, values)]),
  );
};

/** Operators that Spark lists among its functions although they are none. */
const OPERATORS = ["<>", "!=", "between", "case", "||"];

export const showFunctions: Command<"showFunctions"> = async ({ scope = "all", in: name, pattern }, context) => {
  const { session } = context;
  const schema = name ? await existingSchema(context.parts(name), context) : session.currentSchema;
  const system = scope === "user" ? [] : [...callableFunctions().flatMap(({ names }) => names), ...OPERATORS];
  const own = scope === "system" ? [] : await userFunctions(schema, context);
  const all = [...new Set([...system, ...own])].sort().filter((one) => matchesPattern(one.slice(one.lastIndexOf(".") + 1) || one, pattern));
  return rowsOutcome(
    [text("function")],
    all.map((one) => [one]),
  );
};

async function userFunctions(schema: string, { session }: StatementContext): Promise<string[]> {
  const kept = session.engine.catalog ? await session.engine.catalog.functions(schema) : [];
  return [
    ...session.functions.temporaryFunctions().map(({ name }) => name),
    ...session.functions.registered(),
    ...kept.map((one) => `${SESSION_CATALOG}.${one.schema}.${one.name}`),
  ];
}

export const showCreateTable: Command<"showCreateTable"> = async ({ table, asSerde }, context) => {
  const parts = context.parts(table);
  if (context.session.views.find(parts))
    throw new AnalysisError("UNSUPPORTED_SHOW_CREATE_TABLE.ON_TEMPORARY_VIEW", { tableName: sqlId(parts) });
  const found = await context.relation(table);
  if (asSerde && found.kind === "table")
    throw new AnalysisError("UNSUPPORTED_SHOW_CREATE_TABLE.ON_DATA_SOURCE_TABLE_WITH_AS_SERDE", {
      tableName: sqlId([SESSION_CATALOG, found.schema, found.table]),
    });
  return rowsOutcome([text("createtab_stmt")], [[createTableText(found)]]);
};

export const showProperties: Command<"showProperties"> = async ({ table: name, key }, context) => {
  const parts = context.parts(name);
  const columns = [text("key"), text("value")];
  if (context.session.views.find(parts)) return rowsOutcome(columns, []);
  const found = await context.relation(name);
  const properties = redacted(found.properties);
  if (key !== undefined) {
    const value = properties[key] ?? `Table ${SESSION_CATALOG}.${found.schema}.${found.table} does not have property: ${key}`;
    return rowsOutcome(columns, [[key, value]]);
  }
  return rowsOutcome(
    columns,
    Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
};

export const showCurrentSchema: Command<"showCurrentSchema"> = async (_, { session }) =>
  rowsOutcome([text("catalog"), text("namespace")], [[session.currentCatalog, session.currentSchema]]);

export const showCollations: Command<"showCollations"> = async () => {
  throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "SHOW COLLATIONS", advice: "Query the table function collations()." });
};
