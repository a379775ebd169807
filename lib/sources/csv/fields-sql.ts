import { quoteText, raise } from "../../engine/functions/function.ts";
import type { CsvOptions } from "./options.ts";

/** Stands for a delimiter inside quotes, and for a quote that is where no quoted field begins or ends. */
const DELIMITER_MARK = "chr(31)";
const DIRTY_MARK = "chr(30)";
/** What a field that is quoted and empty reads as, where it is told from an empty one. */
const QUOTED_EMPTY = "\u001a";
export const quotedEmpty = ({ nullValue, emptyValue }: CsvOptions): string => (nullValue === "" && emptyValue === "" ? "" : QUOTED_EMPTY);
/** What Java's trim and univocity take for white space, in a regular expression. */
const BLANK = "[\\x00-\\x20]";
/** The same characters but for NUL, which SQL text cannot hold. */
export const BLANKS = String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i + 1));

/**
 * A FROM clause that gives `line`, `file_index` and the line's `fields` as a list of texts, as univocity's parser reads one
 * line with Spark's settings. Three ways, each exact: a line without quotes is cut at its delimiters; one whose quotes stand
 * only around whole fields has the delimiters inside them hidden first; any other goes through a regular expression.
 */
export function fieldsFrom(lines: string, options: CsvOptions): string {
  const { quote, trimLeft, trimRight } = options;
  const trims = trimLeft || trimRight;
  const [q, d] = [quoteText(quote), quoteText(options.delimiter)];
  const split = `string_split(line, ${d})`;
  const plain = trims ? `list_transform(${split}, lambda x: ${trim("x", options)})` : split;
  if (quote === "") return `(SELECT line, file_index, ${plain} AS fields FROM ${lines})`;
  const irregular = `list_transform(${tokens(options)}, lambda x: ${decode("x", options)})`;
  if (trims) return `(SELECT line, file_index, CASE WHEN contains(line, ${q}) THEN ${irregular} ELSE ${plain} END AS fields FROM ${lines})`;
  const pieces = `(SELECT line, file_index, CASE WHEN ${isRegular(options)} THEN string_split(line, ${q}) END AS pieces FROM ${lines})`;
  const counted = `(SELECT line, file_index, pieces, len(pieces) AS n FROM ${pieces})`;
  const hidden = `(SELECT line, file_index, array_to_string(list_transform(pieces, lambda x, i: ${hiddenPiece(options)}), ${q}) AS hidden FROM ${counted})`;
  return `(SELECT line, file_index, CASE WHEN NOT contains(line, ${q}) THEN ${plain}
    WHEN hidden IS NULL OR contains(hidden, ${DIRTY_MARK}) THEN ${irregular} ELSE ${shown(options)} END AS fields FROM ${hidden})`;
}

/** The line has quotes, and nothing that the second way could mistake. */
function isRegular({ quote, escapeWith }: CsvOptions): string {
  const escapes = escapeWith === "" || escapeWith === quote ? "" : ` AND NOT contains(line, ${quoteText(escapeWith)})`;
  return `contains(line, ${quoteText(quote)})${escapes} AND NOT contains(line, ${DELIMITER_MARK}) AND NOT contains(line, ${DIRTY_MARK})`;
}

/** Piece i of n between quotes: inside them delimiters are hidden; outside, the dirty mark where a quote does not begin or end a field. */
function hiddenPiece({ delimiter }: CsvOptions): string {
  const d = quoteText(delimiter);
  const beginsWell = `(i = 1 OR starts_with(x, ${d}) OR i = n AND x = '')`;
  const endsWell = `(i = n OR ends_with(x, ${d}) OR i = 1 AND x = '')`;
  return `CASE WHEN i % 2 = 0 THEN replace(x, ${d}, ${DELIMITER_MARK}) WHEN n % 2 = 1 AND ${beginsWell} AND ${endsWell} THEN x ELSE ${DIRTY_MARK} END`;
}

/** The fields of `hidden`. */
function shown(options: CsvOptions): string {
  const { quote, delimiter } = options;
  const [q, d] = [quoteText(quote), quoteText(delimiter)];
  const inner = `replace(substr(x, 2, length(x) - 2), ${DELIMITER_MARK}, ${d})`;
  const field = `CASE WHEN NOT starts_with(x, ${q}) THEN x WHEN x = ${quoteText(quote.repeat(2))} THEN ${quoteText(quotedEmpty(options))} ELSE ${inner} END`;
  return `list_transform(string_split(hidden, ${d}), lambda x: ${field})`;
}

function trim(sql: string, { trimLeft, trimRight }: CsvOptions): string {
  if (trimLeft && trimRight) return `regexp_replace(${sql}, '^${BLANK}+|${BLANK}+$', '', 'g')`;
  return `regexp_replace(${sql}, '${trimLeft ? `^${BLANK}+` : `${BLANK}+$`}', '')`;
}

/** A text as a regular expression, also inside brackets. */
export const asPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

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
    WHEN ${closed} THEN CASE WHEN ${inner} = '' THEN ${quoteText(quotedEmpty(options))} ELSE ${unescaped(inner)} END
    WHEN ${start} = ${quoteText(quote)} THEN ${quoteText(quotedEmpty(options))}
    WHEN ${open} THEN ${unescaped(`substr(${start}, 2)`)}
    ELSE ${quoteText(quote)} || ${unescaped(inner)} || ${quoteText(quote)} || substr(${start}, length(${whole}) + 1) END`;
}

const trimIfAsked = (sql: string, options: CsvOptions): string => (options.trimLeft || options.trimRight ? trim(sql, options) : sql);
