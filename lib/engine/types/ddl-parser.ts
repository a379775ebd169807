import { AnalysisError, FirecrestError } from "../errors.ts";
import { collatedType } from "./collation.ts";
import * as t from "./data-type.ts";

/** Types inside types beyond this are refused, so that no text can exhaust the stack. */
const MAX_DEPTH = 100;

const TOKEN = /\s*(?:(`(?:[^`]|``)*`)|('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")|([\p{L}\p{N}_]+)|(.))/suy;

interface Token {
  readonly text: string;
  readonly kind: "quotedName" | "string" | "word" | "symbol" | "end";
  /** Index in the text. */
  readonly at: number;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match?.[0].trim(); match = TOKEN.exec(text)) {
    const kind = match[1] ? "quotedName" : match[2] ? "string" : match[3] ? "word" : "symbol";
    const token = match[1] ?? match[2] ?? match[3] ?? match[4]!;
    tokens.push({ text: token, kind, at: TOKEN.lastIndex - token.length });
    if (TOKEN.lastIndex >= text.length) break;
  }
  return [...tokens, { text: "end of input", kind: "end", at: text.length }];
}

/** Types that are a word and nothing else, by it in lower case. */
export const simpleTypes: Readonly<Record<string, t.DataType>> = {
  boolean: t.booleanType,
  tinyint: t.byteType,
  byte: t.byteType,
  smallint: t.shortType,
  short: t.shortType,
  int: t.integerType,
  integer: t.integerType,
  bigint: t.longType,
  long: t.longType,
  float: t.floatType,
  real: t.floatType,
  double: t.doubleType,
  date: t.dateType,
  timestamp: t.timestampType,
  timestamp_ltz: t.timestampType,
  timestamp_ntz: t.timestampNtzType,
  binary: t.binaryType,
  void: t.voidType,
  variant: t.variantType,
};
const DAY_TIME: readonly t.DayTimeField[] = ["day", "hour", "minute", "second"];
const MAX_TIME_PRECISION = 6;

/** What the session decides about the meaning of a type's name. */
export interface TypeMeaning {
  /** TIMESTAMP is TIMESTAMP_NTZ. */
  readonly timestampNtz?: true | undefined;
}

/** A recursive descent parser of types and column lists. Source: Spark's SqlBaseParser.g4, rules dataType and colTypeList. */
export class DdlParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #timestampNtz: boolean;
  #next = 0;
  #depth = 0;

  constructor(text: string, { timestampNtz }: TypeMeaning = {}) {
    this.#text = text;
    this.#timestampNtz = timestampNtz === true;
    this.#tokens = tokensOf(text);
  }

  /** The whole text as one type. */
  wholeType(): t.DataType {
    const type = this.#type();
    if (this.#peek().kind !== "end") throw this.#syntaxError();
    return type;
  }

  /** The whole text as columns: `a int not null comment 'x', b string`. */
  wholeSchema(): t.StructType {
    const fields = this.#peek().kind === "end" ? [] : this.#fields();
    if (this.#peek().kind !== "end") throw this.#syntaxError();
    return t.structType(fields);
  }

  #type(): t.DataType {
    if (++this.#depth > MAX_DEPTH) {
      throw new FirecrestError("FIRECREST_UNSUPPORTED", { feature: `A type nested more than ${MAX_DEPTH} deep`, advice: "Flatten it." });
    }
    const type = this.#typeHere();
    this.#depth--;
    return type;
  }

  #typeHere(): t.DataType {
    const token = this.#take();
    if (token.kind !== "word") throw this.#syntaxError(token);
    const name = token.text.toLowerCase();
    const simple = simpleTypes[name];
    if (name === "timestamp" && this.#timestampNtz) return t.timestampNtzType;
    if (simple) return simple;
    switch (name) {
      case "string":
        return this.#keyword("collate") ? this.#collated() : t.stringType;
      case "decimal":
      case "dec":
      case "numeric":
        return this.#decimal();
      case "char":
      case "character":
        return t.charType(this.#length("CHAR"));
      case "varchar":
        return t.varcharType(this.#length("VARCHAR"));
      case "time":
        return this.#time();
      case "interval":
        return this.#interval();
      case "array":
        return t.arrayType(this.#inBrackets("ARRAY", () => this.#type()));
      case "map":
        return this.#inBrackets("MAP", () => {
          const key = this.#type();
          this.#expect(",");
          return t.mapType(key, this.#type());
        });
      case "struct":
        return this.#inBrackets("STRUCT", () => t.structType(this.#peek().text === ">" ? [] : this.#fields()));
      default:
        throw new AnalysisError("UNSUPPORTED_DATATYPE", { typeName: `"${token.text.toUpperCase()}"` }, { origin: this.#place(token) });
    }
  }

  #fields(): t.StructField[] {
    const fields = [this.#field()];
    while (this.#symbol(",")) fields.push(this.#field());
    return fields;
  }

  #field(): t.StructField {
    const name = this.#name();
    this.#symbol(":");
    const type = this.#type();
    const nullable = !this.#keyword("not");
    if (!nullable && !this.#keyword("null")) throw this.#syntaxError();
    return this.#keyword("comment")
      ? t.structField(name, type, nullable, { comment: this.#string() })
      : t.structField(name, type, nullable);
  }

  #name(): string {
    const token = this.#take();
    if (token.kind === "word") return token.text;
    if (token.kind !== "quotedName" || token.text.length === 2) throw this.#syntaxError(token);
    return token.text.slice(1, -1).replaceAll("``", "`");
  }

  #string(): string {
    const token = this.#take();
    if (token.kind !== "string") throw this.#syntaxError(token);
    const quote = token.text[0]!;
    return token.text
      .slice(1, -1)
      .replaceAll(quote + quote, quote)
      .replace(/\\(.)/gs, (_, c: string) => ESCAPES[c] ?? c);
  }

  #collated(): t.DataType {
    return collatedType(this.#name());
  }

  #decimal(): t.DataType {
    if (!this.#symbol("(")) return t.decimalType();
    const at = this.#peek();
    const precision = this.#number();
    const scale = this.#symbol(",") ? this.#number() : 0;
    this.#expect(")");
    const parameters = { precision: String(precision), maxPrecision: String(t.MAX_DECIMAL_PRECISION), scale: String(scale) };
    if (precision > t.MAX_DECIMAL_PRECISION)
      throw new AnalysisError("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", parameters, { origin: this.#place(at) });
    if (precision < 1) throw this.#syntaxError(at);
    if (scale > precision) throw new AnalysisError("FIRECREST_DECIMAL_SCALE_EXCEEDS_PRECISION", parameters, { origin: this.#place(at) });
    return t.decimalType(precision, scale);
  }

  #length(type: string): number {
    if (!this.#symbol("(")) throw new AnalysisError("DATATYPE_MISSING_SIZE", { type: `"${type}"` }, { origin: this.#place(this.#peek()) });
    const at = this.#peek();
    const length = this.#number();
    if (length < 1) throw this.#syntaxError(at);
    this.#expect(")");
    return length;
  }

  #time(): t.DataType {
    if (!this.#symbol("(")) return t.timeType();
    const at = this.#peek();
    const precision = this.#number();
    if (precision > MAX_TIME_PRECISION)
      throw new AnalysisError("UNSUPPORTED_TIME_PRECISION", { precision: String(precision) }, { origin: this.#place(at) });
    this.#expect(")");
    return t.timeType(precision);
  }

  #interval(): t.DataType {
    const start = this.#peek();
    const field = start.kind === "word" ? start.text.toLowerCase() : "";
    const isYearMonth = field === "year" || field === "month";
    const dayTime = DAY_TIME.find((f) => f === field);
    if (!isYearMonth && !dayTime) return t.calendarIntervalType;
    this.#take();
    const end = this.#keyword("to") ? this.#take() : start;
    const last = end.text.toLowerCase();
    if (isYearMonth && (last === field || (field === "year" && last === "month")))
      return t.yearMonthIntervalType(field, last as t.YearMonthField);
    const lastDayTime = DAY_TIME.find((f) => f === last);
    if (!dayTime || !lastDayTime || DAY_TIME.indexOf(lastDayTime) < DAY_TIME.indexOf(dayTime)) throw this.#syntaxError(end);
    return t.dayTimeIntervalType(dayTime, lastDayTime);
  }

  #inBrackets<T>(type: "ARRAY" | "MAP" | "STRUCT", inside: () => T): T {
    const at = this.#peek();
    if (!this.#symbol("<")) throw new AnalysisError(`INCOMPLETE_TYPE_DEFINITION.${type}`, {}, { origin: this.#place(at) });
    const result = inside();
    this.#expect(">");
    return result;
  }

  #number(): number {
    const token = this.#take();
    if (!/^\d{1,9}$/.test(token.text)) throw this.#syntaxError(token);
    return Number(token.text);
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }
  #take(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#next++;
    return token;
  }
  #keyword(word: string): boolean {
    const token = this.#peek();
    const found = token.kind === "word" && token.text.toLowerCase() === word;
    if (found) this.#next++;
    return found;
  }
  #symbol(symbol: string): boolean {
    const token = this.#peek();
    const found = token.kind === "symbol" && token.text === symbol;
    if (found) this.#next++;
    return found;
  }
  #expect(symbol: string): void {
    if (!this.#symbol(symbol)) throw this.#syntaxError();
  }

  #syntaxError(token: Token = this.#peek()): AnalysisError {
    const error = token.kind === "end" ? token.text : `'${token.text}'`;
    return new AnalysisError("PARSE_SYNTAX_ERROR", { error, hint: "" }, { origin: this.#place(token) });
  }

  /** Lines count from 1 and positions from 0, as in Spark's messages. */
  #place(token: Token): string {
    const before = this.#text.slice(0, token.at).split("\n");
    return `line ${before.length}, pos ${before.at(-1)!.length} of "${this.#text}"`;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", "0": "\0" };
