import { AnalysisError } from "../engine/errors.ts";
import type { ObjectStore } from "../engine/ports/object-store.ts";
import { DEFAULT_SCHEMA, type ExternalCatalog, SESSION_CATALOG } from "./external-catalog.ts";
import type { CatalogFunction, CatalogPartition, CatalogRelation, CatalogSchema, TableName } from "./objects.ts";
import { StoredFiles } from "./stored-files.ts";
import { VersionedObjects } from "./versioned-objects.ts";

/** What a catalog needs of the store that keeps it. */
export type CatalogStore = Pick<ObjectStore, "get" | "put" | "list" | "delete">;

/** Below the warehouse; readers of files take names that begin so for hidden. */
const FOLDER = "_firecrest_catalog";

/** A name as a part of a key: letters in any case are the same. */
const keyOf = (name: string): string => encodeURIComponent(name.toLowerCase()).replaceAll(".", "%2E");
const keyOfTable = ({ schema, table }: TableName): string => `${keyOf(schema)}/${keyOf(table)}`;
const quoted = (...parts: readonly string[]): string => parts.map((part) => `\`${part.replaceAll("`", "``")}\``).join(".");
const idOf = ({ schema, table }: TableName): string => quoted(SESSION_CATALOG, schema, table);

/** A catalog as JSON objects below the warehouse. Nothing is written before something is created; the schema `default` is always there. */
export class StoredCatalog implements ExternalCatalog {
  readonly warehouse: string;
  readonly files: StoredFiles;
  readonly #schemas: VersionedObjects<CatalogSchema>;
  readonly #relations: VersionedObjects<CatalogRelation>;
  readonly #partitions: VersionedObjects<readonly CatalogPartition[]>;
  readonly #functions: VersionedObjects<CatalogFunction>;

  /** `warehouse` is an absolute address without a slash at the end. */
  constructor(store: CatalogStore, warehouse: string) {
    this.warehouse = warehouse;
    this.files = new StoredFiles(store);
    const root = `${warehouse}/${FOLDER}`;
    this.#schemas = new VersionedObjects(store, `${root}/schemas`);
    this.#relations = new VersionedObjects(store, `${root}/relations`);
    this.#partitions = new VersionedObjects(store, `${root}/partitions`);
    this.#functions = new VersionedObjects(store, `${root}/functions`);
  }

  async schema(name: string): Promise<CatalogSchema | undefined> {
    return (await this.#schemas.get(keyOf(name))) ?? (keyOf(name) === DEFAULT_SCHEMA ? this.#defaultSchema() : undefined);
  }

  async schemas(): Promise<readonly CatalogSchema[]> {
    const keys = new Set([DEFAULT_SCHEMA, ...(await this.#schemas.names())]);
    const found = await Promise.all([...keys].sort().map((key) => this.schema(decodeURIComponent(key))));
    return found.filter((schema) => schema !== undefined);
  }

  async createSchema(schema: CatalogSchema): Promise<void> {
    await this.#schemas.change(keyOf(schema.name), (known) => {
      if (known || keyOf(schema.name) === DEFAULT_SCHEMA)
        throw new AnalysisError("SCHEMA_ALREADY_EXISTS", { schemaName: quoted(SESSION_CATALOG, schema.name) });
      return schema;
    });
  }

  async alterSchema(name: string, change: (schema: CatalogSchema) => CatalogSchema): Promise<void> {
    await this.#schemas.change(keyOf(name), (known) =>
      change(known ?? (keyOf(name) === DEFAULT_SCHEMA ? this.#defaultSchema() : schemaNotFound(name))),
    );
  }

  async dropSchema(name: string, cascade: boolean): Promise<void> {
    const schema = (await this.schema(name)) ?? schemaNotFound(name);
    const relations = await this.relationNames(name);
    const functions = await this.#functions.names(`${keyOf(name)}/`);
    if (!cascade && relations.length + functions.length > 0)
      throw new AnalysisError("SCHEMA_NOT_EMPTY", { schemaName: quoted(SESSION_CATALOG, schema.name) });
    for (const table of relations) await this.dropRelation({ schema: name, table });
    for (const key of functions) await this.#functions.change(key, () => undefined);
    await this.#schemas.change(keyOf(name), () => undefined);
  }

  relation(name: TableName): Promise<CatalogRelation | undefined> {
    return this.#relations.get(keyOfTable(name));
  }

  async relationNames(schema: string): Promise<readonly string[]> {
    const folder = `${keyOf(schema)}/`;
    return (await this.#relations.names(folder)).map((key) => decodeURIComponent(key.slice(folder.length)));
  }

  async createRelation(relation: CatalogRelation): Promise<void> {
    if (!(await this.schema(relation.schema))) schemaNotFound(relation.schema);
    await this.#relations.change(keyOfTable(relation), (known) => (known ? alreadyExists(relation) : relation));
  }

  async alterRelation<R extends CatalogRelation>(name: TableName, change: (relation: R) => R): Promise<void> {
    await this.#relations.change(keyOfTable(name), (known) => change((known ?? notFound(name)) as R));
  }

  async renameRelation(
    name: TableName,
    to: TableName,
    change: (relation: CatalogRelation) => CatalogRelation = (relation) => relation,
  ): Promise<void> {
    const relation = (await this.relation(name)) ?? notFound(name);
    const partitions = await this.partitions(name);
    await this.createRelation(change({ ...relation, ...to }));
    if (partitions.length > 0) await this.alterPartitions(to, () => partitions);
    await this.#relations.change(keyOfTable(name), () => undefined);
    await this.#partitions.change(keyOfTable(name), () => undefined);
  }

  async dropRelation(name: TableName): Promise<boolean> {
    let dropped: CatalogRelation | undefined;
    await this.#relations.change(keyOfTable(name), (known) => {
      dropped = known;
      return undefined;
    });
    if (!dropped) return false;
    await this.#partitions.change(keyOfTable(name), () => undefined);
    if (dropped.kind === "table" && dropped.type === "MANAGED") await this.files.delete(dropped.location);
    return true;
  }

  async partitions(table: TableName): Promise<readonly CatalogPartition[]> {
    return (await this.#partitions.get(keyOfTable(table))) ?? [];
  }

  async alterPartitions(table: TableName, change: (partitions: readonly CatalogPartition[]) => readonly CatalogPartition[]): Promise<void> {
    await this.#partitions.change(keyOfTable(table), (known) => change(known ?? []));
  }

  function(schema: string, name: string): Promise<CatalogFunction | undefined> {
    return this.#functions.get(`${keyOf(schema)}/${keyOf(name)}`);
  }

  async functions(schema: string): Promise<readonly CatalogFunction[]> {
    const found = await Promise.all((await this.#functions.names(`${keyOf(schema)}/`)).map((key) => this.#functions.get(key)));
    return found.filter((value) => value !== undefined);
  }

  async createFunction(value: CatalogFunction, replace: boolean): Promise<void> {
    if (!(await this.schema(value.schema))) schemaNotFound(value.schema);
    await this.#functions.change(`${keyOf(value.schema)}/${keyOf(value.name)}`, (known) => {
      if (known && !replace)
        throw new AnalysisError("ROUTINE_ALREADY_EXISTS", {
          routineName: quoted(SESSION_CATALOG, value.schema, value.name),
          newRoutineType: "routine",
          existingRoutineType: "routine",
        });
      return value;
    });
  }

  async dropFunction(schema: string, name: string): Promise<boolean> {
    let existed = false;
    await this.#functions.change(`${keyOf(schema)}/${keyOf(name)}`, (known) => {
      existed = known !== undefined;
      return undefined;
    });
    return existed;
  }

  #defaultSchema(): CatalogSchema {
    return { name: DEFAULT_SCHEMA, comment: "default database", location: this.warehouse, properties: {} };
  }
}

function schemaNotFound(name: string): never {
  throw new AnalysisError("SCHEMA_NOT_FOUND", { schemaName: quoted(SESSION_CATALOG, name) });
}
function notFound(name: TableName): never {
  throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: idOf(name) });
}
function alreadyExists(name: TableName): never {
  throw new AnalysisError("TABLE_OR_VIEW_ALREADY_EXISTS", { relationName: idOf(name) });
}
