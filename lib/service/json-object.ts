import { FirecrestError } from "../engine/errors.ts";
import type { ObjectStore } from "../engine/ports/object-store.ts";

/** Small JSON objects of the service's own; they are written by it alone, so their shape is taken as given. */
export async function readJson<T>(key: string, store: ObjectStore): Promise<T | undefined> {
  try {
    return JSON.parse(new TextDecoder().decode(await store.get(key))) as T;
  } catch (thrown) {
    if (thrown instanceof FirecrestError && thrown.condition === "OBJECT_NOT_FOUND") return undefined;
    throw thrown;
  }
}

/** With `ifAbsent`, gives false and writes nothing where there is one. */
export const writeJson = (
  key: string,
  value: unknown,
  store: ObjectStore,
  options: { readonly ifAbsent?: boolean } = {},
): Promise<boolean> => store.put(key, new TextEncoder().encode(JSON.stringify(value)), options);
