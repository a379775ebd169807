import type { Expression } from "../../engine/expressions/expression.ts";
import type { Conf } from "../../engine/settings.ts";

/** What a session's settings change in how its texts are read. */
export interface ParserOptions {
  readonly ansi: boolean;
  /** `spark.sql.ansi.enforceReservedKeywords`, which needs ANSI mode. */
  readonly reservedKeywords: boolean;
  /** `spark.sql.ansi.doubleQuotedIdentifiers`, which needs ANSI mode: "a" is a name and no string. */
  readonly doubleQuotedIdentifiers: boolean;
  /** `spark.sql.parser.escapedStringLiterals`: backslashes stay in strings. */
  readonly escapedStringLiterals: boolean;
  /** `spark.sql.legacy.exponentLiteralAsDecimal.enabled`: 1e3 is a decimal and no double. */
  readonly exponentLiteralAsDecimal: boolean;
  /** `spark.sql.legacy.setopsPrecedence.enabled`: set operations have one precedence. */
  readonly setOperationsAlike: boolean;
  /** `spark.sql.legacy.consecutiveStringLiterals.enabled`: 'a''b' is ab and not a'b. */
  readonly consecutiveStrings: boolean;
  /** `spark.sql.legacy.bangEqualsNot`: `a ! IN (1)` is `a NOT IN (1)`. */
  readonly bangEqualsNot: boolean;
  /** `spark.sql.legacy.identifierClause`: IDENTIFIER('a') stands for whole names only, not for parts of them, aliases and the like. */
  readonly identifierClauseOnly: boolean;
  /** `spark.sql.scripting.continueHandlerEnabled`: scripts may have CONTINUE handlers. */
  readonly continueHandlers: boolean;
  /** What TIMESTAMP means: `spark.sql.timestampType`. */
  readonly timestampNtz: boolean;
  /** The strings among the values of parameters: markers for them are parts of strings and of IDENTIFIER( ) wherever those may stand. */
  readonly texts?: ReadonlyMap<string | number, string>;
}

export const defaultParserOptions: ParserOptions = parserOptions({});

/** The options that a session's settings give. */
export function parserOptions(conf: Conf): ParserOptions {
  const flag = (key: string, otherwise = false) => (conf[key] === undefined ? otherwise : conf[key].trim().toLowerCase() === "true");
  const ansi = flag("spark.sql.ansi.enabled", true);
  return {
    ansi,
    reservedKeywords: ansi && flag("spark.sql.ansi.enforceReservedKeywords"),
    doubleQuotedIdentifiers: ansi && flag("spark.sql.ansi.doubleQuotedIdentifiers"),
    escapedStringLiterals: flag("spark.sql.parser.escapedStringLiterals"),
    exponentLiteralAsDecimal: flag("spark.sql.legacy.exponentLiteralAsDecimal.enabled"),
    setOperationsAlike: flag("spark.sql.legacy.setopsPrecedence.enabled"),
    consecutiveStrings: flag("spark.sql.legacy.consecutiveStringLiterals.enabled"),
    bangEqualsNot: flag("spark.sql.legacy.bangEqualsNot"),
    identifierClauseOnly: flag("spark.sql.legacy.identifierClause"),
    continueHandlers: flag("spark.sql.scripting.continueHandlerEnabled"),
    timestampNtz: conf["spark.sql.timestampType"]?.trim().toUpperCase() === "TIMESTAMP_NTZ",
  };
}

/** The options under which a text with parameters is read: `IDENTIFIER(:schema '.tab')` is `IDENTIFIER('s.tab')`. */
export function withParameters(options: ParserOptions, parameters: ReadonlyMap<string | number, Expression>): ParserOptions {
  const texts = new Map<string | number, string>();
  for (const [name, value] of parameters) {
    if (value.kind === "literal" && typeof value.value === "string") texts.set(name, value.value);
  }
  return texts.size === 0 ? options : { ...options, texts };
}
