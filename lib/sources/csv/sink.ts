import { quoteName, quoteText } from "../../engine/functions/function.ts";
import type { Sink } from "../../engine/ports/source.ts";
import { type DataType, isAtomic, isStringLike } from "../../engine/types/data-type.ts";
import { checkFileWrite, dataColumns } from "../check-write.ts";
import { lineCodec, writeLines } from "../line-sink.ts";
import { Options } from "../options.ts";
import { type TimeFormats, timeFormats } from "../time-formats.ts";
import { valueText } from "../value-text.ts";
import { asPattern, BLANKS } from "./fields-sql.ts";
import { type CsvOptions, csvOptions } from "./options.ts";

/** How Spark writes CSV, where reading has other defaults. */
interface CsvWriting extends CsvOptions {
  readonly quoteAll: boolean;
  readonly escapeQuotes: boolean;
  readonly text: TimeFormats;
}

/** Comma-separated values as univocity's writer has them with Spark's settings. */
export const csvSink: Sink = {
  format: "csv",
  check(write, columns) {
    const options = new Options(write.options);
    lineCodec(options);
    csvOptions(options);
    new Options(write.options).refuse("extension", "csv");
    checkFileWrite(columns, write.partitionBy, "CSV", isSupported);
  },
  write(select, write, columns, stem, io) {
    const options = new Options(write.options);
    const csv: CsvWriting = {
      ...csvOptions(options),
      emptyValue: options.text("emptyValue") ?? '""',
      trimLeft: options.boolean("ignoreLeadingWhiteSpace", true),
      trimRight: options.boolean("ignoreTrailingWhiteSpace", true),
      quoteAll: options.boolean("quoteAll", false),
      escapeQuotes: options.boolean("escapeQuotes", true),
      text: timeFormats(options, io.session),
    };
    const data = dataColumns(columns, write.partitionBy);
    const fields = data.map(({ name, type }) => fieldText(quoteName(name), type, csv));
    const line = fields.join(` || ${quoteText(csv.delimiter)} || `);
    const header = csv.header ? { header: data.map(({ name }) => headerText(name, csv)).join(csv.delimiter) } : {};
    return writeLines(select, write, columns, stem, { line, ...header, extension: ".csv" }, io);
  },
};

const isSupported = (type: DataType): boolean => isAtomic(type) && type.kind !== "binary" && type.kind !== "interval";

function fieldText(sql: string, type: DataType, csv: CsvWriting): string {
  const text = valueText(sql, type, csv.text);
  const quoteEach = csv.quoteAll && csv.quote !== "";
  const isNull = `WHEN ${sql} IS NULL THEN ${quoteText(quoteEach ? wrapped(csv.nullValue, csv) : csv.nullValue)}`;
  if (!isStringLike(type)) return `CASE ${isNull} ELSE ${quoteEach ? quotedSql(text, csv) : text} END`;
  const trimmed = csv.trimLeft
    ? csv.trimRight
      ? `trim(${text}, ${quoteText(BLANKS)})`
      : `ltrim(${text}, ${quoteText(BLANKS)})`
    : csv.trimRight
      ? `rtrim(${text}, ${quoteText(BLANKS)})`
      : text;
  const empty = `WHEN ${text} = '' THEN ${quoteText(csv.emptyValue)}`;
  if (csv.quote === "") return `CASE ${isNull} ${empty} ELSE ${trimmed} END`;
  const triggers = [csv.delimiter, "\n", "\r", ...(csv.escapeQuotes ? [csv.quote] : [])];
  const needsQuotes = [
    ...triggers.map((trigger) => `contains(${trimmed}, ${quoteText(trigger)})`),
    `starts_with(${trimmed}, ${quoteText(csv.quote)})`,
    ...(csv.comment === "" ? [] : [`starts_with(${trimmed}, ${quoteText(csv.comment)})`]),
  ].join(" OR ");
  const quoted = quotedSql(trimmed, csv);
  if (quoteEach) return `CASE ${isNull} ${empty} ELSE ${quoted} END`;
  // Nearly all texts are neither trimmed nor quoted; one look tells.
  const special = `${asPattern(csv.delimiter + csv.quote + csv.comment)}\\n\\r`;
  const clean = `regexp_full_match(${text}, ${quoteText(`[^\\x00-\\x20${special}]([^${special}]*[^\\x00-\\x20${special}])?`)})`;
  return `CASE ${isNull} WHEN ${clean} THEN ${text} ${empty} WHEN ${needsQuotes} THEN ${quoted} ELSE ${trimmed} END`;
}

/** Inside quotes the escape character stands before quotes and before itself. */
function quotedSql(sql: string, { quote, escapeWith }: CsvWriting): string {
  const [q, e] = [quoteText(quote), quoteText(escapeWith)];
  const escapes = escapeWith === quote || escapeWith === "" ? sql : `replace(${sql}, ${e}, ${quoteText(escapeWith.repeat(2))})`;
  return `${q} || replace(${escapes}, ${q}, ${quoteText((escapeWith || quote) + quote)}) || ${q}`;
}

function wrapped(text: string, { quote, escapeWith }: CsvWriting): string {
  const escapes = escapeWith === quote || escapeWith === "" ? text : text.replaceAll(escapeWith, escapeWith.repeat(2));
  return quote + escapes.replaceAll(quote, (escapeWith || quote) + quote) + quote;
}

function headerText(name: string, csv: CsvWriting): string {
  const special = [csv.delimiter, csv.quote, "\n", "\r"].some((c) => c !== "" && name.includes(c));
  return csv.quote !== "" && (special || csv.quoteAll) ? wrapped(name, csv) : name;
}
