import { AnalysisError } from "../../engine/errors.ts";
import { isReserved, isStrict, keywords } from "../../engine/keywords.ts";
import type { ParserOptions } from "../parser/options.ts";
import type { Identifier, Span } from "../syntax/span.ts";
import { tokenize } from "./lexer.ts";
import { unescapeString } from "./string-text.ts";
import { displayed, parseError, syntaxError } from "./syntax-error.ts";
import type { Token } from "./token.ts";

/** Constructs inside constructs beyond this are refused, so that no text can exhaust the stack, here or in a later phase. */
export const MAX_NESTING = 250;

/**
 * A place in a statement's tokens, which all parser files move along. Keywords are given in upper case, as `Token.word` has them.
 * Every method that takes what must be there throws PARSE_SYNTAX_ERROR (with the place, and the text around it) where it is not.
 */
export class Cursor {
  readonly text: string;
  readonly options: ParserOptions;
  readonly #tokens: readonly Token[];
  readonly #unclosedComment: number | undefined;
  /** What is found about all tokens at once, when it is first asked for. */
  #brackets: ReadonlyMap<number, number> | undefined;
  #markers: ReadonlyMap<number, number> | undefined;
  #next = 0;
  #depth = 0;

  constructor(text: string, options: ParserOptions) {
    this.text = text;
    this.options = options;
    const { tokens, unclosedComment } = tokenize(text);
    this.#tokens = tokens;
    this.#unclosedComment = unclosedComment;
  }

  /** The next token, or one behind it; the end's beyond the last. */
  peek(offset = 0): Token {
    return this.#tokens[Math.min(this.#next + offset, this.#tokens.length - 1)]!;
  }

  /** Takes the next token, of any kind. */
  next(): Token {
    const token = this.peek();
    if (token.kind === "end") this.fail();
    this.#next++;
    return token;
  }

  /** Whether these keywords and symbols come next, in this order. */
  at(...words: readonly string[]): boolean {
    return words.every((word, offset) => this.peek(offset).word === word);
  }

  /** Whether one of these keywords and symbols comes next. */
  atAny(...words: readonly string[]): boolean {
    return words.includes(this.peek().word) && this.peek().word !== "";
  }

  /** Takes these keywords and symbols if all of them come next. */
  accept(...words: readonly string[]): boolean {
    const found = this.at(...words);
    if (found) this.#next += words.length;
    return found;
  }

  /** Takes the first of these keywords and symbols that comes next. */
  acceptAny<W extends string>(...words: readonly W[]): W | undefined {
    const found = words.find((word) => this.at(word));
    if (found !== undefined) this.#next++;
    return found;
  }

  /** Takes these keywords and symbols; the last one's token. */
  expect(...words: readonly string[]): Token {
    let token = this.peek();
    for (const word of words) {
      token = this.peek();
      if (token.word !== word) this.fail(token);
      this.#next++;
    }
    return token;
  }

  /** The offset (as `peek` takes it) of what closes the bracket at an offset; undefined where nothing does. */
  closing(offset = 0): number | undefined {
    this.#brackets ??= matchBrackets(this.#tokens);
    const found = this.#brackets.get(this.#next + offset);
    return found === undefined ? undefined : found - this.#next;
  }

  /** Which of the text's `?` a token is, from 0. */
  markerIndex(offset = 0): number {
    this.#markers ??= new Map(this.#tokens.filter(({ word }) => word === "?").map(({ start }, index) => [start, index]));
    return this.#markers.get(this.peek(offset).start) ?? 0;
  }

  /** Whether a name may stand here. Where reserved keywords are not enforced, every keyword is one: ask for keywords first. */
  isIdentifier(offset = 0): boolean {
    const token = this.peek(offset);
    if (token.kind === "word") return !(this.options.reservedKeywords && isReserved(token.word));
    return token.kind === "name" || (token.kind === "doubleQuoted" && this.options.doubleQuotedIdentifiers);
  }

  /** Whether a relation's alias may stand here: no JOIN, ON, UNION and the like. */
  isStrictIdentifier(offset = 0): boolean {
    const token = this.peek(offset);
    if (token.kind === "word" && !this.options.reservedKeywords && isStrict(token.word)) return false;
    return this.isIdentifier(offset);
  }

  /** Whether the next token is a name and no keyword of any kind. */
  isPlainIdentifier(offset = 0): boolean {
    return this.isIdentifier(offset) && !keywords.has(this.peek(offset).word);
  }

  /** One part of a name, which may be written as IDENTIFIER('name'). */
  identifier(): Identifier {
    const isWritten = !this.options.identifierClauseOnly && this.at("IDENTIFIER", "(") && this.#piece(2) !== undefined;
    return isWritten ? this.#writtenIdentifier() : this.simpleIdentifier();
  }

  /** A name that can only be written as it is: of a parameter, of a field of a date. */
  simpleIdentifier(): Identifier {
    const token = this.peek();
    if (!this.isIdentifier()) this.fail();
    this.#next++;
    const { start, end } = token;
    if (token.kind !== "word") {
      const quote = token.text[0]!;
      return { name: token.text.slice(1, -1).replaceAll(quote + quote, quote), quoted: true, start, end };
    }
    if (!/^\w+$/.test(token.text)) throw parseError("INVALID_IDENTIFIER", { ident: token.text }, this.text, start);
    return { name: token.text, start, end };
  }

