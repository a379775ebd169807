import { AnalysisError } from "../../engine/errors.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { tableOfParts } from "../session/names.ts";
import { nothing, type StatementOutcome } from "../session/outcome.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { Command } from "./commands.ts";

/** CACHE TABLE: keeps the rows, at once or, where it is LAZY, when a job asks for them. `CACHE TABLE v AS query` makes a temporary view. */
export const cacheTable: Command<"cacheTable"> = async ({ name, query, lazy, options }, context) => {
  const level = (await context.properties(options)).storageLevel;
  if (level !== undefined && !STORAGE_LEVELS.has(level.toUpperCase())) throw new AnalysisError("_LEGACY_ERROR_TEMP_1051", { name: level });
  const parts = context.parts(name);
  if (query) {
    const { createTemporaryView } = await import("./create-view.ts");
    await createTemporaryView({ parts, query, text: context.text.slice(query.start, query.end), replace: false, global: false }, context);
  } else await existing(parts, context);
  const { cached, views, currentSchema } = context.session;
  const view = views.find(parts);
  if (view) cached.addView(view);
  else cached.addTable(tableOfParts(parts, currentSchema));
  if (lazy) return nothing();
  const rows: LogicalPlan = context.temporaryView(parts) ?? { kind: "unresolvedRelation", nameParts: parts, currentSchema };
  try {
    // A job that asks for no row has them kept all the same.
    await context.rows({ kind: "limit", count: 0, child: await context.session.settle(rows) }, 0);
  } catch (thrown) {
    await drop(parts, context);
    if (query) views.drop(parts);
    throw thrown;
  }
  return nothing();
};

const STORAGE_LEVELS: ReadonlySet<string> = new Set([
  "NONE",
  "DISK_ONLY",
  "DISK_ONLY_2",
  "DISK_ONLY_3",
  "MEMORY_ONLY",
  "MEMORY_ONLY_2",
  "MEMORY_ONLY_SER",
  "MEMORY_ONLY_SER_2",
  "MEMORY_AND_DISK",
  "MEMORY_AND_DISK_2",
  "MEMORY_AND_DISK_SER",
  "MEMORY_AND_DISK_SER_2",
  "OFF_HEAP",
]);

/** Forgets the rows that a name means now. */
async function drop(parts: readonly string[], { session }: StatementContext): Promise<void> {
  const view = session.views.find(parts);
  if (view) await session.cached.dropView(view);
  else session.cached.dropTable(tableOfParts(parts, session.currentSchema));
}

/** Throws TABLE_OR_VIEW_NOT_FOUND. */
async function existing(parts: readonly string[], context: StatementContext): Promise<void> {
  const { session } = context;
  if (session.views.find(parts)) return;
  if (!(await context.catalog.relation(tableOfParts(parts, session.currentSchema))))
    throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: sqlId(parts) });
}

/** UNCACHE TABLE. */
export const uncacheTable: Command<"uncacheTable"> = async ({ name, ifExists }, context): Promise<StatementOutcome> => {
  const parts = context.parts(name);
  if (!ifExists) await existing(parts, context);
  await drop(parts, context);
  return nothing();
};

export const clearCache: Command<"clearCache"> = async (_, { session }) => {
  await session.cached.clear();
  return nothing();
};

/** Listings are made for each job: only kept rows may be stale, and those are outdated by commands.ts. Throws TABLE_OR_VIEW_NOT_FOUND. */
export const refreshTable: Command<"refreshTable"> = async ({ name }, context) => {
  await existing(context.parts(name), context);
  return nothing();
};

export const refreshPath: Command<"refreshPath"> = async () => nothing();

/** After a table or view is gone or changed its name. */
export async function forget(parts: readonly string[], { session }: StatementContext): Promise<void> {
  if (parts.length <= 3 && !session.views.find(parts)) session.cached.dropTable(tableOfParts(parts, session.currentSchema));
}
