import { AnalysisError } from "../../engine/errors.ts";
import { quoteText } from "../../engine/functions/function.ts";
import type { Read, Scan, ScanFile } from "../../engine/logical/plan.ts";
import type { Opened, Source, SourceIo, Split, TaskIo } from "../../engine/ports/source.ts";
import { isStringLike, type StructField, stringType, structField } from "../../engine/types/data-type.ts";
import { emptySelect } from "../empty-select.ts";
import type { ReadPart } from "../lines/line-ends.ts";
import { showLineEnds } from "../lines/marks.ts";
import { type LineFormat, type LineGroup, openLines } from "../lines/open.ts";
import { contentsOf, linesOf, sampler } from "../lines/sample.ts";
import { splitLines } from "../lines/split.ts";
import { Options } from "../options.ts";
import { partitionValueSql } from "../partition-sql.ts";
import { corruptAttribute, corruptColumnOf, marksRecords, type RecordColumn, recordModeOf, selectRecords } from "../record-mode.ts";
import { resolveFiles } from "../resolve-files.ts";
import { commonCast, textValue, textValueOptions } from "../text-value.ts";
import { allowsFastFields, fastField, fastFieldsFrom, needsExactFields } from "./fast-fields.ts";
import { BLANKS, fieldsFrom, quotedEmpty } from "./fields-sql.ts";
import { CsvInference, columnNames } from "./infer.ts";
import { type CsvOptions, csvOptions } from "./options.ts";
import { type CsvField, parseLine } from "./parse-line.ts";
import { needsRewrite, recordsOf, rewriteCsv } from "./records.ts";
import { surveyCsv } from "./survey.ts";

/** Comma-separated values. https://spark.apache.org/docs/latest/sql-data-sources-csv.html */
export const csvSource: Source = {
  format: "csv",
  resolve: (read, io) => resolveFiles(read, io, (files) => inferFields(read, files, io)),
  split: (scan, targetBytes) => splitLines(scan, targetBytes, !needsRewrite(csvOptions(new Options(scan.options)))),
  open: openCsv,
};

async function inferFields(read: Read, files: readonly ScanFile[], io: SourceIo): Promise<StructField[]> {
  const options = new Options(read.options);
  const csv = csvOptions(options);
  const infer = options.boolean("inferSchema", false);
  const chosen = sampler(Number(options.text("samplingRatio") ?? 1));
  let inference: CsvInference | undefined;
  let header: string | undefined;
  for await (const { line, top } of recordLines(files, csv, io)) {
    const fields = parseLine(line, csv);
    if (!inference) {
      if (fields.length > csv.maxColumns)
        throw new AnalysisError("FIRECREST_UNSUPPORTED", {
          feature: `A line of ${fields.length} columns`,
          advice: "Raise the option maxColumns.",
        });
      const names = columnNames(fields, csv, io.session.caseSensitive);
      header = line;
      if (!infer) return names.map((name) => structField(name, stringType));
      inference = new CsvInference(names, inferenceOptions(options, csv));
      if (csv.header) continue;
    }
    // Each file has a header of its own.
    if (csv.header && top && line === header) continue;
    if (chosen()) inference.add(fields);
  }
  if (!inference) throw new AnalysisError("UNABLE_TO_INFER_SCHEMA", { format: "CSV" });
  return inference.fields();
}

function inferenceOptions(options: Options, csv: CsvOptions) {
  const [dateFormat, timestampFormat] = [options.text("dateFormat"), options.text("timestampFormat")];
  return {
    nullValue: csv.nullValue,
    special: [options.text("nanValue") ?? "NaN", options.text("positiveInf") ?? "Inf", options.text("negativeInf") ?? "-Inf"],
    preferDate: options.boolean("preferDate", true),
    ...(dateFormat === undefined ? {} : { dateFormat }),
    ...(timestampFormat === undefined ? {} : { timestampFormat }),
  };
}

/** Records that are neither blank nor comments; `top` for the first of each file. */
async function* recordLines(files: readonly ScanFile[], csv: CsvOptions, io: SourceIo): AsyncGenerator<{ line: string; top: boolean }> {
  for (const file of files) {
    let top = true;
    const records = needsRewrite(csv) ? wholeRecords(file, csv, io) : linesOf([file], io.store);
    for await (const line of records) {
      if (isSkipped(line, csv)) continue;
      yield { line, top };
      top = false;
    }
  }
}

async function* wholeRecords(file: ScanFile, csv: CsvOptions, io: SourceIo): AsyncGenerator<string> {
  for await (const { bytes } of contentsOf([file], io.store)) yield* recordsOf(new TextDecoder(csv.encoding).decode(bytes), csv);
}

