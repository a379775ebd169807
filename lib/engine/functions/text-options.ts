import { AnalysisError, FirecrestError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { typeSql } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import type { DataType } from "../types/data-type.ts";
import { parseDataType, parseSchema } from "../types/ddl.ts";
import { typeFromJson } from "../types/json.ts";
import { type Clock, checkPattern, clockOf } from "./datetime-policy.ts";
import type { SessionSettings } from "./function.ts";
import type { JsonOptions } from "./json-text.ts";
import type { TextOptions } from "./json-value.ts";

/** What the functions of JSON and CSV read from their arguments before anything runs: a schema and options. */

/** Options that change what a text means and that are not read yet, by their defaults. */
const UNREAD: Readonly<Record<string, string>> = {
  allowbackslashescapinganycharacter: "false",
  allowcomments: "false",
  allownonnumericnumbers: "true",
  allowsinglequotes: "true",
  allowunquotedcontrolchars: "false",
  chartoescapequoteescaping: "",
  comment: "",
  emptyvalue: "",
  locale: "en-us",
  nanvalue: "nan",
  negativeinf: "-inf",
  positiveinf: "inf",
  pretty: "false",
};

function checkRead(options: TextOptions): TextOptions {
  for (const [name, value] of Object.entries(options)) {
    if (UNREAD[name] === undefined || UNREAD[name] === value.toLowerCase()) continue;
    throw new FirecrestError("FIRECREST_UNSUPPORTED", { feature: `The option ${name} = ${value} of a function`, advice: "Leave it out." });
  }
  return options;
}

/** What the options of a function say about the texts that are JSON. */
export const parserOptions = (options: TextOptions): JsonOptions => ({
  leadingZeros: options.allownumericleadingzeros?.toLowerCase() === "true",
  plainNames: options.allowunquotedfieldnames?.toLowerCase() === "true",
});

/** The literal entries of `map('name', 'value', ...)`, names in lower case. Throws INVALID_OPTIONS for anything else, and for options that are not read. */
export function optionsOf(expression: Expression | undefined): TextOptions {
  if (expression === undefined) return {};
  const type = typeOf(expression);
  if (type.kind !== "map") throw new AnalysisError("INVALID_OPTIONS.NON_MAP_FUNCTION");
  if (type.keyType.kind !== "string" || type.valueType.kind !== "string") {
    throw new AnalysisError("INVALID_OPTIONS.NON_STRING_TYPE", { mapType: `"${typeSql(type)}"` });
  }
  if (expression.kind === "literal") return checkRead(lowerKeys([...(expression.value as Map<string, string>)]));
  if (expression.kind !== "call" || expression.name !== "map") throw new AnalysisError("INVALID_OPTIONS.NON_MAP_FUNCTION");
  const texts = expression.args.map((arg) => {
    if (arg.kind === "literal") return String(arg.value);
    throw new AnalysisError("INVALID_OPTIONS.NON_MAP_FUNCTION");
  });
  return checkRead(lowerKeys(texts.flatMap((text, i) => (i % 2 === 0 ? [[text, texts[i + 1]!] as const] : []))));
}

const lowerKeys = (entries: readonly (readonly [string, string])[]): TextOptions =>
  Object.fromEntries(entries.map(([key, value]) => [key.toLowerCase(), value]));

/** Options as an argument's value: a map when it runs. */
export const optionsOfValue = (value: unknown, session?: SessionSettings): TextOptions => ({
  ...(value instanceof Map ? lowerKeys([...value] as [string, string][]) : {}),
  ...(session?.timeParser ? { [POLICY]: session.timeParser } : {}),
});

/** The session's part in how patterns are read travels with the options. */
const POLICY = "spark.sql.legacy.timeparserpolicy";
export const clockOfOptions = (options: TextOptions): Clock => {
  const policy = options[POLICY] as Clock["policy"];
  return policy ? { policy } : {};
};

/** Refuses patterns that values of a type are read by and that Spark does not take. */
export function checkPatterns(type: DataType, options: TextOptions, session: SessionSettings): void {
  const pattern = type.kind === "date" ? options.dateformat : type.kind === "timestamp" ? options.timestampformat : undefined;
  if (pattern !== undefined) checkPattern(pattern, "parse", clockOf(session));
  if (type.kind === "array") checkPatterns(type.elementType, options, session);
  if (type.kind === "map") checkPatterns(type.valueType, options, session);
  if (type.kind === "struct") for (const field of type.fields) checkPatterns(field.dataType, options, session);
}

/** The schema that an argument names: DDL or JSON text, or `infer` of what a nested schema function was given. */
export function schemaOf(
  expression: Expression,
  infer: Readonly<Record<string, (call: readonly Expression[]) => string>>,
  { timestampNtz }: SessionSettings,
): DataType {
  const text = schemaText(expression, infer);
  if (text === undefined)
    throw new AnalysisError("INVALID_SCHEMA.NON_STRING_LITERAL", {
      inputSchema: `"${expression.kind === "literal" ? String(expression.value) : expression.kind}"`,
    });
  if (text.trimStart().startsWith("{")) return typeFromJson(JSON.parse(text));
  return /^\s*[`\w]+\s*(?:<|\(|$)/.test(text) ? parseDataType(text, { timestampNtz }) : columnsOf(text, timestampNtz);
}

/** Spark reads what is no list of columns as one type, behind which the rest is too much. */
function columnsOf(text: string, timestampNtz: true | undefined): DataType {
  try {
    return parseSchema(text, { timestampNtz });
  } catch (failure) {
    const [, rest] = /^\s*\w+\s+(\w+)/.exec(text) ?? [];
    if (rest === undefined || !(failure instanceof AnalysisError) || failure.condition !== "UNSUPPORTED_DATATYPE") throw failure;
    throw new AnalysisError("PARSE_SYNTAX_ERROR", { error: `'${rest}'`, hint: `: extra input '${rest}'` });
  }
}

function schemaText(expression: Expression, infer: Readonly<Record<string, (call: readonly Expression[]) => string>>): string | undefined {
  if (expression.kind === "literal" && typeof expression.value === "string") return expression.value;
  return expression.kind === "call" ? infer[expression.name]?.(expression.args) : undefined;
}
