import { tokenize } from "../lexer/lexer.ts";
import type { Token } from "../lexer/token.ts";

/** A statement's text, without its `;`, and where it begins in the whole. */
export interface StatementText {
  readonly text: string;
  readonly start: number;
}

/** Words behind which a statement of a script begins, so that an IF or a WHILE there is one, and no function or a part of END IF. */
const BEFORE_STATEMENT = new Set([";", "BEGIN", "FOUND", "SQLEXCEPTION", "ATOMIC", "THEN", "ELSE", "DO", "LOOP", "REPEAT", ":"]);
const BLOCKS = new Set(["IF", "WHILE", "LOOP", "REPEAT", "FOR"]);
const AFTER_END = new Set([...BLOCKS, "CASE"]);

/**
 * Cuts a text at each `;` that ends a statement: not those in strings, comments and BEGIN ... END. What is nothing but white space and
 * comments is left out; a comment that nothing closes stays with the last statement, whose parse will say so.
 */
export function splitStatements(text: string): StatementText[] {
  const { tokens, unclosedComment } = tokenize(text);
  const statements: StatementText[] = [];
  let first: Token | undefined;
  let last: Token | undefined;
  let open: readonly Open[] = [];
  for (const [place, token] of tokens.entries()) {
    const ends = token.word === ";" && open.length === 0;
    if (ends || token.kind === "end") {
      const until = token.kind === "end" && unclosedComment !== undefined ? text.length : last?.end;
      if (first) statements.push({ text: text.slice(first.start, until), start: first.start });
      else if (token.kind === "end" && unclosedComment !== undefined)
        statements.push({ text: text.slice(unclosedComment), start: unclosedComment });
      first = undefined;
      continue;
    }
    first ??= token;
    last = token;
    if (first === token ? token.word === "BEGIN" : open.length > 0) open = step(open, tokens, place);
  }
  return statements;
}

/** What awaits its END: a statement of a script, or a CASE that is an expression, in which IF is a function. */
type Open = "statement" | "expression";

function step(open: readonly Open[], tokens: readonly Token[], place: number): readonly Open[] {
  const { word } = tokens[place]!;
  const previous = tokens[place - 1]?.word ?? "";
  const begins = open.at(-1) !== "expression" && BEFORE_STATEMENT.has(previous);
  if (word === "END") return open.slice(0, -1);
  if (word === "BEGIN") return begins || open.length === 0 ? [...open, "statement"] : open;
  if (previous === "END" && AFTER_END.has(word)) return open;
  if (word === "CASE") return [...open, begins ? "statement" : "expression"];
  return begins && BLOCKS.has(word) ? [...open, "statement"] : open;
}
