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

/** A tree of another text than the one around it: it stands nowhere in that. */
export function unplaced<T>(tree: T): T {
  if (Array.isArray(tree)) return tree.map(unplaced) as T;
  if (typeof tree !== "object" || tree === null || Object.getPrototypeOf(tree) !== Object.prototype) return tree;
  const isPlace = (key: string, value: unknown) => (key === "start" || key === "end") && typeof value === "number";
  const fields = Object.entries(tree).map(([key, value]) => [key, isPlace(key, value) ? -1 : unplaced(value)]);
  return Object.fromEntries(fields) as T;
}
