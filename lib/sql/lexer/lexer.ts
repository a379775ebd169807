import { isDigit, isLetter, isSpace, skipComment, skipLineComment } from "./characters.ts";
import { scanNumber } from "./scan-number.ts";
import type { Token, TokenKind } from "./token.ts";

/** A text's tokens, the last of which is its end. */
export interface Tokens {
  readonly tokens: readonly Token[];
  /** Where a comment begins that nothing closes: an error once everything before it has been understood. */
  readonly unclosedComment?: number;
}

/**
 * Cuts a text into tokens, in one pass and in linear time. It never fails: what begins nothing becomes an `unknown` token,
 * which no rule of the grammar takes. Source: Spark 4.1.1's SqlBaseLexer.
 */
export function tokenize(text: string): Tokens {
  const lexer = new Lexer(text);
  return lexer.run();
}

/** The same keyword or operator by another spelling. */
const synonyms: Readonly<Record<string, string>> = { TEMP: "TEMPORARY", REGEXP: "RLIKE", "==": "=", "!>": "<=", "!<": ">=" };

/** Longest first, so that the first that fits is the token. `>>` and `>>>` are joined by the parser: they also close types. */
const SYMBOLS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    "<": ["<=>", "<>", "<=", "<<"],
    "!": ["!=", "!>", "!<"],
    "=": ["==", "=>"],
    ">": [">="],
    "|": ["||", "|>"],
    ":": ["::"],
    "-": ["->"],
    "/": ["/*+"],
    "*": ["*/"],
    ...Object.fromEntries([...";(),.[]+%~&^?"].map((symbol) => [symbol, []])),
  }).map(([first, longer]) => [first, [...longer, first]]),
);

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  /** Quotes that are known to have no closing one behind the current place. */
  readonly #unclosed = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  run(): Tokens {
    const text = this.#text;
    while (this.#at < text.length) {
      const character = text[this.#at]!;
      if (isSpace(character)) this.#at++;
      else if (character === "-" && text[this.#at + 1] === "-") this.#at = skipLineComment(text, this.#at);
      else if (character === "/" && text[this.#at + 1] === "*" && text[this.#at + 2] !== "+") {
        const end = skipComment(text, this.#at);
        if (end === undefined) return this.#ended(this.#at);
        this.#at = end;
      } else this.#token(character);
    }
    return this.#ended();
  }

  #ended(unclosedComment?: number): Tokens {
    const end = this.#text.length;
    const tokens = [...this.#tokens, { kind: "end" as const, text: "", word: "", start: end, end }];
    return unclosedComment === undefined ? { tokens } : { tokens, unclosedComment };
  }

  #push(kind: TokenKind, end: number): void {
    const start = this.#at;
    const text = this.#text.slice(start, end);
    const upper = kind === "word" || kind === "symbol" ? text.toUpperCase() : "";
    this.#tokens.push({ kind, text, word: synonyms[upper] ?? upper, start, end });
    this.#at = end;
  }

  #token(character: string): void {
    const text = this.#text;
    const next = text[this.#at + 1];
    if (character === "'" || character === '"') this.#quoted(character);
    else if (character === "`") this.#name();
    else if ((character === "r" || character === "R") && (next === "'" || next === '"') && this.#raw(next)) return;
    else if (isDigit(character) || (character === "." && isDigit(next))) this.#numberOrWord();
    else if (character === "_" || isLetter(text, this.#at)) this.#word();
    else this.#symbol(character);
  }

  #symbol(character: string): void {
    const symbol = Object.hasOwn(SYMBOLS, character) ? SYMBOLS[character]!.find((s) => this.#text.startsWith(s, this.#at)) : undefined;
    if (symbol) this.#push("symbol", this.#at + symbol.length);
    else this.#push("unknown", this.#at + (this.#text.codePointAt(this.#at)! > 0xffff ? 2 : 1));
  }

  /** A string whose quote is escaped by a backslash or by itself. */
  #quoted(quote: string): void {
    const end = this.#unclosed.has(quote) ? undefined : this.#quotedEnd(quote);
    this.#push(end === undefined ? "unknown" : quote === "'" ? "string" : "doubleQuoted", end ?? this.#at + 1);
  }

  /** Where nothing closes the last of several that stand side by side, those before it are strings. */
  #quotedEnd(quote: string): number | undefined {
    const text = this.#text;
    let closed: number | undefined;
    for (let at = this.#at + 1; at < text.length; at++) {
      if (text[at] === "\\") at++;
      else if (text[at] === quote) {
        closed = at + 1;
        if (text[at + 1] !== quote) return closed;
        at++;
      }
    }
    this.#unclosed.add(quote);
    return closed;
  }

  #raw(quote: string): boolean {
    const end = this.#text.indexOf(quote, this.#at + 2);
    if (end < 0) return false;
    this.#push("string", end + 1);
    return true;
  }

  #name(): void {
    const end = this.#unclosed.has("`") ? undefined : this.#nameEnd();
    this.#push(end === undefined ? "unknown" : "name", end ?? this.#at + 1);
  }

  #nameEnd(): number | undefined {
    const text = this.#text;
    for (let at = text.indexOf("`", this.#at + 1); at >= 0; at = text.indexOf("`", at + 2)) {
      if (text[at + 1] !== "`") return at + 1;
    }
    this.#unclosed.add("`");
    return undefined;
  }

  /** `1a` is a name and `1L` a number: the longer one is taken, and the number of two that are as long. */
  #numberOrWord(): void {
    const number = scanNumber(this.#text, this.#at);
    const word = this.#text[this.#at] === "." ? this.#at : this.#wordEnd();
    if (number && number.end >= word) this.#push(number.kind, number.end);
    else if (word > this.#at) this.#push("word", word);
    else this.#push("symbol", this.#at + 1);
  }

  #wordEnd(): number {
    const text = this.#text;
    let at = this.#at;
    while (at < text.length) {
      const character = text[at]!;
      if (isDigit(character) || character === "_") at++;
      else if (isLetter(text, at)) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
      else break;
    }
    return at;
  }

  #word(): void {
    const end = this.#wordEnd();
    this.#push("word", this.#locationEnd(end) ?? end);
  }

  /** `s3://bucket/path` is one word, so that a message can name all of it: a path belongs into backticks. */
  #locationEnd(scheme: number): number | undefined {
    const text = this.#text;
    if (!text.startsWith("://", scheme)) return undefined;
    for (let at = this.#at; at < scheme; at++) if (isDigit(text[at]) || text[at] === "_") return undefined;
    let at = scheme + 3;
    while (at < text.length && (isDigit(text[at]) || "_/-.?=&#%".includes(text[at]!) || isLetter(text, at))) at++;
    return at > scheme + 3 ? at : undefined;
  }
}
