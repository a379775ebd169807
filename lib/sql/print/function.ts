import type { FunctionStatement } from "../syntax/statement.ts";
import { printColumn } from "./column-definition.ts";
import { printText } from "./literal.ts";
import { printName } from "./name.ts";
import { words } from "./query.ts";
import type { Printers } from "./statement.ts";
import { printType } from "./type.ts";

type CreateFunction = Extract<FunctionStatement, { kind: "createFunction" }>;

export const functionPrinters: Printers<FunctionStatement> = {
  createFunction: (created) =>
    words(
      "CREATE",
      created.replace && "OR REPLACE",
      created.temporary && "TEMPORARY",
      "FUNCTION",
      created.ifNotExists && "IF NOT EXISTS",
      printName(created.name),
      created.className === undefined ? printRoutine(created) : `AS ${printText(created.className)}`,
    ),
  dropFunction: ({ name, temporary, ifExists }) =>
    words("DROP", temporary && "TEMPORARY", "FUNCTION", ifExists && "IF EXISTS", printName(name)),
  refreshFunction: ({ name }) => `REFRESH FUNCTION ${printName(name)}`,
};

function printRoutine({ parameters = [], returns, language, deterministic, comment, dataAccess, bodyText }: CreateFunction): string {
  return words(
    `(${parameters.map(printColumn).join(", ")})`,
    returns && `RETURNS ${printReturns(returns)}`,
    language !== undefined && `LANGUAGE ${language}`,
    deterministic !== undefined && (deterministic ? "DETERMINISTIC" : "NOT DETERMINISTIC"),
    comment !== undefined && `COMMENT ${printText(comment)}`,
    dataAccess && (dataAccess === "containsSql" ? "CONTAINS SQL" : "READS SQL DATA"),
    `RETURN ${bodyText}`,
  );
}

function printReturns(returns: NonNullable<CreateFunction["returns"]>): string {
  if (returns.kind === "type") return printType(returns.type);
  return `TABLE${returns.columns ? `(${returns.columns.map(printColumn).join(", ")})` : ""}`;
}
