import type { CatalogRelation, CatalogTable, CatalogView } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { sqlId, sqlTypeOf } from "../../engine/expressions/quoting.ts";
import type { Json } from "../../engine/logical/json-values.ts";
import { expressionToJson } from "../../engine/logical/plan-json.ts";
import { type StructField, sameType, structField, structType } from "../../engine/types/data-type.ts";
import { idOf, tableOfParts, temporaryNameOf } from "../session/names.ts";
import { nothing } from "../session/outcome.ts";
import { capturedConf } from "../session/session-conf.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { Name } from "../syntax/span.ts";
import type { AlteredColumn } from "../syntax/statement.ts";
import { forget } from "./cache.ts";
import { checkDefault, columnField, DEFAULT_METADATA } from "./columns.ts";
import type { Command, Of } from "./commands.ts";
import { BINDINGS, refuseDuplicates } from "./create-view.ts";
import { formatOf } from "./format.ts";
import { absoluteLocation } from "./location.ts";
import * as partitions from "./partition-commands.ts";

type Alter = Of<"alterTable">;
type Action<K extends Alter["action"]["kind"] = Alter["action"]["kind"]> = Extract<Alter["action"], { kind: K }>;
type Alteration<K extends Alter["action"]["kind"]> = (action: Action<K>, statement: Alter, context: StatementContext) => Promise<void>;

/** ALTER TABLE and ALTER VIEW. */
export const alterTable: Command<"alterTable"> = async (statement, context) => {
  const { action } = statement;
  await (alterations[action.kind] as (a: Action, s: Alter, c: StatementContext) => Promise<void>)(action, statement, context);
  return nothing();
};

const unsupported =
  (operation: string) =>
  async (_: unknown, { name }: Alter, context: StatementContext): Promise<never> => {
    const table = await context.existingTable(name, `ALTER TABLE ... ${operation}`);
    throw notForTable(table, operation);
  };

const notForTable = (table: CatalogTable, operation: string): AnalysisError =>
  new AnalysisError("UNSUPPORTED_FEATURE.TABLE_OPERATION", { tableName: idOf(table), operation });

const alterations: { readonly [K in Action["kind"]]: Alteration<K> } = {
  rename,
  setProperties: async ({ properties }, statement, context) => {
    const added = await context.properties(properties);
    const { comment, ...rest } = added;
    await changeRelation(statement, "SET TBLPROPERTIES", context, (relation) => ({
      ...relation,
      properties: { ...relation.properties, ...rest },
      ...(comment === undefined ? {} : { comment }),
    }));
  },
  unsetProperties: async ({ keys }, statement, context) =>
    changeRelation(statement, "UNSET TBLPROPERTIES", context, (relation) => {
      const { comment: _, ...uncommented } = relation;
      const properties = Object.fromEntries(Object.entries(relation.properties).filter(([key]) => !keys.includes(key)));
      return { ...(keys.includes("comment") ? uncommented : relation), properties } as CatalogRelation;
    }),
  setLocation,
  setSerde: async (_, { name }, context) => {
    const table = await context.existingTable(name, "ALTER TABLE ... SET [SERDE|SERDEPROPERTIES]");
    throw new AnalysisError("UNSUPPORTED_FEATURE.ALTER_TABLE_SERDE_FOR_DATASOURCE_TABLE", { tableName: idOf(table) });
  },
  addColumns,
  dropColumns: unsupported("DROP COLUMN"),
  renameColumn: unsupported("RENAME COLUMN"),
  alterColumns,
  replaceColumns: unsupported("REPLACE COLUMNS"),
  addPartitions: async (action, { name }, context) =>
    partitions.addPartitions(await partitions.partitionedTable(name, "ALTER TABLE ... ADD PARTITION ...", context), action, context),
  dropPartitions: async (action, { name }, context) =>
    partitions.dropPartitions(await partitions.partitionedTable(name, "ALTER TABLE ... DROP PARTITION ...", context), action, context),
  renamePartition: async (action, { name, partition = [] }, context) =>
    partitions.renamePartition(
      await partitions.partitionedTable(name, "ALTER TABLE ... RENAME TO PARTITION", context),
      partition,
      action,
      context,
    ),
  recoverPartitions: async (_, { name }, context) => {
    const table = await context.existingTable(name, "ALTER TABLE ... RECOVER PARTITIONS");
    partitions.refuseUnpartitioned(table, "ALTER TABLE RECOVER PARTITIONS");
    await partitions.syncPartitions(table, true, false, context);
  },
  clusterBy: unsupported("ALTER TABLE ... CLUSTER BY"),
  setCollation: async ({ collation }, statement, context) =>
    changeRelation(statement, "DEFAULT COLLATION", context, (relation) => ({ ...relation, collation: collation.toUpperCase() })),
  addConstraint: unsupported("ADD CONSTRAINT"),
  dropConstraint: unsupported("DROP CONSTRAINT"),
  setQuery,
  schemaBinding: async ({ mode }, statement, context) =>
    changeRelation({ ...statement, view: true }, "WITH SCHEMA", context, (relation) => ({
      ...(relation as CatalogView),
      binding: BINDINGS[mode],
    })),
};

