import { GLOBAL_TEMP_SCHEMA, SESSION_CATALOG } from "../../catalog/external-catalog.ts";
import type { CatalogFunction, CatalogRelation, CatalogSchema } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { typeName } from "../../engine/expressions/print-type.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { callableFunctions, callableNamed } from "../../engine/functions/registry.ts";
import { matchesPattern } from "../commands/pattern.ts";
import { schemaOfParts, tableOfParts } from "./names.ts";
import type { SqlSession } from "./session.ts";
import { StatementContext } from "./statement-context.ts";
import { declaredType } from "./table-plan.ts";

export interface CatalogMetadata {
  readonly name: string;
  readonly description: string | null;
}
export interface Database {
  readonly name: string;
  readonly catalog: string;
  readonly description: string | null;
  readonly locationUri: string;
}
export interface Table {
  readonly name: string;
  readonly catalog: string | null;
  readonly namespace: readonly string[];
  readonly description: string | null;
  readonly tableType: "MANAGED" | "EXTERNAL" | "VIEW" | "TEMPORARY";
  readonly isTemporary: boolean;
}
export interface Column {
  readonly name: string;
  readonly description: string | null;
  readonly dataType: string;
  readonly nullable: boolean;
  readonly isPartition: boolean;
  readonly isBucket: boolean;
}
export interface FunctionMetadata {
  readonly name: string;
  readonly catalog: string | null;
  readonly namespace: readonly string[] | null;
  readonly description: string | null;
  readonly isTemporary: boolean;
}