/** Blank for Java: JavaScript trims other characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that Java's trim cuts
const JAVA_BLANK = /^[\u0000-\u0020]*$/;

const isSkipped = (line: string, { comment }: CsvOptions): boolean => JAVA_BLANK.test(line) || (comment !== "" && line.startsWith(comment));

async function openCsv(scan: Scan, splits: readonly Split[], io: TaskIo): Promise<Opened> {
  const options = new Options(scan.options);
  const csv = csvOptions(options);
  const format: LineFormat = {
    ...(needsRewrite(csv) ? { rewrite: (content: Uint8Array) => rewriteCsv(content, csv) } : {}),
    ...(csv.header ? { linesToSkip: (head: Uint8Array, file: ScanFile) => headerLines(head, file, scan, csv) } : {}),
    ...(allowsFast(scan, options, csv) ? { survey: (size: number, read: ReadPart) => surveyCsv(size, read, csv) } : {}),
  };
  const { groups, ...opened } = await openLines(scan, splits, format, io);
  const selects = groups.map((group) => selectGroup(scan, group, options, csv, io));
  return { ...opened, sql: selects.join("\nUNION ALL ") || emptySelect(scan.output), needsExact: needsExactFields };
}

/** Whether DuckDB's own reader may cut clean lines: not where malformed records are told, and not for lines of one field, which it reads as blank. */
const allowsFast = (scan: Scan, options: Options, csv: CsvOptions): boolean =>
  allowsFastFields(csv) && !marksRecords(recordModeOf(options), corruptAttribute(scan, options)) && dataFieldsOf(scan, options).length > 1;

/** Line ends up to the header, with it: lines before it are blank or comments. */
function headerLines(head: Uint8Array, file: ScanFile, scan: Scan, csv: CsvOptions): number {
  const lines = new TextDecoder("utf-8").decode(head).split(/\n|\r/);
  const header = lines.findIndex((line) => !isSkipped(line, csv));
  if (header < 0) return lines.length;
  if (!csv.enforceSchema) checkHeader(parseLine(lines[header]!, csv), file, scan, csv);
  return header + 1;
}

function checkHeader(header: readonly CsvField[], file: ScanFile, scan: Scan, csv: CsvOptions): void {
  const corrupt = corruptColumnOf(new Options(scan.options)).toLowerCase();
  const names = scan.dataSchema.fields.map(({ name }) => name).filter((name) => name.toLowerCase() !== corrupt);
  const found = columnNames(header, csv, false);
  if (names.length === found.length && names.every((name, i) => name.toLowerCase() === found[i]!.toLowerCase())) return;
  throw new AnalysisError("FIRECREST_CSV_HEADER_MISMATCH", { path: file.key, header: found.join(", "), schema: names.join(", ") });
}

/** The columns that are fields of a line. */
const dataFieldsOf = (scan: Scan, options: Options): readonly StructField[] =>
  scan.dataSchema.fields.filter(({ name }) => name.toLowerCase() !== corruptColumnOf(options).toLowerCase());

function selectGroup(scan: Scan, group: LineGroup, options: Options, csv: CsvOptions, io: TaskIo): string {
  const corrupt = corruptAttribute(scan, options);
  const partitioned = new Set(scan.partitionColumns);
  const dataFields = dataFieldsOf(scan, options);
  const position = new Map(dataFields.map(({ name }, i) => [name, i + 1]));
  const wanted = scan.output.filter(({ name, id }) => !partitioned.has(name) && id !== corrupt?.id);
  // Where no field is wanted, lines are fast to count; and DuckDB has its own way to count empty lines before a header.
  const survey = wanted.length > 0 && group.skip <= 1 ? group.survey : undefined;
  const values = textValueOptions(options, io.session);
  const columns: RecordColumn[] = [
    ...scan.output
      .filter(({ name }) => partitioned.has(name))
      .map((attribute) => ({ attribute, raw: partitionValueSql(attribute, group.files) })),
    ...wanted.map((attribute): RecordColumn => {
      const at = position.get(attribute.name)!;
      const raw = survey ? fastField(at, csv) : nullable(`fields[${at}]`, csv);
      if (isStringLike(attribute.type)) return { attribute, raw: needsRewrite(csv) ? showLineEnds(raw) : raw };
      return {
        attribute,
        raw,
        cast: (text) => commonCast(text, attribute.type),
        value: (text, cast) => textValue(text, attribute.type, values, cast),
      };
    }),
  ];
  if (survey) {
    const from = fastFieldsFrom(group, survey, dataFields.length, csv);
    return selectRecords(scan, { from, columns, text: "line" }, "PERMISSIVE", undefined);
  }
  // As in Spark, a record's length counts only where all its columns are read.
  const pruned = wanted.length < dataFields.length;
  const isComment = csv.comment === "" ? "" : ` AND NOT starts_with(line, ${quoteText(csv.comment)})`;
  // Most lines begin with something that is not blank: those are not trimmed to see whether they are.
  const lines = `(SELECT line, file_index FROM ${group.reader} WHERE (line >= '!' OR trim(line, ${quoteText(BLANKS)}) <> '')${isComment})`;
  const from = wanted.length > 0 || !pruned ? fieldsFrom(lines, csv) : lines;
  const malformed = pruned ? {} : { malformed: `len(fields) <> ${dataFields.length}` };
  return selectRecords(
    scan,
    { from, columns, files: group.files, ...malformed, text: needsRewrite(csv) ? showLineEnds("line") : "line" },
    recordModeOf(options),
    corrupt,
  );
}

/** A field's text, NULL where it stands for NULL. Source: UnivocityParser.nullSafeDatum. */
function nullable(field: string, csv: CsvOptions): string {
  const { nullValue, emptyValue } = csv;
  if (nullValue === "" && emptyValue === "") return `nullif(${field}, '')`;
  const empty = emptyValue === nullValue ? "NULL" : quoteText(emptyValue);
  const isNull = [...new Set(["", nullValue])].map((text) => `WHEN ${quoteText(text)} THEN NULL`).join(" ");
  return `CASE ${field} ${isNull} WHEN ${quoteText(quotedEmpty(csv))} THEN ${empty} ELSE ${field} END`;
}
