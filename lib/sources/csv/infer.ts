import { parseLocal } from "../../engine/functions/datetime-parse.ts";
import * as t from "../../engine/types/data-type.ts";
import { type DataType, decimalType, MAX_DECIMAL_PRECISION, type StructField, structField } from "../../engine/types/data-type.ts";
import { parseTimestampText } from "../../engine/types/datetime-text.ts";
import type { CsvOptions } from "./options.ts";
import type { CsvField } from "./parse-line.ts";

/** Names of the columns: the header's, made unique, or `_c0`, `_c1`, ... Source: Spark's CSVUtils.makeSafeHeader. */
export function columnNames(first: readonly CsvField[], options: CsvOptions, caseSensitive: boolean): string[] {
  if (!options.header) return first.map((_, i) => `_c${i}`);
  const fold = (name: string) => (caseSensitive ? name : name.toLowerCase());
  const counts = Map.groupBy(first, ({ text }) => fold(text));
  return first.map(({ text }, i) => {
    if (text === "" || text === options.nullValue) return `_c${i}`;
    return counts.get(fold(text))!.length > 1 ? `${text}${i}` : text;
  });
}

export interface InferenceOptions {
  readonly nullValue: string;
  readonly special: readonly string[];
  readonly preferDate: boolean;
  readonly dateFormat?: string;
  readonly timestampFormat?: string;
}

/** The narrowest type of each column that all its texts have. Source: Spark's CSVInferSchema. */
export class CsvInference {
  readonly #names: readonly string[];
  readonly #options: InferenceOptions;
  readonly #types: DataType[];

  constructor(names: readonly string[], options: InferenceOptions) {
    this.#names = names;
    this.#options = options;
    this.#types = names.map(() => t.voidType);
  }

  add(fields: readonly CsvField[]): void {
    for (let i = 0; i < this.#types.length && i < fields.length; i++) this.#types[i] = this.#widen(this.#types[i]!, fields[i]!);
  }

  fields(): StructField[] {
    return this.#names.map((name, i) => structField(name, this.#types[i]!.kind === "void" ? t.stringType : this.#types[i]!));
  }

  #widen(known: DataType, { text, quoted }: CsvField): DataType {
    if (known.kind === "string" || (text === "" && !quoted) || text === this.#options.nullValue || text === "") return known;
    return widerType(known, this.#typeOf(text, known));
  }

  /** The type of a text, looked for from the known type upwards: a text that is no int makes no column an int again. */
  #typeOf(text: string, known: DataType): DataType {
    const { special, preferDate, dateFormat, timestampFormat } = this.#options;
    const from = ["void", "integer", "long", "decimal", "double"].indexOf(known.kind);
    if (from >= 0) {
      if (from <= 1 && /^[+-]?\d{1,10}$/.test(text) && Math.abs(Number(text)) < 2 ** 31) return t.integerType;
      if (
        from <= 2 &&
        /^[+-]?\d{1,19}$/.test(text) &&
        BigInt.asIntN(64, BigInt(text.replace(/^\+/, ""))) === BigInt(text.replace(/^\+/, ""))
      )
        return t.longType;
      if (from <= 3 && /^[+-]?\d+$/.test(text)) {
        const precision = text.replace(/^[+-]?0*/, "").length || 1;
        return precision <= MAX_DECIMAL_PRECISION ? decimalType(precision, 0) : t.doubleType;
      }
      if (/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?\s*$/.test(text) || special.includes(text)) return t.doubleType;
    }
    if (preferDate && (from >= 0 || known.kind === "date") && fits(text, dateFormat ?? DATE, () => undefined)) return t.dateType;
    if (known.kind !== "boolean" && fits(text, timestampFormat, parseTimestampText)) return t.timestampType;
    return /^(?:true|false)$/i.test(text) ? t.booleanType : t.stringType;
  }
}

/** Inference reads dates strictly; reading itself takes all that a cast does. Source: CSVOptions.dateFormatInRead. */
const DATE = "yyyy-MM-dd";

function fits(text: string, pattern: string | undefined, byDefault: (text: string) => unknown): boolean {
  // Throwing is dear, and most texts are no dates.
  if ((pattern === undefined || pattern === DATE) && !/^\s*[\d+-]/.test(text)) return false;
  if (pattern === undefined) return byDefault(text) !== undefined;
  try {
    parseLocal(text, pattern);
    return true;
  } catch {
    return false;
  }
}

const NUMBERS = ["integer", "long", "decimal", "double"];

/** The type that holds both. Source: CSVInferSchema.compatibleType. */
function widerType(a: DataType, b: DataType): DataType {
  if (a.kind === "void") return b;
  if (b.kind === "void" || t.sameType(a, b)) return a;
  const [low, high] = NUMBERS.indexOf(a.kind) <= NUMBERS.indexOf(b.kind) ? [a, b] : [b, a];
  if (NUMBERS.includes(low.kind) && NUMBERS.includes(high.kind)) return high.kind === "decimal" ? widerDecimal(low, high) : high;
  return t.stringType;
}

function widerDecimal(low: DataType, high: t.DecimalType): DataType {
  const other = low.kind === "decimal" ? low : t.decimalForIntegral(low);
  return decimalType(Math.max(other.precision, high.precision), 0);
}
