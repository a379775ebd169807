import type { Cursor } from "../lexer/cursor.ts";

/** A refused piece of the text; it ends where the parser is, unless it says. */
type Place = { readonly start: number; readonly end?: number };

/** Ends the parse with Spark's own condition: for what the grammar has a place for and the parser does not take. */
export function refuse(c: Cursor, condition: string, parameters: Readonly<Record<string, string>> = {}, at?: Place): never {
  throw c.error(condition, parameters, at);
}

/** `INVALID_STATEMENT_OR_CLAUSE`: a statement that Hive has and Spark has not. */
export function refuseStatement(c: Cursor, operation: string, at?: Place): never {
  return refuse(c, "INVALID_STATEMENT_OR_CLAUSE", { operation: operation.toUpperCase() }, at);
}

/** What Spark has and Firecrest has not. */
export function refuseUnsupported(c: Cursor, feature: string, advice: string, at?: Place): never {
  return refuse(c, "FIRECREST_UNSUPPORTED", { feature, advice }, at);
}

/** Spark's "Operation not allowed: ...". */
export function refuseOperation(c: Cursor, message: string, at?: Place): never {
  return refuse(c, "_LEGACY_ERROR_TEMP_0035", { message }, at);
}

/** What may stand side by side and makes a tree as deep as it is long: set operations, joins. */
const MAX_CHAIN = 1_000;

/** Ends the parse where a chain gets longer than later phases could walk down. */
export function refuseLongChain(c: Cursor, length: number): void {
  if (length > MAX_CHAIN) refuse(c, "FAILED_TO_PARSE_TOO_COMPLEX");
}

/** A name as Spark's messages spell it. */
export function sqlId(...parts: readonly string[]): string {
  return parts.map((part) => `\`${part.replaceAll("`", "``")}\``).join(".");
}