  #writtenIdentifier(): Identifier {
    const { start } = this.peek();
    this.expect("IDENTIFIER", "(");
    const inner = new Cursor(this.string(), this.options);
    this.expect(")");
    const parts = [inner.declaredIdentifier()];
    while (inner.accept(".")) parts.push(inner.declaredIdentifier());
    inner.finish();
    if (parts.length === 1) return { name: parts[0]!.name, quoted: true, ...this.spanFrom(start) };
    const identifier = parts.map(({ name }) => `\`${name.replaceAll("`", "``")}\``).join(".");
    throw this.error("IDENTIFIER_TOO_MANY_NAME_PARTS", { identifier, limit: "1" }, { start });
  }

  /** A name's part where no expression may follow: `a-b` there is a name that lacks its quotes, and says so (INVALID_IDENTIFIER). */
  declaredIdentifier(): Identifier {
    const identifier = this.identifier();
    if (!this.at("-") || !this.isIdentifier(1)) return identifier;
    while (this.at("-") && this.isIdentifier(1)) this.#next += 2;
    const ident = this.text.slice(identifier.start, this.#tokens[this.#next - 1]!.end).replace(/\s+/g, "");
    throw parseError("INVALID_IDENTIFIER", { ident }, this.text, identifier.start);
  }

  /** Whether a string literal stands here. */
  isString(offset = 0): boolean {
    const token = this.peek(offset);
    return token.kind === "string" || (token.kind === "doubleQuoted" && !this.options.doubleQuotedIdentifiers);
  }

  /** Whether several pieces of one string stand here, a parameter's marker among them perhaps: `'a' :b`. */
  isJoinedString(): boolean {
    const first = this.#piece(0);
    return first !== undefined && this.#piece(first.size) !== undefined;
  }

  /** A string's value; strings side by side are one, and so are parameters that are known to be strings. */
  string(): string {
    let piece = this.#piece(0);
    if (!piece) this.fail();
    let value = "";
    for (; piece; piece = this.#piece(0)) {
      value += piece.text;
      this.#next += piece.size;
    }
    return value;
  }

  /** A piece of a string and how many tokens it is. */
  #piece(offset: number): { readonly text: string; readonly size: number } | undefined {
    if (this.isString(offset)) return { text: unescapeString(this.peek(offset).text, this.options), size: 1 };
    const { texts } = this.options;
    const { word } = this.peek(offset);
    if (!texts || (word !== "?" && word !== ":")) return undefined;
    const text = texts.get(word === "?" ? this.markerIndex(offset) : this.peek(offset + 1).text);
    return text === undefined ? undefined : { text, size: word === "?" ? 1 : 2 };
  }

  /** A whole number without sign or suffix. */
  integer(): bigint {
    if (this.peek().kind !== "integer") this.fail();
    return BigInt(this.next().text);
  }

  /** `one` as often as `,` stands between. */
  list<T>(one: () => T): T[] {
    const items = [one()];
    while (this.accept(",")) items.push(one());
    return items;
  }

  /** From an offset (a token's or another span's start) to the end of what was taken last. */
  spanFrom(start: number): Span {
    const end = this.#next > 0 ? this.#tokens[this.#next - 1]!.end : start;
    return { start, end: Math.max(start, end) };
  }

  /** PARSE_SYNTAX_ERROR at a token, else at the next one. */
  fail(token: Token = this.peek(), hint = ""): never {
    if (token.kind === "end") this.#checkComment();
    throw syntaxError(this.text, token, hint);
  }

  /** Another condition about a piece of the text: a token, a node, or what was taken from `start` on; else about the next token's place. */
  error(
    condition: string,
    parameters: Readonly<Record<string, string>>,
    at?: { readonly start: number; readonly end?: number },
  ): AnalysisError {
    if (!at) return parseError(condition, parameters, this.text, this.peek().start);
    return parseError(condition, parameters, this.text, at.start, at.end ?? this.spanFrom(at.start).end);
  }

  /** Expects the text's end, and no comment left open. */
  finish(): void {
    if (this.peek().kind !== "end") this.fail(this.peek(), this.peek(1).kind === "end" ? `: extra input ${displayed(this.peek())}` : "");
    this.#checkComment();
  }

  #checkComment(): void {
    if (this.#unclosedComment !== undefined) throw parseError("UNCLOSED_BRACKETED_COMMENT", {}, this.text, this.#unclosedComment);
  }

  /** Parses something that may hold others of its kind. Throws FAILED_TO_PARSE_TOO_COMPLEX where they nest too deep. */
  nested<T>(parse: () => T): T {
    if (this.#depth >= MAX_NESTING) throw this.error("FAILED_TO_PARSE_TOO_COMPLEX", {});
    this.#depth++;
    try {
      return parse();
    } finally {
      this.#depth--;
    }
  }

  /** A place to come back to with `reset`. */
  mark(): number {
    return this.#next;
  }

  reset(mark: number): void {
    this.#next = mark;
  }

  /** What `parse` gives; undefined, and nothing taken, where the text reads otherwise. Only for what a short look ahead cannot tell. */
  attempt<T>(parse: () => T): T | undefined {
    const mark = this.mark();
    try {
      return parse();
    } catch (thrown) {
      if (!(thrown instanceof AnalysisError) || thrown.condition !== "PARSE_SYNTAX_ERROR") throw thrown;
      this.reset(mark);
      return undefined;
    }
  }
}

const OPENING: Readonly<Record<string, string>> = { "(": ")", "[": "]" };

function matchBrackets(tokens: readonly Token[]): Map<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (const [index, { word }] of tokens.entries()) {
    if (word in OPENING) open.push(index);
    else if ((word === ")" || word === "]") && open.length > 0 && OPENING[tokens[open.at(-1)!]!.word] === word)
      pairs.set(open.pop()!, index);
  }
  return pairs;
}
