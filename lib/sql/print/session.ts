import type { SessionStatement } from "../syntax/statement.ts";
import { printExpression, printExpressions } from "./expression.ts";
import { printName } from "./name.ts";
import { printQuery, words } from "./query.ts";
import type { Printers } from "./statement.ts";
import { printType } from "./type.ts";

export const sessionPrinters: Printers<SessionStatement> = {
  set: ({ key, value, verbose }) => words("SET", verbose && "-v", key !== undefined && printKey(key), value !== undefined && `= ${value}`),
  setTimeZone: ({ value }) => `SET TIME ZONE ${value === "local" ? "LOCAL" : printExpression(value)}`,
  reset: ({ key }) => words("RESET", key !== undefined && printKey(key)),
  declareVariable: ({ names, replace, type, defaultText }) =>
    words(
      "DECLARE",
      replace && "OR REPLACE",
      `VARIABLE ${names.map(printName).join(", ")}`,
      type && printType(type),
      defaultText !== undefined && `DEFAULT ${defaultText}`,
    ),
  setVariable: ({ names, values }) =>
    `SET VARIABLE ${names.map((name, place) => `${printName(name)} = ${printExpression(values[place]!)}`).join(", ")}`,
  setVariableQuery: ({ names, query }) => `SET VARIABLE (${names.map(printName).join(", ")}) = (${printQuery(query)})`,
  dropVariable: ({ name, ifExists }) => words("DROP TEMPORARY VARIABLE", ifExists && "IF EXISTS", printName(name)),
  executeImmediate: ({ statement, into, using }) =>
    words(
      `EXECUTE IMMEDIATE ${printExpression(statement)}`,
      into && `INTO ${into.map(printName).join(", ")}`,
      using && `USING (${printExpressions(using)})`,
    ),
  resource: ({ action, text }) => words(action, text),
};

/** A key as SET reads it; others need their quotes. */
const printKey = (key: string): string => (/^[a-zA-Z_\d\\.:]+$/.test(key) ? key : `\`${key.replaceAll("`", "``")}\``);
