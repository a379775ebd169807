import type { Cursor } from "../lexer/cursor.ts";

/** The path behind the colon of `v:a.b[0]['c']`, without white space and with no quotes around its names. Source: rule semiStructuredExtractionPath. */
export function parsePath(c: Cursor): string {
  let path = c.at("[") ? parseIndex(c, false) : c.identifier().name;
  for (;;) {
    if (c.at(".") && c.isIdentifier(1)) {
      c.expect(".");
      path += `.${c.identifier().name}`;
    } else if (c.at("[")) path += parseIndex(c, true);
    else return path;
  }
}

/** `[0]`, `['a']`; behind the first step also `[*]`'s kin, a name. */
function parseIndex(c: Cursor, named: boolean): string {
  c.expect("[");
  if (c.peek().kind !== "integer" && !c.isString() && !(named && c.isIdentifier())) c.fail();
  const { text } = c.next();
  c.expect("]");
  return `[${text}]`;
}
