import type { Cursor } from "../lexer/cursor.ts";
import type { Identifier, Name } from "../syntax/span.ts";
import { parseExpr } from "./expression.ts";

/** `catalog.schema.table`, or `IDENTIFIER(expression)` and what follows it. A part that lacks its quotes (`a-b`) is an INVALID_IDENTIFIER. */
export function parseName(c: Cursor): Name {
  const start = c.peek().start;
  const computed = parseComputed(c);
  // Only a constant is a part like others: what is worked out later is a whole name.
  const whole = computed && (c.options.identifierClauseOnly || (computed.kind !== "literal" && computed.kind !== "parameter"));
  const parts = whole ? [] : parseDotted(c, computed ? [] : [c.declaredIdentifier()], () => c.declaredIdentifier());
  if (computed) return { kind: "computedName", expression: computed, rest: parts, ...c.spanFrom(start) };
  return { kind: "name", parts, ...c.spanFrom(start) };
}

/** What stands in `IDENTIFIER( )`. */
export function parseComputed(c: Cursor): ReturnType<typeof parseExpr> | undefined {
  if (!c.at("IDENTIFIER", "(")) return undefined;
  c.expect("IDENTIFIER", "(");
  const expression = parseExpr(c);
  c.expect(")");
  return expression;
}

/** The parts behind the first, as long as a dot and a name follow. */
export function parseDotted(c: Cursor, parts: readonly Identifier[], part: () => Identifier): readonly Identifier[] {
  const all = [...parts];
  while (c.at(".") && c.isIdentifier(1)) {
    c.expect(".");
    all.push(part());
  }
  return all;
}
