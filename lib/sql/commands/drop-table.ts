import { AnalysisError } from "../../engine/errors.ts";
import { idOf, tableOfParts } from "../session/names.ts";
import { nothing } from "../session/outcome.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { forget } from "./cache.ts";
import type { Command } from "./commands.ts";

/** DROP TABLE; a temporary view goes, too. */
export const dropTable: Command<"dropTable"> = async ({ name, ifExists }, context) => {
  const parts = context.parts(name);
  if (context.session.views.drop(parts)) return forgotten(parts, context);
  const table = tableOfParts(parts, context.session.currentSchema);
  const found = await context.catalog.relation(table);
  if (!found) {
    if (ifExists) return nothing();
    throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: idOf(table) });
  }
  if (found.kind === "view") throw wrongCommand("DROP TABLE", "EXTERNAL or MANAGED", "VIEW", `${table.schema}.${table.table}`, "DROP VIEW");
  await context.catalog.dropRelation(table);
  return forgotten(parts, context);
};

async function forgotten(parts: readonly string[], context: StatementContext) {
  await forget(parts, context);
  return nothing();
}

export const wrongCommand = (
  operation: string,
  requiredType: string,
  foundType: string,
  name: string,
  alternative: string,
): AnalysisError =>
  new AnalysisError("WRONG_COMMAND_FOR_OBJECT_TYPE", {
    operation,
    requiredType,
    objectName: `spark_catalog.${name}`,
    foundType,
    alternative,
  });
