import { tokenize } from "./lexer.ts";
import type { Token } from "./token.ts";

/** A text cut at its semicolons. */
export interface Statements {
  readonly statements: readonly string[];
  /** What stands behind the last semicolon: empty, or a statement that may go on. */
  readonly rest: string;
}

/** What may stand before a statement inside of BEGIN ... END. */
const BEFORE_STATEMENT: ReadonlySet<string> = new Set([
  ";",
  "BEGIN",
  "THEN",
  "ELSE",
  "DO",
  "LOOP",
  "REPEAT",
  ":",
  "ATOMIC",
  "FOUND",
  "SQLEXCEPTION",
]);
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
  let open: readonly Open[] = [];
  for (const token of tokens) {
    if (token.kind === "end" || (token.kind === "unknown" && QUOTES.includes(token.text))) break;
    if (token.word === ";" && open.length === 0) {
      if (first) statements.push(text.slice(first.start, token.start).trimEnd());
      first = undefined;
    } else {
      if (first ? open.length > 0 : token.word === "BEGIN") open = nested(open, token.word, before);
      first ??= token;
    }
    before = token.word || token.kind;
  }
  return { statements, rest: first ? text.slice(first.start) : "" };
}

/** What awaits its END: a statement of a script, or a CASE that is an expression, in which IF is a function. */
type Open = "statement" | "expression";

/** What is open behind a word; `before` is the word before it. */
function nested(open: readonly Open[], word: string, before: string): readonly Open[] {
  const begins = open.length === 0 || (open.at(-1) === "statement" && BEFORE_STATEMENT.has(before));
  if (word === "END") return open.slice(0, -1);
  if (before === "END") return open;
  if (word === "CASE") return [...open, begins ? "statement" : "expression"];
  return begins && (word === "BEGIN" || OPENERS.has(word)) ? [...open, "statement"] : open;
}
