/** A piece of a statement's text. Comments and white space are no tokens. */
export interface Token {
  readonly kind: TokenKind;
  /** As written, quotes and escapes included; empty at the end. */
  readonly text: string;
  /**
   * What a parser compares with: a keyword or another unquoted name in upper case, a symbol; empty for every other kind.
   * Spellings of the same thing are one: TEMP is TEMPORARY, REGEXP is RLIKE, `==` is `=`, `!>` is `<=`, `!<` is `>=`.
   */
  readonly word: string;
  /** Offsets in UTF-16 units, [start, end). */
  readonly start: number;
  readonly end: number;
}

/**
 * `word` is a keyword or an unquoted name, `name` one in backticks, `string` stands in single quotes (or is raw: `r'...'`),
 * `doubleQuoted` is a string or, where the session says so, a name; `unknown` is a character that begins nothing.
 */
export type TokenKind =
  | "word"
  | "name"
  | "string"
  | "doubleQuoted"
  | "integer"
  | "decimal"
  | "exponent"
  | "bigint"
  | "smallint"
  | "tinyint"
  | "float"
  | "double"
  | "bigDecimal"
  | "symbol"
  | "unknown"
  | "end";
