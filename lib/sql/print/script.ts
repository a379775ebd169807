import type { HandlerCondition, ScriptStatement } from "../syntax/script.ts";
import type { Identifier } from "../syntax/span.ts";
import type { Statement } from "../syntax/statement.ts";
import { printExpression } from "./expression.ts";
import { printText } from "./literal.ts";
import { printIdentifier, printParts } from "./name.ts";
import { printQuery, words } from "./query.ts";
import { printStatement } from "./statement.ts";

type ScriptOnly = Exclude<ScriptStatement, Statement>;
type Body = readonly ScriptStatement[];

/** `BEGIN ...; END`. */
export function printBlock(body: Body): string {
  return words("BEGIN", printBody(body), "END");
}

const printBody = (body: Body): string => body.map((statement) => `${printScriptStatement(statement)};`).join(" ");
const labelled = (label: Identifier | undefined, text: string) => (label ? `${printIdentifier(label)}: ${text}` : text);

type ScriptPrinters = { readonly [K in ScriptOnly["kind"]]: (statement: Extract<ScriptOnly, { readonly kind: K }>) => string };

const printers: ScriptPrinters = {
  if: ({ branches, otherwise }) =>
    words(
      branches.map(({ condition, body }) => `IF ${printExpression(condition)} THEN ${printBody(body)}`).join(" ELSE"),
      otherwise && `ELSE ${printBody(otherwise)}`,
      "END IF",
    ),
  caseStatement: ({ value, branches, otherwise }) =>
    words(
      "CASE",
      value && printExpression(value),
      ...branches.map(({ when, body }) => `WHEN ${printExpression(when)} THEN ${printBody(body)}`),
      otherwise && `ELSE ${printBody(otherwise)}`,
      "END CASE",
    ),
  while: ({ label, condition, body }) => labelled(label, `WHILE ${printExpression(condition)} DO ${printBody(body)} END WHILE`),
  repeat: ({ label, body, until }) => labelled(label, `REPEAT ${printBody(body)} UNTIL ${printExpression(until)} END REPEAT`),
  loop: ({ label, body }) => labelled(label, `LOOP ${printBody(body)} END LOOP`),
  for: ({ label, variable, query, body }) =>
    labelled(label, words("FOR", variable && `${printIdentifier(variable)} AS`, printQuery(query), `DO ${printBody(body)} END FOR`)),
  leave: ({ label }) => `LEAVE ${printIdentifier(label)}`,
  iterate: ({ label }) => `ITERATE ${printIdentifier(label)}`,
  declareCondition: ({ name, sqlState }) =>
    words(`DECLARE ${printIdentifier(name)} CONDITION`, sqlState !== undefined && `FOR SQLSTATE ${printText(sqlState)}`),
  declareHandler: ({ action, conditions, body }) =>
    `DECLARE ${action.toUpperCase()} HANDLER FOR ${conditions.map(printCondition).join(", ")} ${body.map(printScriptStatement).join("; ")}`,
};

function printScriptStatement(statement: ScriptStatement): string {
  if (statement.kind === "compound") return labelled(statement.label, printBlock(statement.body));
  // In a script SET is always about variables, and takes no VARIABLE.
  if (statement.kind === "setVariable" || statement.kind === "setVariableQuery") return printStatement(statement).replace("VARIABLE ", "");
  const print = Object.hasOwn(printers, statement.kind) ? printers[statement.kind as ScriptOnly["kind"]] : printStatement;
  return (print as (s: ScriptStatement) => string)(statement);
}

function printCondition(handled: HandlerCondition): string {
  switch (handled.kind) {
    case "sqlState":
      return `SQLSTATE ${printText(handled.sqlState)}`;
    case "sqlException":
      return "SQLEXCEPTION";
    case "notFound":
      return "NOT FOUND";
    default:
      return printParts(handled.name);
  }
}
