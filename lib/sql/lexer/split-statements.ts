import { tokenize } from "./lexer.ts";
import type { Token } from "./token.ts";

/** A text cut at its semicolons. */
export interface Statements {
  readonly statements: readonly string[];
  /** What stands behind the last semicolon: empty, or a statement that may go on. */
  readonly rest: string;
}

/** What may stand before a statement inside of BEGIN ... END. */
const BEFORE_STATEMENT: ReadonlySet<string> = new Set([";", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", ":"]);
const OPENERS: ReadonlySet<string> = new Set(["IF", "WHILE", "LOOP", "REPEAT", "FOR"]);
const QUOTES = "'\"`";

/**
 * Cuts a text at the semicolons between statements: not at those in strings, names, comments and BEGIN ... END. Statements
 * without a word are left out. Everything behind a quote that nothing closes is rest.
 */
export function splitStatements(text: string): Statements {
  const { tokens } = tokenize(text);
  const statements: string[] = [];
  let first: Token | undefined;
  let before = ";";
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "end" || (token.kind === "unknown" && QUOTES.includes(token.text))) break;
    if (token.word === ";" && depth === 0) {
      if (first) statements.push(text.slice(first.start, token.start).trimEnd());
      first = undefined;
    } else {
      if (first || token.word === "BEGIN") depth += nesting(token.word, before, first === undefined, depth);
      first ??= token;
    }
    before = token.word || token.kind;
  }
  return { statements, rest: first ? text.slice(first.start) : "" };
}

/** By how much a word changes the depth of compound statements; `before` is the word before it. */
function nesting(word: string, before: string, begins: boolean, depth: number): number {
  if (word === "BEGIN") return begins || BEFORE_STATEMENT.has(before) ? 1 : 0;
  if (depth === 0) return 0;
  if (word === "END") return -1;
  if (before === "END") return 0;
  if (word === "CASE") return 1;
  return OPENERS.has(word) && BEFORE_STATEMENT.has(before) ? 1 : 0;
}
