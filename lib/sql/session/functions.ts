import type { CatalogFunction } from "../../catalog/objects.ts";
import type { LoadedFunctions } from "./loaded-functions.ts";

/** Functions that a program registered, and SQL calls by name: they are temporary ones, of no text. */
export interface RegisteredFunctions {
  names(): readonly string[];
  /** Whether there was one. */
  drop(name: string): boolean;
}

/** A session's temporary functions, and those of the catalog that its statements have called (loaded-functions.ts). */
export class Functions {
  readonly #temporary = new Map<string, CatalogFunction>();
  readonly #registered: RegisteredFunctions | undefined;
  loaded: LoadedFunctions | undefined;

  constructor(registered?: RegisteredFunctions) {
    this.#registered = registered;
  }

  temporary(name: string): CatalogFunction | undefined {
    return this.#temporary.get(name.toLowerCase());
  }
  temporaryFunctions(): readonly CatalogFunction[] {
    return [...this.#temporary.values()];
  }
  /** Names of what a program registered, in lower case. */
  registered(): readonly string[] {
    return this.#registered?.names() ?? [];
  }
  isRegistered(name: string): boolean {
    return this.registered().includes(name.toLowerCase());
  }
  setTemporary(value: CatalogFunction): void {
    this.#temporary.set(value.name.toLowerCase(), value);
  }
  dropTemporary(name: string): boolean {
    const dropped = this.#registered?.drop(name) ?? false;
    return this.#temporary.delete(name.toLowerCase()) || dropped;
  }

  /** Takes over what another session has of its own. */
  copyFrom(other: Functions): void {
    for (const [name, value] of other.#temporary) this.#temporary.set(name, value);
  }
}
