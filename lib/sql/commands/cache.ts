import { AnalysisError } from "../../engine/errors.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { tableOfParts } from "../session/names.ts";
import { nothing, type StatementOutcome } from "../session/outcome.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { Command } from "./commands.ts";

/**
 * CACHE TABLE. What is kept changes how fast a query is, never what it gives, so the statement only checks the name: the engine keeps the
 * rows of data frames, not of names. `CACHE TABLE v AS query` makes a temporary view.
 */
export const cacheTable: Command<"cacheTable"> = async ({ name, query, options }, context) => {
  const level = (await context.properties(options)).storageLevel;
  if (level !== undefined && !STORAGE_LEVELS.has(level.toUpperCase())) throw new AnalysisError("_LEGACY_ERROR_TEMP_1051", { name: level });
  const parts = context.parts(name);
  if (query) {
    const { createTemporaryView } = await import("./create-view.ts");
    await createTemporaryView({ parts, query, text: context.text.slice(query.start, query.end), replace: false, global: false }, context);
  } else await existing(parts, context);
  context.session.cached.add(keyOf(parts, context));
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

const keyOf = (parts: readonly string[], { session }: StatementContext): string =>
  session.views.find(parts) ? parts.join(".").toLowerCase() : keyOfTable(parts, session.currentSchema);

function keyOfTable(parts: readonly string[], currentSchema: string): string {
  const { schema, table } = tableOfParts(parts, currentSchema);
  return `spark_catalog.${schema}.${table}`;
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
  context.session.cached.delete(keyOf(parts, context));
  return nothing();
};

export const clearCache: Command<"clearCache"> = async (_, { session }) => {
  session.cached.clear();
  return nothing();
};

/** Listings are made for each job: there is nothing stale. Throws TABLE_OR_VIEW_NOT_FOUND. */
export const refreshTable: Command<"refreshTable"> = async ({ name }, context) => {
  await existing(context.parts(name), context);
  return nothing();
};

export const refreshPath: Command<"refreshPath"> = async () => nothing();

/** After a table or view is gone or changed its name. */
export async function forget(parts: readonly string[], { session }: StatementContext): Promise<void> {
  session.cached.delete(parts.join(".").toLowerCase());
  if (parts.length <= 3) session.cached.delete(keyOfTable(parts, session.currentSchema));
}
