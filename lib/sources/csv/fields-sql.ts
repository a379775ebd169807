import { quoteText, raise } from "../../engine/functions/function.ts";
import type { CsvOptions } from "./options.ts";

/** Stands for a delimiter inside quotes, and for a quote that is where no quoted field begins or ends. */
const DELIMITER_MARK = "chr(31)";
const DIRTY_MARK = "chr(30)";
/** What a field that is quoted and empty reads as, so that it is told from an empty one. */
export const QUOTED_EMPTY = "\u001a";
/** What Java's trim and univocity take for white space, in a regular expression. */
const BLANK = "[\\x00-\\x20]";
/** The same characters but for NUL, which SQL text cannot hold. */
export const BLANKS = String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i + 1));

/**
 * SQL for the fields of `line` as a list of texts, as univocity's parser reads one line with Spark's settings.
 * Three ways, each exact: a line without quotes is cut at its delimiters; one whose quotes stand only around whole fields
 * has the delimiters inside them hidden first; any other goes through a regular expression, five times slower.
 */
export function fieldsSql(options: CsvOptions): string {
  const { quote, escapeWith, trimLeft, trimRight } = options;
  const delimiter = quoteText(options.delimiter);
  const trimmed = (list: string) => (trimLeft || trimRight ? `list_transform(${list}, lambda x: ${trim("x", options)})` : list);
  const plain = trimmed(`string_split(line, ${delimiter})`);
  if (quote === "") return plain;
  const irregular = `list_transform(${tokens(options)}, lambda x: ${decode("x", options)})`;
  const quoted =
    trimLeft || trimRight
      ? irregular
      : `CASE WHEN contains(line, ${quoteText(escapeWith)}) AND ${escapeWith !== quote} OR contains(line, ${DELIMITER_MARK}) OR contains(line, ${DIRTY_MARK})
         OR contains(${hidden(options)}, ${DIRTY_MARK}) THEN ${irregular} ELSE ${shown(options)} END`;
  return `CASE WHEN NOT contains(line, ${quoteText(quote)}) THEN ${plain} ELSE ${quoted} END`;
}

/** The line with delimiters inside quotes hidden; has the dirty mark where a quote does not begin or end a field. */
function hidden({ quote, delimiter }: CsvOptions): string {
  const [q, d] = [quoteText(quote), quoteText(delimiter)];
  const count = `len(string_split(line, ${q}))`;
  const beginsWell = `(i = 1 OR starts_with(x, ${d}) OR i = ${count} AND x = '')`;
  const endsWell = `(i = ${count} OR ends_with(x, ${d}) OR i = 1 AND x = '')`;
  const piece = `CASE WHEN i % 2 = 0 THEN replace(x, ${d}, ${DELIMITER_MARK}) WHEN ${count} % 2 = 1 AND ${beginsWell} AND ${endsWell} THEN x ELSE ${DIRTY_MARK} END`;
  return `array_to_string(list_transform(string_split(line, ${q}), lambda x, i: ${piece}), ${q})`;
}

function shown(options: CsvOptions): string {
  const [q, d] = [quoteText(options.quote), quoteText(options.delimiter)];
  const inner = `replace(substr(x, 2, length(x) - 2), ${DELIMITER_MARK}, ${d})`;
  const field = `CASE WHEN NOT starts_with(x, ${q}) THEN x WHEN x = ${quoteText(options.quote.repeat(2))} THEN ${quoteText(QUOTED_EMPTY)} ELSE ${inner} END`;
  return `list_transform(string_split(${hidden(options)}, ${d}), lambda x: ${field})`;
}

function trim(sql: string, { trimLeft, trimRight }: CsvOptions): string {
  if (trimLeft && trimRight) return `regexp_replace(${sql}, '^${BLANK}+|${BLANK}+$', '', 'g')`;
  return `regexp_replace(${sql}, '${trimLeft ? `^${BLANK}+` : `${BLANK}+$`}', '')`;
}

const asPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** The characters between two quotes. */
function bodyOf({ quote, escapeWith }: CsvOptions): string {
  const [q, e] = [asPattern(quote), asPattern(escapeWith)];
  return escapeWith === "" || escapeWith === quote ? `(?:[^${q}]|${q}${q})*` : `(?:[^${q}${e}]|${e}.)*`;
}

/** Only where a row needs it. */
const severalCharacters = raise("FIRECREST_UNSUPPORTED", {
  feature: "'A delimiter of several characters in a line with quotes inside fields'",
  advice: "'Set the option quote to an empty text if no field is quoted.'",
});

/** Each field with the delimiter behind it. Where fields are not quoted whole, univocity stops at the next delimiter. */
function tokens(options: CsvOptions): string {
  const { quote, escapeWith, delimiter, trimLeft } = options;
  if ([...delimiter].length > 1) return `CAST(${severalCharacters} AS VARCHAR[])`;
  const [q, e, d, body] = [asPattern(quote), asPattern(escapeWith), asPattern(delimiter), bodyOf(options)];
  const blank = trimLeft ? `${BLANK}*` : "";
  // Where quotes are escaped by doubling, a quote behind a quote is never the end of the field.
  const afterQuote = escapeWith === quote ? `[^${q}${d}]` : "";
  const halfEscape = escapeWith === "" || escapeWith === quote ? "" : `${e}?`;
  const pattern = [
    `${blank}${q}${body}${q}${BLANK}*${d}`,
    `${blank}${q}${body}${q}${afterQuote}[^${d}]*${d}`,
    `${blank}${q}${body}${halfEscape}${d}$`,
    `[^${d}]*${d}`,
  ].join("|");
  return `regexp_extract_all(line || ${quoteText(delimiter)}, ${quoteText(`(?s)${pattern}`)})`;
}

/** A token of the irregular way as its field's text. */
function decode(sql: string, options: CsvOptions): string {
  const { quote, escapeWith } = options;
  const [q, e, body] = [asPattern(quote), asPattern(escapeWith), bodyOf(options)];
  const token = `left(${sql}, length(${sql}) - 1)`;
  const start = options.trimLeft ? `ltrim(${token}, ${quoteText(BLANKS)})` : token;
  const unescaped = (text: string) =>
    escapeWith === "" || escapeWith === quote
      ? `replace(${text}, ${quoteText(quote.repeat(2))}, ${quoteText(quote)})`
      : `regexp_replace(${text}, ${quoteText(`${e}([${q}${e}])`)}, '\\1', 'g')`;
  const closed = `regexp_full_match(${start}, ${quoteText(`(?s)${q}${body}${q}${BLANK}*`)})`;
  const inner = `regexp_extract(${start}, ${quoteText(`(?s)^${q}(${body})${q}`)}, 1)`;
  const whole = `regexp_extract(${start}, ${quoteText(`(?s)^${q}${body}${q}`)})`;
  const open = `regexp_full_match(${start}, ${quoteText(`(?s)${q}${body}${escapeWith === "" || escapeWith === quote ? "" : `${e}?`}`)})`;
  return `CASE WHEN NOT starts_with(${start}, ${quoteText(quote)}) THEN ${trimIfAsked(token, options)}
    WHEN ${closed} THEN CASE WHEN ${inner} = '' THEN ${quoteText(QUOTED_EMPTY)} ELSE ${unescaped(inner)} END
    WHEN ${start} = ${quoteText(quote)} THEN ${quoteText(QUOTED_EMPTY)}
    WHEN ${open} THEN ${unescaped(`substr(${start}, 2)`)}
    ELSE ${quoteText(quote)} || ${unescaped(inner)} || ${quoteText(quote)} || substr(${start}, length(${whole}) + 1) END`;
}

const trimIfAsked = (sql: string, options: CsvOptions): string => (options.trimLeft || options.trimRight ? trim(sql, options) : sql);