/** The table or view that a statement is about. Throws EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW and EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE. */
async function target({ name, view }: Alter, operation: string, context: StatementContext): Promise<CatalogRelation> {
  const words = `ALTER ${view ? "VIEW" : "TABLE"} ... ${operation}`;
  if (!view) return context.existingTable(name, words, "USE_ALTER_VIEW");
  const relation = await context.relation(name);
  if (relation.kind === "view") return relation;
  throw new AnalysisError("EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE", { tableName: idOf(relation), operation: words });
}

async function changeRelation(
  statement: Alter,
  operation: string,
  context: StatementContext,
  change: (relation: CatalogRelation) => CatalogRelation,
): Promise<void> {
  await context.catalog.alterRelation(await target(statement, operation, context), change);
}

async function rename({ to }: Action<"rename">, statement: Alter, context: StatementContext): Promise<void> {
  const parts = context.parts(statement.name);
  const toParts = context.parts(to);
  const { session, catalog } = context;
  const temporary = session.views.find(parts);
  if (temporary) {
    const name = temporaryNameOf(toParts.length > 1 ? toParts : [...parts.slice(0, -1), toParts[0]!]);
    if (!name) throw new AnalysisError("_LEGACY_ERROR_TEMP_1074", { oldName: sqlId(parts), newName: sqlId(toParts), db: toParts[0]! });
    session.views.create(name.global ? ["global_temp", name.name] : [name.name], { ...temporary, name: name.name }, false);
    session.views.drop(parts);
    return;
  }
  const from = await target(statement, "RENAME TO", context);
  const renamed = tableOfParts(toParts, from.schema);
  if (renamed.schema !== from.schema) throw new AnalysisError("_LEGACY_ERROR_TEMP_1073", { db: from.schema, newDb: renamed.schema });
  const schema = await catalog.schema(from.schema);
  const location = `${schema!.location}/${renamed.table}`;
  const moves = from.kind === "table" && from.type === "MANAGED";
  await catalog.renameRelation(from, renamed, (relation) => (moves ? { ...(relation as CatalogTable), location } : relation));
  if (moves) await catalog.files.move(from.location, location);
  await forget(parts, context);
}

async function setLocation({ location }: Action<"setLocation">, { name, partition }: Alter, context: StatementContext): Promise<void> {
  const table = await context.existingTable(name, "ALTER TABLE ... SET LOCATION ...");
  const schema = await context.catalog.schema(table.schema);
  const address = absoluteLocation(location, schema!.location);
  if (!partition) {
    await context.catalog.alterRelation<CatalogTable>(table, (known) => ({ ...known, location: address }));
    return;
  }
  const { values } = await partitions.partitionAt(partition, table, context);
  await context.catalog.alterPartitions(table, (known) =>
    known.map((p) => (p.values === values || same(p.values, values) ? { ...p, location: address } : p)),
  );
}

const same = (a: Readonly<Record<string, string | null>>, b: Readonly<Record<string, string | null>>): boolean =>
  Object.keys(a).every((key) => a[key] === b[key]);

async function addColumns({ columns, ifNotExists }: Action<"addColumns">, { name }: Alter, context: StatementContext): Promise<void> {
  const table = await context.existingTable(name, "ALTER TABLE ... ADD COLUMNS");
  const statement = "ALTER TABLE ADD COLUMNS";
  const added: StructField[] = [];
  const missing: Record<string, Json> = { ...table.missing };
  for (const column of columns) {
    const parts = context.parts(column.name);
    if (parts.length > 1) throw notForTable(table, "ADD COLUMN with qualified column");
    if (column.place) throw notForTable(table, "ALTER COLUMN ... FIRST | AFTER");
    if (ifNotExists && table.columns.fields.some((field) => field.name.toLowerCase() === parts[0]!.toLowerCase())) continue;
    const field = await columnField({ ...column, name: { name: parts[0]! } }, table.provider, statement, table.collation, context);
    added.push(field);
    if (column.default) {
      const value = await checkDefault(column.default, column.defaultText ?? "", field.name, field.dataType, statement, context);
      missing[field.name] = expressionToJson(value);
    }
  }
  if (Object.keys(missing).length > 0) await refuseOtherFormats(table, context);
  const first = table.columns.fields.length - table.partitionColumns.length;
  await context.catalog.alterRelation<CatalogTable>(table, (known) => {
    const fields = [...known.columns.fields.slice(0, first), ...added, ...known.columns.fields.slice(first)];
    refuseDuplicates(fields);
    return { ...known, columns: structType(fields), ...(Object.keys(missing).length > 0 ? { missing } : {}) };
  });
}

