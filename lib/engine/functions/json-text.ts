/**
 * JSON as Spark's parser (Jackson) reads it: single quotes and NaN are taken, numbers keep their text, a repeated key
 * keeps its last value. `depth` bounds the recursion.
 */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;
/** A number as it was written: no digit is lost. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export class JsonSyntaxError extends Error {}

/** Jackson's own bound on nesting. */
const MAX_DEPTH = 1000;
const [TAB, NEW_LINE, RETURN, BLANK] = [9, 10, 13, 32];
const [DOUBLE_QUOTE, SINGLE_QUOTE, COMMA, BACKSLASH] = [34, 39, 44, 92];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|NaN|[+-]?Infinity|[+-]INF/y;
const STRICT_NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const LEADING_ZEROS = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|NaN|[+-]?Infinity|[+-]INF/y;
/** A field name without quotes, as in JavaScript. */
const PLAIN_NAME = /[\p{L}\p{Nl}$_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}$]*/uy;
const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", '"': '"', "'": "'", "\\": "\\", "/": "/" };

/** By their first letters. */
const WORDS: Readonly<Record<string, { readonly text: string; readonly value: boolean | null } | undefined>> = {
  t: { text: "true", value: true },
  f: { text: "false", value: false },
  n: { text: "null", value: null },
};

export interface JsonOptions {
  /** `allowNumericLeadingZeros`. */
  readonly leadingZeros?: boolean;
  /** `allowUnquotedFieldNames`. */
  readonly plainNames?: boolean;
  /** Only what the standard takes: no single quotes, no NaN, no key twice. */
  readonly strict?: boolean;
  /** Text may go on behind the value: get_json_object reads the first one. */
  readonly prefix?: boolean;
}

/** Throws JsonSyntaxError. */
export function parseJson(text: string, options: JsonOptions = {}): Json {
  const reader = new Reader(text, options);
  const value = reader.value(0);
  reader.skipSpace();
  if (reader.position < text.length && !options.prefix) throw new JsonSyntaxError(`unexpected text at ${reader.position}`);
  return value;
}

class Reader {
  readonly text: string;
  readonly #number: RegExp;
  readonly #plainNames: boolean;
  readonly #strict: boolean;
  position = 0;

  constructor(text: string, { leadingZeros, plainNames, strict }: JsonOptions) {
    this.text = text;
    this.#number = strict ? STRICT_NUMBER : leadingZeros ? LEADING_ZEROS : NUMBER;
    this.#plainNames = plainNames ?? false;
    this.#strict = strict ?? false;
  }

  skipSpace(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.position);
      if (c !== BLANK && c !== NEW_LINE && c !== RETURN && c !== TAB) return;
      this.position++;
    }
  }

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new JsonSyntaxError(`nested deeper than ${MAX_DEPTH}`);
    this.skipSpace();
    const c = this.text[this.position];
    if (c === "{") return this.#object(depth);
    if (c === "[") return this.#array(depth);
    if (this.#quotes(c)) return this.#string(c);
    const word = c === undefined ? undefined : WORDS[c];
    if (word && this.text.startsWith(word.text, this.position)) {
      this.position += word.text.length;
      return word.value;
    }
    this.#number.lastIndex = this.position;
    const match = this.#number.exec(this.text);
    if (!match) throw new JsonSyntaxError(`unexpected text at ${this.position}`);
    this.position += match[0].length;
    return new JsonNumber(match[0]);
  }

  #quotes(c: string | undefined): c is string {
    return c === '"' || (c === "'" && !this.#strict);
  }

  #object(depth: number): JsonObject {
    const fields = new Map<string, Json>();
    this.#list("}", () => {
      const key = this.#key();
      if (this.#strict && fields.has(key)) throw new JsonSyntaxError(`the key ${key} stands twice`);
      this.#expect(":");
      fields.set(key, this.value(depth + 1));
    });
    return fields;
  }

  #key(): string {
    const quote = this.text[this.position];
    if (this.#quotes(quote)) return this.#string(quote);
    PLAIN_NAME.lastIndex = this.position;
    const name = this.#plainNames ? PLAIN_NAME.exec(this.text)?.[0] : undefined;
    if (name === undefined) throw new JsonSyntaxError(`a key is expected at ${this.position}`);
    this.position += name.length;
    return name;
  }

  #array(depth: number): Json[] {
    const items: Json[] = [];
    this.#list("]", () => items.push(this.value(depth + 1)));
    return items;
  }

  #list(end: string, item: () => void): void {
    this.position++;
    this.skipSpace();
    if (this.text[this.position] === end) {
      this.position++;
      return;
    }
    for (;;) {
      this.skipSpace();
      item();
      this.skipSpace();
      const c = this.text.charCodeAt(this.position++);
      if (c === end.charCodeAt(0)) return;
      if (c !== COMMA) throw new JsonSyntaxError(`"," or "${end}" is expected at ${this.position - 1}`);
    }
  }

  #expect(c: string): void {
    this.skipSpace();
    if (this.text[this.position] !== c) throw new JsonSyntaxError(`"${c}" is expected at ${this.position}`);
    this.position++;
  }

  #string(quote: string): string {
    const { text } = this;
    const end = quote === '"' ? DOUBLE_QUOTE : SINGLE_QUOTE;
    let result = "";
    let start = this.position + 1;
    for (let at = start; at < text.length; at++) {
      const c = text.charCodeAt(at);
      if (c === end || c === BACKSLASH) {
        const part = text.slice(start, at);
        result = result === "" ? part : result + part;
        this.position = at + 1;
        if (c === end) return result;
        result += this.#escape();
        start = this.position;
        at = start - 1;
      } else if (this.#strict && c < BLANK) throw new JsonSyntaxError(`a control character at ${at}`);
    }
    throw new JsonSyntaxError("a string does not end");
  }

  #escape(): string {
    const c = this.text[this.position++] ?? "";
    if (c === "u") {
      const digits = this.text.slice(this.position, this.position + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new JsonSyntaxError(`bad escape at ${this.position}`);
      this.position += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const plain = ESCAPES[c];
    if (plain === undefined) throw new JsonSyntaxError(`bad escape at ${this.position - 1}`);
    return plain;
  }
}

export const isObject = (json: Json): json is JsonObject => json instanceof Map;
export const isArray = (json: Json): json is readonly Json[] => Array.isArray(json);

/** Compact JSON text; numbers as they were written. */
export function writeJson(json: Json): string {
  if (json === null || typeof json === "boolean") return String(json);
  if (typeof json === "string") return quoteJson(json);
  if (json instanceof JsonNumber) return json.text;
  if (isArray(json)) return `[${json.map(writeJson).join(",")}]`;
  return `{${[...json].map(([key, value]) => `${quoteJson(key)}:${writeJson(value)}`).join(",")}}`;
}

export const quoteJson = (text: string): string => JSON.stringify(text);
