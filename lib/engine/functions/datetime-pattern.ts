import { AnalysisError } from "../errors.ts";
import { isSimplePattern } from "./datetime-simple-pattern.ts";
import { quoteText } from "./function.ts";

/**
 * Spark's datetime patterns, read once into items. Formatting and parsing by TypeScript are in datetime-format.ts and
 * datetime-parse.ts; patterns of plain fields become DuckDB's strftime and strptime here.
 * Source: https://spark.apache.org/docs/latest/sql-ref-datetime-pattern.html
 */
export type PatternItem = PatternField | PatternText | PatternOptional;
export interface PatternField {
  readonly kind: "field";
  readonly letter: string;
  readonly count: number;
}
export interface PatternText {
  readonly kind: "text";
  readonly text: string;
}
/** `[...]`: left out of formatting where nothing fits, may be missing in parsing. */
export interface PatternOptional {
  readonly kind: "optional";
  readonly items: readonly PatternItem[];
}
export type PatternUse = "format" | "parse";

/** The longest run of each letter. Beyond it Spark 2 had a meaning and Spark 3 has none. */
const LONGEST: Readonly<Record<string, number>> = {
  G: 4,
  y: 6,
  M: 4,
  L: 4,
  E: 4,
  F: 1,
  d: 2,
  D: 3,
  H: 2,
  h: 2,
  k: 2,
  K: 2,
  m: 2,
  s: 2,
  S: 9,
  a: 1,
  z: 4,
  Z: 5,
  q: 4,
  Q: 4,
  X: 5,
  x: 5,
  O: 4,
  V: 2,
};

const quotedPattern = (pattern: string) => ({ pattern: `'${pattern}'`, docroot: "https://spark.apache.org/docs/latest" });
const invalidPattern = (pattern: string): AnalysisError =>
  new AnalysisError("INVALID_DATETIME_PATTERN.WITH_SUGGESTION", quotedPattern(pattern));

/** A pattern that Spark 2 took is named as one. Source: Spark's DateTimeFormatterHelper.checkLegacyFormatter. */
function patternError(pattern: string, { letter, count }: Pick<PatternField, "letter" | "count">, use: PatternUse): AnalysisError {
  if (isSimplePattern(pattern)) {
    return new AnalysisError("INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION", {
      ...quotedPattern(pattern),
      config: '"spark.sql.legacy.timeParserPolicy"',
    });
  }
  if ("YWwuec".includes(letter)) return new AnalysisError("INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN", { c: letter });
  if ("ABnNp".includes(letter) || (use === "parse" && "EFqQ".includes(letter)))
    return new AnalysisError("INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER", { c: letter, pattern });
  const tooLong = ("GMLEQq".includes(letter) && count >= 5) || (letter === "y" && count >= 7);
  return tooLong
    ? new AnalysisError("INVALID_DATETIME_PATTERN.LENGTH", { pattern: letter.repeat(letter === "y" ? 7 : 5) })
    : invalidPattern(pattern);
}

function checkField({ letter, count }: PatternField, pattern: string, use: PatternUse): void {
  const longest = LONGEST[letter];
  const wrongCount =
    longest === undefined || count > longest || (letter === "V" && count !== 2) || (letter === "O" && count !== 1 && count !== 4);
  if (wrongCount || (use === "parse" && "EFqQ".includes(letter))) throw patternError(pattern, { letter, count }, use);
}

