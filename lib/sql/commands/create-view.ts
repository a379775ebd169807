import type { CatalogView, SchemaBindingMode } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { type StructField, type StructType, structField, structType } from "../../engine/types/data-type.ts";
import { idOf, tableOfParts, temporaryName } from "../session/names.ts";
import { nothing } from "../session/outcome.ts";
import { capturedConf, type SessionConf } from "../session/session-conf.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { namesIn, plainParts } from "../session/syntax-names.ts";
import { declaredType } from "../session/table-plan.ts";
import { collatedQuery } from "../session/view-plan.ts";
import type { Query } from "../syntax/query.ts";
import { forget } from "./cache.ts";
import type { Command, Of } from "./commands.ts";
import { wrongCommand } from "./drop-table.ts";
import { refusedVariable } from "./variable.ts";

type CreateView = Of<"createView">;

/** CREATE VIEW of all kinds. Source: Spark's CreateViewCommand. */
export const createView: Command<"createView"> = async (statement, context) => {
  const parts = context.parts(statement.name);
  if (statement.temporary) {
    const { query, text, replace, global, columns, collation } = statement;
    const properties = await context.properties(statement.properties);
    await createTemporaryView(
      {
        parts,
        query,
        text,
        replace,
        global,
        properties,
        ...(columns ? { columns } : {}),
        ...(collation === undefined ? {} : { collation }),
        ...commented(statement),
      },
      context,
    );
    return nothing();
  }
  const name = tableOfParts(parts, context.session.currentSchema);
  const known = await context.catalog.relation(name);
  if (known && statement.ifNotExists) return nothing();
  if (known?.kind === "table" && statement.replace)
    throw new AnalysisError("EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", { tableName: idOf(name), operation: "CREATE OR REPLACE VIEW" });
  const view = await persistentView(statement, name, context);
  if (known?.kind === "view" && statement.replace) {
    await refuseCycle(view, statement.query, context);
    await context.catalog.alterRelation(name, () => view);
    await forget(parts, context);
  } else await context.catalog.createRelation(view);
  return nothing();
};

const commented = ({ comment }: { readonly comment?: string }) => (comment === undefined ? {} : { comment });

async function persistentView(
  statement: CreateView,
  name: { schema: string; table: string },
  context: StatementContext,
): Promise<CatalogView> {
  const { query, text, columns, schemaBinding, collation } = statement;
  const conf = capturedConf(context.session.conf);
  const lowered = await context.withoutVariables().lower(query);
  const schema = await context
    .schema(collatedQuery(lowered, [name.schema, name.table], conf, collation))
    .catch(refusedVariable({ obj: "VIEW", objName: idOf(name) }, context));
  refuseTemporary(query, name, context);
  const fields = viewFields(idOf(name), schema, columns);
  refuseDuplicates(fields);
  return {
    kind: "view",
    ...name,
    text,
    columns: structType(fields),
    queryColumns: schema.fields.map((field) => field.name),
    binding: schemaBinding ? BINDINGS[schemaBinding] : defaultBinding(context.session.conf),
    conf,
    currentCatalog: context.session.currentCatalog,
    currentSchema: context.session.currentSchema,
    properties: await context.properties(statement.properties),
    created: context.session.now(),
    ...commented(statement),
    ...(collation === undefined ? {} : { collation: collation.toUpperCase() }),
  };
}

export const BINDINGS: Readonly<Record<NonNullable<CreateView["schemaBinding"]>, SchemaBindingMode>> = {
  binding: "BINDING",
  compensation: "COMPENSATION",
  typeEvolution: "TYPE EVOLUTION",
  evolution: "EVOLUTION",
};

const defaultBinding = (conf: SessionConf): SchemaBindingMode =>
  conf.get("spark.sql.legacy.viewSchemaCompensation", "true").trim().toLowerCase() === "false" ? "BINDING" : "COMPENSATION";

/** The view's columns: the query's under the names that the statement gives. Throws CREATE_VIEW_COLUMN_ARITY_MISMATCH. */
function viewFields(viewName: string, schema: StructType, columns: CreateView["columns"]): readonly StructField[] {
  const fields = schema.fields.map((field) => ({ ...field, dataType: declaredType(field) }));
  if (!columns) return fields;
  if (columns.length !== fields.length)
    throw new AnalysisError(
      `CREATE_VIEW_COLUMN_ARITY_MISMATCH.${columns.length > fields.length ? "NOT_ENOUGH" : "TOO_MANY"}_DATA_COLUMNS`,
      {
        viewName,
        viewColumns: columns.map(({ name }) => sqlId([name.name])).join(", "),
        dataColumns: fields.map(({ name }) => sqlId([name])).join(", "),
      },
    );
  return fields.map(({ dataType, nullable, metadata }, i) => {
    const { name, comment } = columns[i]!;
    return structField(name.name, dataType, nullable, comment === undefined ? metadata : { ...metadata, comment });
  });
}

export function refuseDuplicates(fields: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of fields) {
    const key = name.toLowerCase();
    if (seen.has(key)) throw new AnalysisError("COLUMN_ALREADY_EXISTS", { columnName: sqlId([key]) });
    seen.add(key);
  }
}