/** What `spark.catalog` lists of a session and its engine's catalog. */
export class CatalogTables {
  readonly #session: SqlSession;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  catalogs(pattern?: string): CatalogMetadata[] {
    return [SESSION_CATALOG].filter((name) => matchesPattern(name, pattern)).map((name) => ({ name, description: null }));
  }

  async databases(pattern?: string): Promise<Database[]> {
    const found = await this.#session.catalog.schemas();
    return found.filter(({ name }) => matchesPattern(name, pattern)).map(describedSchema);
  }
  async database(parts: readonly string[]): Promise<Database> {
    const name = schemaOfParts(parts);
    const found = await this.#session.catalog.schema(name);
    if (!found) throw new AnalysisError("SCHEMA_NOT_FOUND", { schemaName: sqlId([SESSION_CATALOG, name]) });
    return describedSchema(found);
  }
  async hasDatabase(parts: readonly string[]): Promise<boolean> {
    return (await this.#session.catalog.schema(schemaOfParts(parts))) !== undefined;
  }

  async tables(database?: readonly string[], pattern?: string): Promise<Table[]> {
    const session = this.#session;
    const shared = database?.length === 1 && database[0]!.toLowerCase() === GLOBAL_TEMP_SCHEMA;
    const found: Table[] = [];
    if (!shared && session.engine.catalog) {
      const schema = database ? (await this.database(database)).name : session.currentSchema;
      for (const table of await session.catalog.relationNames(schema)) {
        const relation = matchesPattern(table, pattern) ? await session.catalog.relation({ schema, table }) : undefined;
        if (relation) found.push(described(relation));
      }
    }
    const views = [...(shared ? session.views.names(true).map((name) => temporary(name, [GLOBAL_TEMP_SCHEMA])) : [])];
    views.push(...session.views.names(false).map((name) => temporary(name, [])));
    return [...found, ...views.filter(({ name }) => matchesPattern(name, pattern))];
  }
  async table(parts: readonly string[]): Promise<Table> {
    const session = this.#session;
    if (session.views.find(parts)) return temporary(parts.at(-1)!.toLowerCase(), parts.slice(0, -1));
    const found = await session.catalog.relation(tableOfParts(parts, session.currentSchema));
    if (!found) throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: sqlId(parts) });
    return described(found);
  }
  async hasTable(parts: readonly string[]): Promise<boolean> {
    const session = this.#session;
    if (session.views.find(parts)) return true;
    return (
      session.engine.catalog !== undefined && (await session.catalog.relation(tableOfParts(parts, session.currentSchema))) !== undefined
    );
  }

  async columns(parts: readonly string[]): Promise<Column[]> {
    const session = this.#session;
    const context = new StatementContext(session, "");
    const view = context.temporaryView(parts);
    const relation = view ? undefined : await session.catalog.relation(tableOfParts(parts, session.currentSchema));
    if (!view && !relation) throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: sqlId(parts) });
    const { fields } = view ? await context.schema(view) : relation!.columns;
    const [partitions, buckets] = relation?.kind === "table" ? [relation.partitionColumns, relation.bucket?.columns ?? []] : [[], []];
    return fields.map((field) => ({
      name: field.name,
      description: typeof field.metadata?.comment === "string" ? field.metadata.comment : null,
      dataType: typeName(declaredType(field)),
      nullable: field.nullable,
      isPartition: partitions.includes(field.name),
      isBucket: buckets.includes(field.name),
    }));
  }

  async functions(database?: readonly string[], pattern?: string): Promise<FunctionMetadata[]> {
    const session = this.#session;
    const builtin = callableFunctions().flatMap(({ names, doc }) => names.map((name) => ({ ...builtIn, name, description: doc })));
    const own = session.functions.temporaryFunctions().map((value) => describedFunction(value, true));
    const registered = session.functions.registered().map((name) => ({ ...builtIn, name, description: null }));
    const schema = database ? schemaOfParts(database) : session.currentSchema;
    const kept = session.engine.catalog ? (await session.catalog.functions(schema)).map((value) => describedFunction(value, false)) : [];
    return [...builtin, ...own, ...registered, ...kept]
      .filter(({ name }) => matchesPattern(name, pattern))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  async hasFunction(parts: readonly string[]): Promise<boolean> {
    return (await this.#function(parts)) !== undefined;
  }
  async function(parts: readonly string[]): Promise<FunctionMetadata> {
    const found = await this.#function(parts);
    if (!found) throw new AnalysisError("ROUTINE_NOT_FOUND", { routineName: sqlId(parts) });
    return found;
  }
  async #function(parts: readonly string[]): Promise<FunctionMetadata | undefined> {
    const session = this.#session;
    const own = parts.length === 1 ? session.functions.temporary(parts[0]!) : undefined;
    if (own) return describedFunction(own, true);
    const [name = ""] = parts;
    if (parts.length === 1 && session.functions.isRegistered(name)) return { ...builtIn, name: name.toLowerCase(), description: null };
    const entry = parts.length === 1 ? callableNamed(parts[0]!) : undefined;
    if (entry) return { ...builtIn, name: parts[0]!.toLowerCase(), description: entry.doc };
    if (!session.engine.catalog) return undefined;
    const { schema, table } = tableOfParts(parts, session.currentSchema);
    const found = await session.catalog.function(schema, table);
    return found && describedFunction(found, false);
  }

  isCached(parts: readonly string[]): boolean {
    const { views, cached, currentSchema } = this.#session;
    const view = views.find(parts);
    return view ? cached.hasView(view) : cached.hasTable(tableOfParts(parts, currentSchema));
  }
}

const builtIn = { catalog: null, namespace: null, isTemporary: true } as const;

const describedSchema = ({ name, comment, location }: CatalogSchema): Database => ({
  name,
  catalog: SESSION_CATALOG,
  description: comment,
  locationUri: location,
});

const described = (relation: CatalogRelation): Table => ({
  name: relation.table,
  catalog: SESSION_CATALOG,
  namespace: [relation.schema],
  description: relation.comment ?? null,
  tableType: relation.kind === "table" ? relation.type : "VIEW",
  isTemporary: false,
});

const temporary = (name: string, namespace: readonly string[]): Table => ({
  name,
  catalog: null,
  namespace,
  description: null,
  tableType: "TEMPORARY",
  isTemporary: true,
});

const describedFunction = (value: CatalogFunction, isTemporary: boolean): FunctionMetadata => ({
  name: value.name,
  catalog: isTemporary ? null : SESSION_CATALOG,
  namespace: isTemporary ? null : [value.schema],
  description: value.comment ?? null,
  isTemporary,
});
