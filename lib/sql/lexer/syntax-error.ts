import { lineOf, sqlPlace } from "../../engine/errors/query-context.ts";
import { type AnalysisError, ParseError } from "../../engine/errors.ts";
import type { Token } from "./token.ts";

/** Lines of the statement shown around a mistake, and characters of each: what travels with an error stays small. */
const SHOWN_LINES = 10;
const SHOWN_WIDTH = 1_000;

/**
 * What Spark's ParseException prints below its message:
 * ```
 * (line 1, pos 9)
 *
 * == SQL ==
 * SELECT a FORM t
 * ---------^^^
 * ```
 */
export function caretText(text: string, offset: number): string {
  const { line, position } = lineOf(text, offset);
  const lines = text.split("\n");
  const above = lines.slice(Math.max(0, line - SHOWN_LINES), line).map(shortened);
  const below = lines.slice(line, line + SHOWN_LINES).map(shortened);
  const caret = `${"-".repeat(Math.min(position, SHOWN_WIDTH))}^^^`;
  return [`(line ${line}, pos ${position})`, "", "== SQL ==", ...above, caret, ...below].join("\n");
}

const shortened = (line: string): string => (line.length > SHOWN_WIDTH ? `${line.slice(0, SHOWN_WIDTH)}...` : line);

/** An error about a place in a statement's text; about a piece of it where `end` is given. */
export function parseError(
  condition: string,
  parameters: Readonly<Record<string, string>>,
  text: string,
  offset: number,
  end?: number,
): AnalysisError {
  const origin = (end === undefined ? undefined : sqlPlace({ text }, offset, end)) ?? caretText(text, offset);
  return new ParseError(condition, parameters, { origin });
}

/** PARSE_SYNTAX_ERROR at a token, or PARSE_EMPTY_STATEMENT where there is no text at all. `hint` begins with `: `. */
export function syntaxError(text: string, token: Token, hint = ""): AnalysisError {
  if (text.trim() === "") return parseError("PARSE_EMPTY_STATEMENT", {}, text, token.start);
  return parseError("PARSE_SYNTAX_ERROR", { error: displayed(token), hint }, text, token.start);
}

/** A token as Spark's messages show it. */
export function displayed(token: Token): string {
  if (token.kind === "end") return "end of input";
  return `'${token.text.replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")}'`;
}
