import type { ExternalCatalog, TableFiles } from "../../catalog/external-catalog.ts";
import { type CatalogStore, StoredCatalog } from "../../catalog/stored-catalog.ts";
import { ExecutionError } from "../../engine/errors.ts";
import type { JobClient } from "./job-client.ts";

/** Objects that one request deletes. */
const DELETE_BATCH = 1_000;

/** The catalog of a service: its rules are here, its objects there. Asks nothing before it is used. */
export function remoteCatalog(jobs: JobClient): ExternalCatalog {
  let opened: StoredCatalog | undefined;
  const open = async (): Promise<StoredCatalog> => {
    opened ??= new StoredCatalog(remoteStore(jobs), (await jobs.warehouse({ what: "location" })).location);
    return opened;
  };
  const move: TableFiles["move"] = async (from, to) => void (await jobs.warehouse({ what: "move", from, to }));
  const files = deferred<TableFiles>(async () => (await open()).files, { move });
  return deferred<ExternalCatalog>(open, {
    files,
    get warehouse(): Promise<string> {
      return open().then(({ warehouse }) => warehouse);
    },
  });
}

/** An object whose methods, all of them asynchronous, are those of one that is opened by the first call. */
function deferred<T extends object>(open: () => Promise<T>, known: Partial<T>): T {
  return new Proxy(known as T, {
    get: (target, name) => {
      if (name in target) return Reflect.get(target, name);
      // Neither is it a promise, nor anything else that JavaScript asks of objects.
      if (name === "then" || typeof name === "symbol") return undefined;
      return async (...args: unknown[]) => {
        const opened = await open();
        return (Reflect.get(opened, name) as (...args: unknown[]) => unknown).apply(opened, args);
      };
    },
  });
}

const remoteStore = (jobs: JobClient): CatalogStore => ({
  get: async (key) => {
    const { text } = await jobs.warehouse({ what: "get", key });
    if (text === undefined) throw new ExecutionError("OBJECT_NOT_FOUND", { key });
    return new TextEncoder().encode(text);
  },
  put: async (key, bytes, { ifAbsent = false } = {}) => {
    const text = new TextDecoder().decode(bytes);
    const { written } = await jobs.warehouse({ what: "put", key, text, ifAbsent });
    // A request whose answer was lost is sent again: then what is there is what it wrote.
    return written || (await jobs.warehouse({ what: "get", key })).text === text;
  },
  list: async function* (prefix, { after } = {}) {
    for (let from = after; ; ) {
      const { objects, more } = await jobs.warehouse({ what: "list", prefix, after: from });
      yield* objects;
      if (!more) return;
      from = objects.at(-1)!.key;
    }
  },
  delete: async (keys) => {
    for (let from = 0; from < keys.length; from += DELETE_BATCH)
      await jobs.warehouse({ what: "delete", keys: keys.slice(from, from + DELETE_BATCH) });
  },
});
