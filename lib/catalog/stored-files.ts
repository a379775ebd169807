import { parsePartitionFolder } from "../engine/partition-path.ts";
import type { ObjectStore } from "../engine/ports/object-store.ts";
import type { TableFiles } from "./external-catalog.ts";
import type { CatalogTable, PartitionSpec } from "./objects.ts";

/** Objects that one call deletes at most. */
const DELETE_BATCH = 1_000;
/** Bytes of an object that is moved through memory at most. */
const MOST_MOVED_BYTES = 1024 * 1024 * 1024;

/** False where a part of a path is hidden: `_SUCCESS`, `.crc`, but not `_p=1`. */
const isVisible = (below: string): boolean =>
  !below.split("/").some((name) => name.startsWith(".") || (name.startsWith("_") && !name.includes("=")));

/** The folders of tables in an object store. */
export class StoredFiles implements TableFiles {
  readonly #store: Pick<ObjectStore, "get" | "put" | "list" | "delete">;

  constructor(store: Pick<ObjectStore, "get" | "put" | "list" | "delete">) {
    this.#store = store;
  }

  async size(location: string): Promise<number> {
    let bytes = 0;
    for await (const { key, size } of this.#store.list(`${location}/`)) if (isVisible(key.slice(location.length + 1))) bytes += size;
    return bytes;
  }

  async isEmpty(location: string): Promise<boolean> {
    for await (const { key } of this.#store.list(`${location}/`)) if (isVisible(key.slice(location.length + 1))) return false;
    return true;
  }

  async partitionsBelow({ location, partitionColumns }: CatalogTable): Promise<readonly PartitionSpec[]> {
    const found = new Map<string, PartitionSpec>();
    for await (const { key } of this.#store.list(`${location}/`)) {
      const folders = key
        .slice(location.length + 1)
        .split("/")
        .slice(0, -1);
      const path = folders.join("/");
      if (folders.length !== partitionColumns.length || !isVisible(path) || found.has(path)) continue;
      const spec = specOf(folders, partitionColumns);
      if (spec) found.set(path, spec);
    }
    return [...found.values()];
  }

  async delete(location: string): Promise<void> {
    let batch: string[] = [];
    for await (const { key } of this.#store.list(`${location}/`)) {
      batch.push(key);
      if (batch.length < DELETE_BATCH) continue;
      await this.#store.delete(batch);
      batch = [];
    }
    if (batch.length > 0) await this.#store.delete(batch);
  }

  /** Object by object: a folder is no object. Whoever reads meanwhile may see a part. */
  async move(from: string, to: string): Promise<void> {
    for await (const { key, size } of this.#store.list(`${from}/`)) {
      if (size > MOST_MOVED_BYTES) throw new RangeError(`${key} is too large to be moved`);
      await this.#store.put(to + key.slice(from.length), await this.#store.get(key));
    }
    await this.delete(from);
  }
}

function specOf(folders: readonly string[], columns: readonly string[]): PartitionSpec | undefined {
  const spec: Record<string, string | null> = {};
  for (const [i, folder] of folders.entries()) {
    const found = parsePartitionFolder(folder);
    if (found?.name.toLowerCase() !== columns[i]!.toLowerCase()) return undefined;
    spec[columns[i]!] = found.value;
  }
  return spec;
}
