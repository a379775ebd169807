import { AnalysisError, withOrigin } from "../engine/errors.ts";
import { parseAttributeName } from "../engine/expressions/build.ts";
import { sqlId } from "../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import type { StructType } from "../engine/types/data-type.ts";
import type { CatalogMetadata, CatalogTables, Column, Database, FunctionMetadata, Table } from "../sql/session/catalog-lists.ts";
import { temporaryName } from "../sql/session/names.ts";
import type { SqlSession } from "../sql/session/session.ts";
import { type QueryView, underName } from "../sql/session/temporary-views.ts";
import { deferred } from "./deferred.ts";
import { captureOrigin, originField } from "./origin.ts";
import { asStructType } from "./schema.ts";

/** Schemas, tables, views and functions, as `pyspark.sql.Catalog`. Names are `table` or `schema.table`; letters in any case are the same. */
export class Catalog {
  readonly #statements: SqlSession;

  /** @internal */
  constructor(statements: SqlSession) {
    this.#statements = statements;
  }
  /** @internal */
  createTempView(name: string, plan: LogicalPlan, replace: boolean, global = false): void {
    try {
      const parts = temporaryName(parseAttributeName(name), global);
      this.#statements.views.create(parts, { kind: "plan", name: parts.at(-1)!, plan }, replace);
    } catch (thrown) {
      throw withOrigin(thrown, captureOrigin());
    }
  }
  /** @internal The plan of a view or table, under its name. */
  plan(name: string): LogicalPlan {
    const parts = parseAttributeName(name);
    const view = this.#statements.views.find(parts);
    if (view) {
      const rows = view.kind === "plan" ? view.plan : deferred(() => this.#rowsOf(view));
      return { ...underName(view, parts, rows), ...originField() };
    }
    return { kind: "unresolvedRelation", nameParts: parts, currentSchema: this.#statements.currentSchema, ...originField() };
  }

  async #rowsOf(view: QueryView): Promise<LogicalPlan> {
    const { viewRows } = await import("../sql/session/view-plan.ts");
    const { StatementContext } = await import("../sql/session/statement-context.ts");
    return viewRows(view, { ...new StatementContext(this.#statements, "").lowering(), source: undefined });
  }

  /** Whether there was such a view. */
  dropTempView(name: string): boolean {
    return this.#statements.views.drop(parseAttributeName(name));
  }
  /** Whether there was such a view. */
  dropGlobalTempView(name: string): boolean {
    return this.#statements.views.drop(["global_temp", ...parseAttributeName(name)]);
  }
  currentCatalog(): string {
    return this.#statements.currentCatalog;
  }
  async setCurrentCatalog(name: string): Promise<void> {
    await this.#run(`SET CATALOG ${quoted(name)}`);
  }
  async listCatalogs(pattern?: string): Promise<CatalogMetadata[]> {
    return (await this.#lists()).catalogs(pattern);
  }
  currentDatabase(): string {
    return this.#statements.currentSchema;
  }
  /** Throws SCHEMA_NOT_FOUND. */
  async setCurrentDatabase(name: string): Promise<void> {
    await this.#run(`USE ${quoted(name)}`);
  }
  async listDatabases(pattern?: string): Promise<Database[]> {
    return (await this.#lists()).databases(pattern);
  }
  /** Throws SCHEMA_NOT_FOUND. */
  async getDatabase(name: string): Promise<Database> {
    return (await this.#lists()).database(parseAttributeName(name));
  }
  async databaseExists(name: string): Promise<boolean> {
    return (await this.#lists()).hasDatabase(parseAttributeName(name));
  }
  /** Tables and views of a database (the current one), and the session's temporary views. */
  async listTables(database?: string, pattern?: string): Promise<Table[]> {
    return (await this.#lists()).tables(database === undefined ? undefined : parseAttributeName(database), pattern);
  }
  /** Throws TABLE_OR_VIEW_NOT_FOUND. */
  async getTable(name: string): Promise<Table> {
    return (await this.#lists()).table(parseAttributeName(name));
  }
  async tableExists(name: string, database?: string): Promise<boolean> {
    return (await this.#lists()).hasTable(partsIn(name, database));
  }
  /** Throws TABLE_OR_VIEW_NOT_FOUND. */
  async listColumns(name: string, database?: string): Promise<Column[]> {
    return (await this.#lists()).columns(partsIn(name, database));
  }
  async listFunctions(database?: string, pattern?: string): Promise<FunctionMetadata[]> {
    return (await this.#lists()).functions(database === undefined ? undefined : parseAttributeName(database), pattern);
  }
  async functionExists(name: string, database?: string): Promise<boolean> {
    return (await this.#lists()).hasFunction(partsIn(name, database));
  }
  /** Throws ROUTINE_NOT_FOUND. */
  async getFunction(name: string): Promise<FunctionMetadata> {
    return (await this.#lists()).function(parseAttributeName(name));
  }
  /** Makes a table over the files at a path, or an empty one of a schema. */
  async createTable(name: string, settings: CreateTableSettings = {}): Promise<void> {
    const { createTableAt } = await import("../sql/session/create-table-at.ts");
    const { schema, ...rest } = settings;
    const columns = schema === undefined ? {} : { columns: asStructType(schema) };
    await createTableAt(this.#statements, { parts: parseAttributeName(name), ...rest, ...columns });
  }
  async cacheTable(name: string): Promise<void> {
    await this.#run(`CACHE LAZY TABLE ${quoted(name)}`);
  }
  async uncacheTable(name: string): Promise<void> {
    await this.#run(`UNCACHE TABLE ${quoted(name)}`);
  }
  /** Throws TABLE_OR_VIEW_NOT_FOUND. */
  async isCached(name: string): Promise<boolean> {
    const parts = parseAttributeName(name);
    const lists = await this.#lists();
    if (!(await lists.hasTable(parts))) throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: sqlId(parts) });
    return lists.isCached(parts);
  }
  async clearCache(): Promise<void> {
    await this.#run("CLEAR CACHE");
  }
  async refreshTable(name: string): Promise<void> {
    await this.#run(`REFRESH TABLE ${quoted(name)}`);
  }
  /** Listings are made for each job: there is nothing stale. */
  async refreshByPath(path: string): Promise<void> {
    await this.#run(`REFRESH ${JSON.stringify(path)}`);
  }
  async recoverPartitions(name: string): Promise<void> {
    await this.#run(`ALTER TABLE ${quoted(name)} RECOVER PARTITIONS`);
  }

  async #lists(): Promise<CatalogTables> {
    const { CatalogTables: Lists } = await import("../sql/session/catalog-lists.ts");
    return new Lists(this.#statements);
  }
  async #run(text: string): Promise<void> {
    await this.#statements.run(text);
  }
}

export interface CreateTableSettings {
  readonly path?: string;
  /** The format: `parquet`. */
  readonly source?: string;
  readonly schema?: StructType | string;
  readonly description?: string;
  readonly options?: Readonly<Record<string, string>>;
}

const quoted = (name: string): string => sqlId(parseAttributeName(name));
const partsIn = (name: string, database: string | undefined): string[] =>
  database === undefined ? parseAttributeName(name) : [...parseAttributeName(database), ...parseAttributeName(name)];
