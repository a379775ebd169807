import { randomUUID } from "node:crypto";
import type { Engine } from "../../dataframe/engine-port.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { TemporaryView } from "./temporary-views.ts";

/** A table or view of the catalog as its engine knows it. */
const keyOf = ({ schema, table }: CachedTable): string => `${schema}.${table}`.toLowerCase();
interface CachedTable {
  readonly schema: string;
  readonly table: string;
}

/** What CACHE TABLE was asked for: views by themselves, so that another one of the same name is not meant, and tables by their names. */
export class CachedNames {
  readonly #engine: Engine;
  /** What the engine keeps each view's rows by. */
  readonly #views = new Map<TemporaryView, string>();
  readonly #tables: Set<string>;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#tables = engine.keptTables ?? new Set();
  }

  addView(view: TemporaryView): void {
    if (!this.#views.has(view)) this.#views.set(view, `view ${randomUUID()}`);
  }
  addTable(table: CachedTable): void {
    this.#tables.add(keyOf(table));
  }
  hasView(view: TemporaryView): boolean {
    return this.#views.has(view);
  }
  hasTable(table: CachedTable): boolean {
    return this.#tables.has(keyOf(table));
  }
  async dropView(view: TemporaryView): Promise<void> {
    const key = this.#views.get(view);
    this.#views.delete(view);
    if (key !== undefined) await this.#engine.uncache(key);
  }
  dropTable(table: CachedTable): void {
    this.#tables.delete(keyOf(table));
  }
  async clear(): Promise<void> {
    for (const view of [...this.#views.keys()]) await this.dropView(view);
    this.#tables.clear();
  }

  /** A view's rows, kept where it was asked for. */
  rows(view: TemporaryView, child: LogicalPlan): LogicalPlan {
    const key = this.#views.get(view);
    return key === undefined ? child : { kind: "cached", key, child };
  }

  /** Rows that are kept may be others now. */
  outdate(): void {
    this.#engine.outdate?.();
  }

  copyFrom(other: CachedNames): void {
    for (const [view, key] of other.#views) this.#views.set(view, key);
    for (const table of other.#tables) this.#tables.add(table);
  }
}
