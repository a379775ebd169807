import type { Cursor } from "../lexer/cursor.ts";
import type { Name } from "../syntax/span.ts";
import type { FunctionParameter, FunctionStatement } from "../syntax/statement.ts";
import { type DefinedColumn, parseColumnDefinition, parseTypedColumn } from "./column-definition.ts";
import { parseExpr } from "./expression.ts";
import { listInParentheses, optionalList } from "./list.ts";
import { parseName } from "./name.ts";
import { acceptIfExists, acceptIfNotExists, parseClausesOnce, refuseBang } from "./presence.ts";
import { parseQuery } from "./query.ts";
import { queryAhead } from "./query-ahead.ts";
import { refuse, refuseOperation, sqlId } from "./refuse.ts";
import { acceptComment } from "./table-clauses.ts";
import { parseDataType } from "./type.ts";

type CreateFunction = Extract<FunctionStatement, { kind: "createFunction" }>;

/** `CREATE [OR REPLACE] [TEMPORARY] FUNCTION ...`: `AS 'class'` of the JVM, or `(parameters) RETURNS type RETURN body` of SQL. */
export function parseCreateFunction(c: Cursor): FunctionStatement {
  const start = c.expect("CREATE");
  const replace = c.accept("OR", "REPLACE");
  const temporary = c.accept("TEMPORARY");
  c.expect("FUNCTION");
  const ifNotExists = acceptIfNotExists(c);
  const name = parseName(c);
  const head = { kind: "createFunction" as const, name, replace, temporary, ifNotExists };
  const rest = c.accept("AS") ? parseClass(c) : parseRoutine(c);
  if (ifNotExists && replace) refuse(c, "INVALID_SQL_SYNTAX.CREATE_ROUTINE_WITH_IF_NOT_EXISTS_AND_REPLACE", {}, start);
  if (temporary) checkTemporary(c, name, ifNotExists, start);
  return { ...head, ...rest };
}

function checkTemporary(c: Cursor, name: Name, ifNotExists: boolean, at: { readonly start: number }): void {
  if (ifNotExists) refuse(c, "INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_IF_NOT_EXISTS", {}, at);
  const parts = name.kind === "name" ? name.parts.map((part) => part.name) : [];
  if (parts.length > 2) {
    const parameters = { statement: "CREATE TEMPORARY FUNCTION", name: sqlId(...parts) };
    refuse(c, "INVALID_SQL_SYNTAX.MULTI_PART_NAME", parameters, at);
  }
  if (parts.length === 2) refuse(c, "INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_DATABASE", { database: sqlId(parts[0]!) }, at);
}

function parseClass(c: Cursor): Pick<CreateFunction, "className"> {
  const className = c.string();
  if (c.accept("USING")) {
    c.list(() => {
      const place = c.peek();
      const type = c.identifier().name.toLowerCase();
      if (!["jar", "file", "archive"].includes(type)) refuseOperation(c, `CREATE FUNCTION with resource type '${type}'`, place);
      return c.string();
    });
  }
  return { className };
}

function parseRoutine(c: Cursor): Partial<CreateFunction> {
  const place = c.peek();
  const parameters = optionalList(c, parseColumnDefinition).map((defined) => asParameter(c, defined, place));
  const returns = c.accept("RETURNS") ? parseReturns(c) : undefined;
  const characteristics = parseClausesOnce<Partial<CreateFunction>>(c, CHARACTERISTICS);
  c.expect("RETURN");
  const body: CreateFunction["body"] = queryAhead(c)
    ? { kind: "query", query: parseQuery(c) }
    : { kind: "expression", expression: parseExpr(c) };
  const { start, end } = body.kind === "query" ? body.query : body.expression;
  return { parameters, ...(returns ? { returns } : {}), ...characteristics, body, bodyText: c.text.slice(start, end) };
}

function asParameter(c: Cursor, { column, constraint, generated }: DefinedColumn, at: { readonly start: number }): FunctionParameter {
  if (generated) refuse(c, "INVALID_SQL_SYNTAX.CREATE_FUNC_WITH_GENERATED_COLUMNS_AS_PARAMETERS", {}, at);
  if (constraint) refuse(c, "INVALID_SQL_SYNTAX.CREATE_FUNC_WITH_COLUMN_CONSTRAINTS", {}, at);
  return column;
}

function parseReturns(c: Cursor): NonNullable<CreateFunction["returns"]> {
  if (!c.accept("TABLE")) return { kind: "type", type: parseDataType(c) };
  return c.at("(") ? { kind: "table", columns: listInParentheses(c, parseTypedColumn) } : { kind: "table" };
}

const unsupported = (c: Cursor, what: string, at: { readonly start: number }): never =>
  refuseOperation(c, `SQL function with ${what} is not supported`, at);

/** What may stand between RETURNS and RETURN, each once. */
const CHARACTERISTICS: Readonly<Record<string, (c: Cursor) => Partial<CreateFunction> | undefined>> = {
  LANGUAGE: (c) => {
    if (!c.accept("LANGUAGE")) return undefined;
    const place = c.peek();
    if (c.accept("SQL")) return { language: "SQL" };
    return refuseOperation(c, `Unsupported language for user defined functions: ${c.identifier().name}`, place);
  },
  SPECIFIC: (c) => (c.at("SPECIFIC") ? unsupported(c, "SPECIFIC name", c.peek()) : undefined),
  "SQL DATA ACCESS": parseDataAccess,
  "NULL CALL": (c) => {
    const place = c.peek();
    if (c.accept("RETURNS", "NULL", "ON", "NULL", "INPUT")) return unsupported(c, "RETURNS NULL ON NULL INPUT", place);
    return c.accept("CALLED", "ON", "NULL", "INPUT") ? {} : undefined;
  },
  DETERMINISTIC: (c) => {
    if (c.accept("DETERMINISTIC")) return { deterministic: true };
    if (c.at("!", "DETERMINISTIC")) refuseBang(c);
    return c.accept("NOT", "DETERMINISTIC") ? { deterministic: false } : undefined;
  },
  COMMENT: acceptComment,
  "SQL SECURITY RIGHTS": (c) => {
    const place = c.peek();
    if (c.accept("SQL", "SECURITY", "INVOKER")) return unsupported(c, "SQL SECURITY INVOKER", place);
    return c.accept("SQL", "SECURITY", "DEFINER") ? {} : undefined;
  },
};

function parseDataAccess(c: Cursor): Partial<CreateFunction> | undefined {
  const place = c.peek();
  if (c.accept("NO", "SQL")) return unsupported(c, "NO SQL", place);
  if (c.accept("MODIFIES", "SQL", "DATA")) return unsupported(c, "MODIFIES SQL DATA", place);
  if (c.accept("CONTAINS", "SQL")) return { dataAccess: "containsSql" };
  return c.accept("READS", "SQL", "DATA") ? { dataAccess: "readsSqlData" } : undefined;
}

/** `DROP [TEMPORARY] FUNCTION [IF EXISTS] f`. */
export function parseDropFunction(c: Cursor): FunctionStatement {
  const start = c.expect("DROP");
  const temporary = c.accept("TEMPORARY");
  c.expect("FUNCTION");
  const ifExists = acceptIfExists(c);
  const name = parseName(c);
  if (temporary && name.kind === "name" && name.parts.length > 1) {
    const parameters = { statement: "DROP TEMPORARY FUNCTION", name: sqlId(...name.parts.map((part) => part.name)) };
    refuse(c, "INVALID_SQL_SYNTAX.MULTI_PART_NAME", parameters, start);
  }
  return { kind: "dropFunction", name, temporary, ifExists };
}
