import type { Cursor } from "../lexer/cursor.ts";

/** `( one )`. */
export function inParentheses<T>(c: Cursor, parse: (c: Cursor) => T): T {
  c.expect("(");
  const inner = parse(c);
  c.expect(")");
  return inner;
}

/** `( one, two, ... )`. */
export function listInParentheses<T>(c: Cursor, parse: (c: Cursor) => T): T[] {
  return inParentheses(c, () => c.list(() => parse(c)));
}

/** `( )` or `( one, ... )`. */
export function optionalList<T>(c: Cursor, parse: (c: Cursor) => T): T[] {
  return c.accept("(", ")") ? [] : listInParentheses(c, parse);
}
