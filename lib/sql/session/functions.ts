import type { CatalogFunction } from "../../catalog/objects.ts";
import type { LoadedFunctions } from "./loaded-functions.ts";

/** A session's temporary functions, and those of the catalog that its statements have called (loaded-functions.ts). */
export class Functions {
  readonly #temporary = new Map<string, CatalogFunction>();
  loaded: LoadedFunctions | undefined;

  temporary(name: string): CatalogFunction | undefined {
    return this.#temporary.get(name.toLowerCase());
  }
  temporaryFunctions(): readonly CatalogFunction[] {
    return [...this.#temporary.values()];
  }
  setTemporary(value: CatalogFunction): void {
    this.#temporary.set(value.name.toLowerCase(), value);
  }
  dropTemporary(name: string): boolean {
    return this.#temporary.delete(name.toLowerCase());
  }

  /** Takes over what another session has of its own. */
  copyFrom(other: Functions): void {
    for (const [name, value] of other.#temporary) this.#temporary.set(name, value);
  }
}
