import type { Cursor } from "../lexer/cursor.ts";
import type { PlainName } from "../syntax/span.ts";

/** `a.b.c`, where the grammar has no IDENTIFIER(). */
export function parsePlainName(c: Cursor): PlainName {
  const start = c.peek().start;
  const parts = [c.declaredIdentifier()];
  while (c.accept(".")) parts.push(c.declaredIdentifier());
  return { kind: "name", parts, ...c.spanFrom(start) };
}
