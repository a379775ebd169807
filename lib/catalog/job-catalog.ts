import type { ObjectStore } from "../engine/ports/object-store.ts";
import type { CatalogRelation, TableName } from "./objects.ts";
import { StoredCatalog } from "./stored-catalog.ts";

/**
 * The catalog while a job's text becomes a plan. That may happen again, where the process that did it first died: what the job has made
 * by then it makes again, as if it were not there.
 */
export class JobCatalog extends StoredCatalog {
  readonly #job: string;
  /** What this process has made. */
  readonly #made = new Set<string>();

  constructor(store: ObjectStore, warehouse: string, job: string) {
    super(store, warehouse);
    this.#job = job;
  }

  override async relation(name: TableName): Promise<CatalogRelation | undefined> {
    const found = await super.relation(name);
    return found?.maker === this.#job && !this.#made.has(nameOf(name)) ? undefined : found;
  }

  override async createRelation(relation: CatalogRelation): Promise<void> {
    const made = { ...relation, maker: this.#job };
    const known = await super.relation(relation);
    if (known?.maker === this.#job) await this.alterRelation(relation, () => made);
    else await super.createRelation(made);
    this.#made.add(nameOf(relation));
  }
}

const nameOf = ({ schema, table }: TableName): string => JSON.stringify([schema.toLowerCase(), table.toLowerCase()]);
