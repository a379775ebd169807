import { AnalysisError } from "../../engine/errors.ts";
import { idOf } from "../session/names.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { Name } from "../syntax/span.ts";
import type { Command } from "./commands.ts";

/** Tables of files cannot change single rows: Spark's refusal. */
export async function refuseRowChange(name: Name, operation: string, context: StatementContext): Promise<never> {
  const table = await context.existingTable(name, operation);
  throw new AnalysisError("UNSUPPORTED_FEATURE.TABLE_OPERATION", { tableName: idOf(table), operation });
}

export const deleteRows: Command<"delete"> = ({ target }, context) => refuseRowChange(target, "DELETE", context);
export const updateRows: Command<"update"> = ({ target }, context) => refuseRowChange(target, "UPDATE TABLE", context);
export const mergeRows: Command<"merge"> = ({ target }, context) => refuseRowChange(target, "MERGE INTO TABLE", context);
/** LOAD DATA moves files into Hive's tables only. */
export const loadData: Command<"loadData"> = async ({ name }, context) => {
  const table = await context.existingTable(name, "LOAD DATA");
  throw new AnalysisError("_LEGACY_ERROR_TEMP_1261", { tableIdentWithDB: idOf(table) });
};