/** In text, a column that a row has no value of cannot be told from one that is NULL. */
async function refuseOtherFormats(table: CatalogTable, context: StatementContext): Promise<void> {
  if (formatOf(table.provider) === "parquet") return;
  const folders = [table.location, ...(await context.catalog.partitions(table)).flatMap(({ location }) => location ?? [])];
  if ((await Promise.all(folders.map((folder) => context.catalog.files.isEmpty(folder)))).every(Boolean)) return;
  throw new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: `Adding a column with a DEFAULT to a table of ${table.provider} files`,
    advice: "Add the column, then write the rows again; or keep the table as Parquet.",
  });
}

/** ALTER COLUMN: comments and defaults change, types, names and places do not. */
async function alterColumns({ columns }: Action<"alterColumns">, { name }: Alter, context: StatementContext): Promise<void> {
  const table = await context.existingTable(name, "ALTER TABLE ... CHANGE COLUMN");
  const changed = new Map<string, StructField>();
  for (const altered of columns) {
    const column = fieldNamed(table, altered.column, context);
    if (changed.has(column.name))
      throw new AnalysisError("NOT_SUPPORTED_CHANGE_SAME_COLUMN", { table: idOf(table), fieldName: sqlId([column.name]) });
    changed.set(column.name, await alteredColumn(table, column, altered, context));
  }
  await context.catalog.alterRelation<CatalogTable>(table, (known) => ({
    ...known,
    columns: structType(known.columns.fields.map((field) => changed.get(field.name) ?? field)),
  }));
}

async function alteredColumn(
  table: CatalogTable,
  column: StructField,
  altered: AlteredColumn,
  context: StatementContext,
): Promise<StructField> {
  if (altered.place) throw notForTable(table, "ALTER COLUMN ... FIRST | AFTER");
  if (altered.notNull !== undefined) throw notForTable(table, "ALTER COLUMN ... SET NOT NULL");
  const type = altered.type ?? column.dataType;
  if (!sameType(type, column.dataType))
    throw new AnalysisError("NOT_SUPPORTED_CHANGE_COLUMN", {
      table: idOf(table),
      originName: sqlId([column.name]),
      originType: sqlTypeOf(column.dataType),
      newName: sqlId([column.name]),
      newType: sqlTypeOf(type),
    });
  const { default: given, comment } = altered;
  if (given && given !== "drop") await checkDefault(given.expression, given.text, column.name, type, "ALTER TABLE ALTER COLUMN", context);
  const metadata: Record<string, unknown> = { ...column.metadata };
  if (comment !== undefined) metadata.comment = comment;
  if (given === "drop") delete metadata[DEFAULT_METADATA];
  else if (given) metadata[DEFAULT_METADATA] = given.text;
  return structField(column.name, column.dataType, column.nullable, metadata);
}

function fieldNamed(table: CatalogTable, name: Name, context: StatementContext): StructField {
  const parts = context.parts(name);
  const found = table.columns.fields.find((field) => field.name.toLowerCase() === parts[0]!.toLowerCase());
  if (found && parts.length === 1) return found;
  if (found) throw notForTable(table, "ALTER COLUMN with qualified column");
  throw new AnalysisError("UNRESOLVED_COLUMN.WITH_SUGGESTION", {
    objectName: sqlId(parts),
    proposal: table.columns.fields.map((field) => sqlId([field.name])).join(", "),
  });
}

/** ALTER VIEW v AS query. */
async function setQuery({ query, text }: Action<"setQuery">, statement: Alter, context: StatementContext): Promise<void> {
  const parts = context.parts(statement.name);
  const temporary = context.session.views.find(parts);
  if (temporary) {
    const { createTemporaryView } = await import("./create-view.ts");
    const collation = temporary.kind === "query" && temporary.collation !== undefined ? { collation: temporary.collation } : {};
    await createTemporaryView({ parts, query, text, replace: true, global: parts.length > 1, ...collation }, context);
    return;
  }
  const view = (await target({ ...statement, view: true }, "AS", context)) as CatalogView;
  const { createView } = await import("./create-view.ts");
  const { currentSchema } = context.session;
  await createView(
    {
      kind: "createView",
      name: statement.name,
      replace: true,
      temporary: false,
      global: false,
      ifNotExists: false,
      query,
      text,
      ...(view.collation === undefined ? {} : { collation: view.collation }),
      start: statement.start,
      end: statement.end,
    },
    context,
  );
  await context.catalog.alterRelation<CatalogView>(view, (known) => ({
    ...known,
    properties: view.properties,
    binding: view.binding,
    created: view.created,
    conf: capturedConf(context.session.conf),
    currentSchema,
    ...(view.comment === undefined ? {} : { comment: view.comment }),
  }));
}
