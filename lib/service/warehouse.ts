import { AnalysisError, ExecutionError } from "../engine/errors.ts";
import type { ObjectStore } from "../engine/ports/object-store.ts";

/**
 * What an engine behind the API asks of the catalog's objects and of tables' folders. Keys are absolute addresses. The catalog is in the
 * engine: what it needs of the service is put-if-absent.
 */
export type WarehouseRequest =
  | { readonly what: "location" }
  | { readonly what: "list"; readonly prefix: string; readonly after?: string | undefined }
  | { readonly what: "get"; readonly key: string }
  | { readonly what: "put"; readonly key: string; readonly text: string; readonly ifAbsent: boolean }
  | { readonly what: "delete"; readonly keys: readonly string[] }
  | { readonly what: "move"; readonly from: string; readonly to: string };
export type WarehouseAnswer =
  /** Where tables are that have no location of their own, without a slash at the end. */
  | { readonly what: "location"; readonly location: string }
  | {
      readonly what: "list";
      readonly objects: readonly { readonly key: string; readonly size: number; readonly modified: number }[];
      readonly more: boolean;
    }
  /** `text` is absent where there is no such object. */
  | { readonly what: "get"; readonly text?: string }
  | { readonly what: "put"; readonly written: boolean }
  | { readonly what: "delete" | "move" };

/** Objects of one answer. */
const MOST_LISTED = 1_000;

export interface WarehouseOptions {
  readonly store: ObjectStore;
  /** Where the service keeps what is its own; without a slash at the end, as the two below. */
  readonly root: string;
  /** What is below the root and belongs to users. */
  readonly data: string;
  readonly location: string;
  /** Moves all that is below a folder. */
  readonly move: (from: string, to: string) => Promise<void>;
}

/** The objects of a service's tables and their catalog. What else the service keeps is out of reach. */
export class Warehouse {
  readonly #options: WarehouseOptions;
  readonly #catalog: string;

  constructor(options: WarehouseOptions) {
    this.#options = options;
    this.#catalog = `${options.location}/_firecrest_catalog/`;
  }

  /** Throws FORBIDDEN for addresses that are neither tables' nor their catalog's. */
  async answer(request: WarehouseRequest): Promise<WarehouseAnswer> {
    const { location, store } = this.#options;
    switch (request.what) {
      case "location":
        return { what: "location", location };
      case "list":
        return this.#list(request.prefix, request.after);
      case "get":
        return { what: "get", ...(await this.#text(this.#ofCatalog(request.key))) };
      case "put": {
        const bytes = new TextEncoder().encode(request.text);
        const key = this.#ofCatalog(request.key);
        return { what: "put", written: await store.put(key, bytes, { ifAbsent: request.ifAbsent }) };
      }
      case "delete":
        await store.delete(request.keys.map((key) => this.#ofTables(key)));
        return { what: "delete" };
      case "move":
        await this.#options.move(this.#ofTables(request.from), this.#ofTables(request.to));
        return { what: "move" };
    }
  }

  async #list(prefix: string, after: string | undefined): Promise<WarehouseAnswer> {
    const objects: { key: string; size: number; modified: number }[] = [];
    for await (const { key, size, modified } of this.#options.store.list(this.#ofUsers(prefix), { after })) {
      if (objects.length === MOST_LISTED) return { what: "list", objects, more: true };
      objects.push({ key, size, modified });
    }
    return { what: "list", objects, more: false };
  }

  async #text(key: string): Promise<{ readonly text?: string }> {
    try {
      return { text: new TextDecoder().decode(await this.#options.store.get(key)) };
    } catch (thrown) {
      if (thrown instanceof ExecutionError && thrown.condition === "OBJECT_NOT_FOUND") return {};
      throw thrown;
    }
  }

  #ofCatalog(key: string): string {
    return key.startsWith(this.#catalog) && !climbs(key) ? key : refuse(key);
  }

  /** Rows of tables elsewhere are changed by jobs, as whoever may write there lets them. */
  #ofTables(key: string): string {
    return key.startsWith(`${this.#options.location}/`) && !climbs(key) ? key : refuse(key);
  }

  #ofUsers(key: string): string {
    const { root, data } = this.#options;
    return (!key.startsWith(`${root}/`) || key.startsWith(`${data}/`)) && !climbs(key) ? key : refuse(key);
  }
}

/** Where keys are paths of files, these leave their folder. */
const climbs = (key: string): boolean => /(^|[/\\])\.\.?([/\\]|$)/.test(key);

function refuse(key: string): never {
  throw new AnalysisError("FORBIDDEN", { reason: `${key.slice(0, 200)} is not in the warehouse.` });
}