const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|\[|\]|[^A-Za-z'[\]]+/gy;
/** Distinct patterns a process keeps; a plan has a handful. */
const CACHE_LIMIT = 500;
const cache = new Map<string, readonly PatternItem[]>();

/** The items of a pattern. Throws AnalysisError with Spark's condition for one that Spark rejects. */
export function parsePattern(pattern: string, use: PatternUse, local?: boolean): readonly PatternItem[] {
  const key = `${use} ${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  if (cache.size >= CACHE_LIMIT) cache.clear();
  const items = local ? readLocal(pattern, use) : readItems(pattern, use);
  cache.set(key, items);
  return items;
}

/** For TIMESTAMP_NTZ Spark says of any pattern that it does not take the same. */
function readLocal(pattern: string, use: PatternUse): readonly PatternItem[] {
  try {
    return readItems(pattern, use);
  } catch {
    throw invalidPattern(pattern);
  }
}

function readItems(pattern: string, use: PatternUse): readonly PatternItem[] {
  const stack: PatternItem[][] = [[]];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let match = TOKEN.exec(pattern); match; match = TOKEN.exec(pattern)) {
    end = TOKEN.lastIndex;
    const [token, quoted, letter] = match;
    const top = stack.at(-1)!;
    if (quoted !== undefined) top.push({ kind: "text", text: quoted === "" ? "'" : quoted.replaceAll("''", "'") });
    else if (letter !== undefined) {
      const field: PatternField = { kind: "field", letter, count: token.length };
      checkField(field, pattern, use);
      top.push(field);
    } else if (token === "[") stack.push([]);
    else if (token === "]" && stack.length > 1) {
      const items = stack.pop()!;
      stack.at(-1)!.push({ kind: "optional", items });
    } else if (token === "]" || /[{}#]/.test(token)) throw patternError(pattern, { letter: "#", count: 1 }, use);
    else top.push({ kind: "text", text: token });
  }
  if (end !== pattern.length) throw patternError(pattern, { letter: "#", count: 1 }, use);
  while (stack.length > 1) {
    const items = stack.pop()!;
    stack.at(-1)!.push({ kind: "optional", items });
  }
  return stack[0]!;
}

const STRFTIME: Readonly<Record<string, string>> = {
  yyyy: "%Y",
  yy: "%y",
  MM: "%m",
  M: "%-m",
  MMM: "%b",
  MMMM: "%B",
  dd: "%d",
  d: "%-d",
  DDD: "%j",
  HH: "%H",
  H: "%-H",
  hh: "%I",
  h: "%-I",
  mm: "%M",
  ss: "%S",
  SSS: "%g",
  SSSSSS: "%f",
  a: "%p",
  E: "%a",
  EE: "%a",
  EEE: "%a",
  EEEE: "%A",
};

/** strftime of a TIMESTAMP, or undefined where the pattern needs more than DuckDB has. */
export function strftimeSql(local: string, pattern: string): string | undefined {
  const format = translate(pattern, "format", STRFTIME);
  return format === undefined || format === "" ? undefined : `strftime(${local}, ${quoteText(format)})`;
}

const STRPTIME: Readonly<Record<string, string>> = { yyyy: "%Y", MM: "%m", dd: "%d", HH: "%H", mm: "%M", ss: "%S" };
const DIGITS: Readonly<Record<string, string>> = {
  yyyy: "[0-9]{4}",
  MM: "[0-9]{2}",
  dd: "[0-9]{2}",
  HH: "[0-9]{2}",
  mm: "[0-9]{2}",
  ss: "[0-9]{2}",
};

/** A TIMESTAMP of text, NULL where it does not fit; undefined where the pattern needs more than DuckDB has. strptime is laxer than Java: a regular expression goes before it. */
export function strptimeSql(text: string, pattern: string): string | undefined {
  const format = translate(pattern, "parse", STRPTIME);
  const shape = translate(pattern, "parse", DIGITS, (literal) => literal.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&"));
  if (
    format === undefined ||
    shape === undefined ||
    !format.includes("%Y") ||
    new Set(format.match(/%./g)).size !== format.match(/%./g)!.length
  )
    return undefined;
  return `(CASE WHEN regexp_full_match(${text}, ${quoteText(shape)}) THEN try_strptime(${text}, ${quoteText(format)}) ELSE firecrest_parse_local(${text}, ${quoteText(pattern)}) END)`;
}

function translate(
  pattern: string,
  use: PatternUse,
  fields: Readonly<Record<string, string>>,
  literal = (text: string) => text.replaceAll("%", "%%"),
): string | undefined {
  let result = "";
  for (const item of parsePattern(pattern, use)) {
    const part = item.kind === "text" ? literal(item.text) : item.kind === "field" ? fields[item.letter.repeat(item.count)] : undefined;
    if (part === undefined) return undefined;
    result += part;
  }
  return result;
}