/** A view of the catalog outlives the session, so it may not need what the session alone has. Throws INVALID_TEMP_OBJ_REFERENCE. */
function refuseTemporary(query: Query, name: { schema: string; table: string }, { session }: StatementContext): void {
  const refuse = (tempObj: string, parts: readonly string[]): never => {
    throw new AnalysisError("INVALID_TEMP_OBJ_REFERENCE", { obj: "VIEW", objName: idOf(name), tempObj, tempObjName: sqlId(parts) });
  };
  const names = namesIn(query);
  const defined = new Set(names.definitions);
  for (const parts of names.tables.map(plainParts)) {
    if (!parts || (parts.length === 1 && defined.has(parts[0]!.toLowerCase()))) continue;
    if (session.views.find(parts)) refuse("VIEW", parts);
  }
  for (const parts of names.functions.map(plainParts))
    if (parts?.length === 1 && session.functions.temporary(parts[0]!)) refuse("FUNCTION", parts);
}

/** A view that would read itself. Throws RECURSIVE_VIEW. */
async function refuseCycle(view: CatalogView, query: Query, context: StatementContext): Promise<void> {
  const { queryOfView } = await import("../session/view-plan.ts");
  const target = idOf(view);
  const seen = new Set<string>();
  const visit = async (tree: Query, currentSchema: string, path: readonly string[]): Promise<void> => {
    for (const parts of namesIn(tree).tables.map(plainParts)) {
      if (!parts || parts.length > 3 || (parts.length === 3 && parts[0]!.toLowerCase() !== "spark_catalog")) continue;
      const found = await context.catalog.relation(tableOfParts(parts, currentSchema));
      if (found?.kind !== "view") continue;
      const id = idOf(found);
      if (id === target) throw new AnalysisError("RECURSIVE_VIEW", { viewIdent: target, newPath: [...path, id].join(" -> ") });
      if (seen.has(id)) continue;
      seen.add(id);
      await visit(queryOfView(found), found.currentSchema, [...path, id]);
    }
  };
  await visit(query, context.session.currentSchema, [target]);
}

export interface TemporaryViewRequest {
  readonly parts: readonly string[];
  readonly query: Query;
  readonly text: string;
  readonly replace: boolean;
  readonly global: boolean;
  readonly columns?: NonNullable<CreateView["columns"]>;
  readonly comment?: string;
  readonly collation?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

/** A temporary view of a query. Throws TEMP_TABLE_OR_VIEW_ALREADY_EXISTS. */
export async function createTemporaryView(request: TemporaryViewRequest, context: StatementContext): Promise<void> {
  const { query, text, global, replace, columns, comment, collation, properties = {} } = request;
  const name = temporaryName(request.parts, global);
  if (replace && readsItself(query, name, context))
    throw new AnalysisError("RECURSIVE_VIEW", { viewIdent: sqlId(name), newPath: `${sqlId(name)} -> ${sqlId(name)}` });
  const conf = capturedConf(context.session.conf);
  const schema = await context.schema(collatedQuery(await context.lower(query), name, conf, collation));
  const view = {
    kind: "query",
    name: name.at(-1)!,
    query,
    text,
    conf,
    currentSchema: context.session.currentSchema,
    schema: structType(viewFields(sqlId(name), schema, columns)),
    queryColumns: schema.fields.map((field) => field.name),
    properties,
    ...commented(comment === undefined ? {} : { comment }),
    ...(collation === undefined ? {} : { collation: collation.toUpperCase() }),
  } as const;
  context.session.views.create(name, view, replace);
}

/** Whether a query reads a temporary view, through others too. */
function readsItself(query: Query, name: readonly string[], { session }: StatementContext): boolean {
  const target = session.views.find(name);
  if (!target) return false;
  const seen = new Set<unknown>();
  const visit = (tree: Query): boolean =>
    namesIn(tree).tables.some((table) => {
      const view = session.views.find(plainParts(table) ?? []);
      if (!view || seen.has(view)) return false;
      seen.add(view);
      return view === target || (view.kind === "query" && visit(view.query));
    });
  return visit(query);
}

/** CREATE TEMPORARY VIEW v (columns) USING format OPTIONS (...). */
export const createTempViewUsing: Command<"createTempViewUsing"> = async (statement, context) => {
  const { provider, global, replace, columns } = statement;
  const name = temporaryName(context.parts(statement.name), global);
  const options = await context.properties(statement.options);
  const { path, ...rest } = Object.fromEntries(Object.entries(options).map(([key, value]) => [key.toLowerCase(), value]));
  const schema = columns && structType(columns.map((column) => structField(column.name.name, column.type)));
  const { formatOf } = await import("./format.ts");
  const format = formatOf(provider);
  const plan: LogicalPlan =
    path === undefined && schema
      ? { kind: "localRelation", schema, arrow: "", rows: 0 }
      : { kind: "read", format, paths: path === undefined ? [] : [path], options: rest, ...(schema ? { schema } : {}) };
  if (path !== undefined || !schema) await context.schema(plan);
  context.session.views.create(name, { kind: "plan", name: name.at(-1)!, plan }, replace);
  return nothing();
};

/** DROP VIEW, temporary ones first. */
export const dropView: Command<"dropView"> = async ({ name, ifExists }, context) => {
  const parts = context.parts(name);
  if (!context.session.views.drop(parts)) {
    const view = tableOfParts(parts, context.session.currentSchema);
    const found = await context.catalog.relation(view);
    if (found?.kind === "table") throw wrongCommand("DROP VIEW", "VIEW", found.type, `${view.schema}.${view.table}`, "DROP TABLE");
    if (!found && !ifExists) throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: idOf(view) });
    await context.catalog.dropRelation(view);
  }
  await forget(parts, context);
  return nothing();
};
