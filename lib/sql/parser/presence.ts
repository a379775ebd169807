import type { Cursor } from "../lexer/cursor.ts";
import { refuse } from "./refuse.ts";

/** `IF NOT EXISTS`, if it stands here. */
export function acceptIfNotExists(c: Cursor): boolean {
  if (c.at("IF", "!", "EXISTS")) {
    c.next();
    return refuseBang(c);
  }
  return c.accept("IF", "NOT", "EXISTS");
}

/** `IF EXISTS`, if it stands here. */
export function acceptIfExists(c: Cursor): boolean {
  return c.accept("IF", "EXISTS");
}

/** `NOT NULL`, if it stands here. */
export function acceptNotNull(c: Cursor): boolean {
  if (c.at("!", "NULL")) refuseBang(c);
  return c.accept("NOT", "NULL");
}

/** Spark once took `!` for NOT in all places. */
export function refuseBang(c: Cursor): never {
  return refuse(c, "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT", { clause: "!" });
}

/** Reads clauses in any order, each once: `parsers` maps a clause's name in messages to what reads it, or gives nothing where it does not stand. */
export function parseClausesOnce<T extends object>(c: Cursor, parsers: Readonly<Record<string, (c: Cursor) => T | undefined>>): T {
  let clauses = {} as T;
  const seen = new Set<string>();
  for (let found = true; found; ) {
    found = false;
    for (const [name, parse] of Object.entries(parsers)) {
      const start = c.peek();
      const clause = parse(c);
      if (clause === undefined) continue;
      if (seen.has(name)) refuse(c, "DUPLICATE_CLAUSES", { clauseName: name }, start);
      seen.add(name);
      clauses = { ...clauses, ...clause };
      found = true;
    }
  }
  return clauses;
}
