import type { Engine } from "../../dataframe/engine-port.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Conf } from "../../engine/settings.ts";
import type { StructType } from "../../engine/types/data-type.ts";
import type { Query } from "../syntax/query.ts";
import { temporaryNameOf } from "./names.ts";

/** A view of a session: a data frame's plan, or a query with the settings that it was made under. */
export type TemporaryView =
  | { readonly kind: "plan"; readonly name: string; readonly plan: LogicalPlan; readonly comment?: string }
  | QueryView;
export interface QueryView {
  readonly kind: "query";
  readonly name: string;
  readonly query: Query;
  readonly text: string;
  readonly conf: Conf;
  readonly currentSchema: string;
  /** The view's columns, and the query's own names of them. */
  readonly schema: StructType;
  readonly queryColumns: readonly string[];
  readonly comment?: string;
  readonly collation?: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** A view's rows, under the name that it is called by. */
export function underName({ name }: TemporaryView, parts: readonly string[], child: LogicalPlan): LogicalPlan {
  const qualifier = parts.length > 1 ? { qualifier: parts.slice(0, -1).map((part) => part.toLowerCase()) } : {};
  return { kind: "subqueryAlias", alias: name, ...qualifier, child };
}

/** Global temporary views: all sessions of an engine see them. */
const shared = new WeakMap<Engine, Map<string, TemporaryView>>();

function sharedViews(engine: Engine): Map<string, TemporaryView> {
  const known = shared.get(engine) ?? new Map<string, TemporaryView>();
  shared.set(engine, known);
  return known;
}

/** Temporary views by name: a session's own, and those that all sessions of an engine share. */
export class TemporaryViews {
  readonly #local = new Map<string, TemporaryView>();
  readonly #global: Map<string, TemporaryView>;

  constructor(engine: Engine) {
    this.#global = sharedViews(engine);
  }

  find(parts: readonly string[]): TemporaryView | undefined {
    const key = temporaryNameOf(parts);
    return key && this.#of(key.global).get(key.name);
  }

  /** Throws TEMP_TABLE_OR_VIEW_ALREADY_EXISTS. */
  create(parts: readonly string[], view: TemporaryView, replace: boolean): void {
    const key = temporaryNameOf(parts)!;
    if (!replace && this.#of(key.global).has(key.name))
      throw new AnalysisError("TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", { relationName: sqlId(parts) });
    this.#of(key.global).set(key.name, view);
  }

  /** Whether there was such a view. */
  drop(parts: readonly string[]): boolean {
    const key = temporaryNameOf(parts);
    return key !== undefined && this.#of(key.global).delete(key.name);
  }

  /** Names of the session's own views, or of the shared ones, sorted. */
  names(global: boolean): readonly string[] {
    return [...this.#of(global).keys()].sort();
  }

  #of(global: boolean): Map<string, TemporaryView> {
    return global ? this.#global : this.#local;
  }

  /** Takes over what another session has of its own. */
  copyFrom(other: TemporaryViews): void {
    for (const [name, value] of other.#local) this.#local.set(name, value);
  }
}
