import { AnalysisError } from "../engine/errors.ts";
import { parseAttributeName } from "../engine/expressions/build.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { originField } from "./origin.ts";

/** Names of a session's temporary views: letters in any case are the same. */
export class Catalog {
  readonly #views = new Map<string, { readonly name: string; readonly plan: LogicalPlan }>();

  /** @internal */
  createTempView(name: string, plan: LogicalPlan, replace: boolean): void {
    const key = viewKey(name);
    if (!replace && this.#views.has(key))
      throw new AnalysisError("TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", { relationName: quoted(name) }, originField());
    this.#views.set(key, { name: parseAttributeName(name).at(-1)!, plan });
  }
  /** @internal The plan of a view, under its name. Throws TABLE_OR_VIEW_NOT_FOUND. */
  plan(name: string): LogicalPlan {
    const view = this.#views.get(viewKey(name));
    if (!view) throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: quoted(name) }, originField());
    return { kind: "subqueryAlias", alias: view.name, child: view.plan, ...originField() };
  }
  /** Whether there was such a view. */
  dropTempView(name: string): boolean {
    return this.#views.delete(viewKey(name));
  }
  tableExists(name: string): boolean {
    return this.#views.has(viewKey(name));
  }
  /** The views' names, sorted. */
  listTables(): string[] {
    return [...this.#views.values()].map((view) => view.name).sort();
  }
}

const viewKey = (name: string): string => parseAttributeName(name).join(".").toLowerCase();
const quoted = (name: string): string =>
  parseAttributeName(name)
    .map((part) => `\`${part.replaceAll("`", "``")}\``)
    .join(".");
