import { refuseRowChange } from "../../sql/commands/row-level.ts";
import { parserOptions } from "../../sql/parser/options.ts";
import { parseTableName } from "../../sql/parser/parse.ts";
import { StatementContext } from "../../sql/session/statement-context.ts";
import type { Rule } from "./command.ts";

/** Tables of files cannot change single rows: Spark's refusal, by the table's name. */
export const mergeInto: Rule<"mergeIntoTableCommand"> = async ({ targetTableName }, { spark }) => {
  const target = parseTableName(targetTableName, parserOptions(spark.conf.getAll()));
  await refuseRowChange(target, "MERGE INTO TABLE", new StatementContext(spark.statements, targetTableName));
};
