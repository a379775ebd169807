import { withOrigin } from "../engine/errors.ts";
import { parseAttributeName } from "../engine/expressions/build.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import type { SqlSession } from "../sql/session/session.ts";
import { StatementContext } from "../sql/session/statement-context.ts";
import { captureOrigin, originField } from "./origin.ts";

/** Names of a session's temporary views, and of the tables behind them: letters in any case are the same. */
export class Catalog {
  readonly #statements: SqlSession;

  /** @internal */
  constructor(statements: SqlSession) {
    this.#statements = statements;
  }
  /** @internal */
  createTempView(name: string, plan: LogicalPlan, replace: boolean): void {
    const parts = parseAttributeName(name);
    try {
      this.#statements.views.create(parts, { kind: "plan", name: parts.at(-1)!, plan }, replace);
    } catch (thrown) {
      throw withOrigin(thrown, captureOrigin());
    }
  }
  /** @internal The plan of a view or table, under its name. */
  plan(name: string): LogicalPlan {
    const parts = parseAttributeName(name);
    const view = new StatementContext(this.#statements, "").temporaryView(parts);
    if (view) return { ...view, ...originField() };
    return { kind: "unresolvedRelation", nameParts: parts, currentSchema: this.#statements.currentSchema, ...originField() };
  }
  /** Whether there was such a view. */
  dropTempView(name: string): boolean {
    return this.#statements.views.drop(parseAttributeName(name));
  }
  /** Whether there is a temporary view of this name. */
  tableExists(name: string): boolean {
    return this.#statements.views.find(parseAttributeName(name)) !== undefined;
  }
  /** The temporary views' names, sorted. */
  listTables(): string[] {
    const { views } = this.#statements;
    return views
      .names(false)
      .map((name) => views.find([name])!.name)
      .sort();
  }
}
