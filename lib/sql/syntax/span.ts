/** Where a piece of a statement stands in its text: offsets in UTF-16 units, [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A name as written, backticks removed. */
export interface Identifier extends Span {
  readonly name: string;
  /** Whether it stood in backticks (or double quotes, where the session takes these for names). */
  readonly quoted?: true;
}

/** `catalog.schema.table`, or `IDENTIFIER(expression)` with what follows it (`IDENTIFIER(:schema).table`). */
export type Name = PlainName | ComputedName;
export interface PlainName extends Span {
  readonly kind: "name";
  readonly parts: readonly Identifier[];
}
export interface ComputedName extends Span {
  readonly kind: "computedName";
  /** A foldable string of one or more dotted parts. */
  readonly expression: import("./expression.ts").Expression;
  readonly rest: readonly Identifier[];
}
