import { makeData, RecordBatch, RecordBatchStreamWriter, Struct } from "apache-arrow";
import { AnalysisError, ExecutionError } from "../../engine/errors.ts";
import type { Attribute } from "../../engine/expressions/expression.ts";
import { quoteName, quoteText } from "../../engine/functions/function.ts";
import { XmlSyntaxError } from "../../engine/functions/xml/document.ts";
import { readXmlRow, type XmlReading } from "../../engine/functions/xml/read-xml.ts";
import { mergedXmlTypes, settledXmlType, xmlRowType } from "../../engine/functions/xml/schema-of-xml.ts";
import { fieldName } from "../../engine/functions/xml/xml-options.ts";
import { arrowToParquet } from "../../engine/kernel/arrow-in.ts";
import { columnName } from "../../engine/kernel/names.ts";
import { sqlTypeOf } from "../../engine/kernel/sql-type.ts";
import type { Read, Scan, ScanFile } from "../../engine/logical/plan.ts";
import type { Opened, Source, SourceIo, Split, TaskIo } from "../../engine/ports/source.ts";
import { arrowSchemaOf } from "../../engine/types/arrow.ts";
import { valuesToArrowData } from "../../engine/types/arrow-writer.ts";
import { type DataType, type StructField, stringType, structField, structType } from "../../engine/types/data-type.ts";
import type { Value } from "../../engine/types/values.ts";
import { emptySelect, NO_COLUMNS } from "../empty-select.ts";
import { codecOf, decompress } from "../lines/codec.ts";
import { contentsOf, sampler } from "../lines/sample.ts";
import { splitLines } from "../lines/split.ts";
import { Options } from "../options.ts";
import { partitionValueSql } from "../partition-sql.ts";
import { fileErrorFor, missingFileError } from "../read-errors.ts";
import { corruptAttribute, type RecordMode, recordModeOf } from "../record-mode.ts";
import { resolveFiles } from "../resolve-files.ts";
import { scratchName } from "../scratch-name.ts";
import { type XmlFileOptions, xmlFileOptions } from "./options.ts";
import { type XmlRecords, xmlRecords } from "./records.ts";

/** A file and its rows are in memory at once. */
const MAX_FILE = 256 << 20;
const BATCH_ROWS = 16_384;

/** XML, a row an element `rowTag`. https://spark.apache.org/docs/latest/sql-data-sources-xml.html */
export const xmlSource: Source = {
  format: "xml",
  resolve: (read, io) => {
    xmlFileOptions(read.options, new Options(read.options));
    return resolveFiles(read, io, (files) => inferFields(read, files, io));
  },
  split: (scan, targetBytes) => splitLines(scan, targetBytes, false),
  open: openXml,
};

async function inferFields(read: Read, files: readonly ScanFile[], io: SourceIo): Promise<readonly StructField[]> {
  const options = new Options(read.options);
  const xml = xmlFileOptions(read.options, options);
  const mode = recordModeOf(options);
  const chosen = sampler(Number(options.text("samplingRatio") ?? 1));
  const corrupt = structType([structField(xml.corruptRecord, stringType)]);
  let type: DataType = structType([]);
  const add = (found: DataType | undefined) => {
    if (!found && mode === "FAILFAST")
      throw new AnalysisError("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", { badRecord: "", failFastMode: "FAILFAST" });
    if (found || mode === "PERMISSIVE") type = mergedXmlTypes(type, found ?? corrupt, xml);
  };
  for await (const { bytes } of contentsOf(files, io.store)) {
    const { records, broken } = recordsOf(textOf(bytes, xml), xml);
    for (const record of records) if (chosen()) add(xmlRowType(record, xml));
    if (broken) add(undefined);
  }
  const settled = settledXmlType(type);
  return settled?.kind === "struct" ? settled.fields : [];
}

const recordsOf = (text: string, xml: XmlFileOptions): XmlRecords => xmlRecords(text, (name) => fieldName(name, xml) === xml.rowTag);

function textOf(bytes: Uint8Array, { encoding }: XmlFileOptions): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch (cause) {
    throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `XML in ${encoding}`, advice: "Encode the files in UTF-8." }, { cause });
  }
}

async function openXml(scan: Scan, splits: readonly Split[], io: TaskIo): Promise<Opened> {
  const options = new Options(scan.options);
  const ignoreMissing = options.boolean("ignoreMissingFiles", false);
  const selects: string[] = [];
  const opened: { readonly key: string; readonly path: string }[] = [];
  let bytesRead = 0;
  for (const split of splits) {
    const file = scan.files[split.file]!;
    const name = scratchName(file.key, `xml${selects.length}`);
    try {
      await io.scratch.write(name, 0, await arrowToParquet(await rowsOf(file, scan, options, io)));
    } catch (thrown) {
      const error = missingFileError(thrown, file.key);
      if (ignoreMissing && error !== thrown) continue;
      throw error;
    }
    bytesRead += file.size;
    opened.push({ key: file.key, path: io.scratch.path(name) });
    selects.push(selectOf(scan, file, io.scratch.path(name)));
  }
  return {
    sql: selects.join("\nUNION ALL ") || emptySelect(scan.output),
    bytesRead,
    requests: splits.length,
    fileError: fileErrorFor(opened),
  };
}

function selectOf(scan: Scan, file: ScanFile, path: string): string {
  const read = readColumns(scan);
  const list = scan.output.map((a) => {
    const at = read.indexOf(a);
    const value = at < 0 ? partitionValueSql(a, [file]) : `CAST(${quoteName(`c${at}`)} AS ${sqlTypeOf(a.type)})`;
    return `${value} AS ${columnName(a)}`;
  });
  return `SELECT ${list.join(", ") || NO_COLUMNS} FROM read_parquet(${quoteText(path)})`;
}

/** The columns that come from elements, and the one of malformed records. */
const readColumns = (scan: Scan): readonly Attribute[] => scan.output.filter(({ name }) => !scan.partitionColumns.includes(name));

/** A file's rows as an Arrow stream, of a column at least. */
async function rowsOf(file: ScanFile, scan: Scan, options: Options, io: TaskIo): Promise<Uint8Array> {
  if (file.size > MAX_FILE)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `An XML file of more than ${MAX_FILE >> 20} MB (${file.key})`,
      advice: "Split it into smaller files.",
    });
  const xml = xmlFileOptions(scan.options, options);
  const timeZone = options.text("timeZone") ?? io.session.timeZone;
  const content = textOf(decompress(codecOf(file.key), await io.store.get(file.key), MAX_FILE * 2), xml);
  const columns = readColumns(scan);
  const rows = rowValues(content, columns, corruptAttribute(scan, options), recordModeOf(options), file, xml, {
    ...io.session,
    timeZone,
    options: xml,
  });
  const schema = structType(columns.length > 0 ? columns.map((a) => structField(a.name, a.type)) : [structField("row", stringType)]);
  const arrowSchema = arrowSchemaOf(schema, timeZone);
  const batches: RecordBatch[] = [];
  for (let start = 0; start === 0 || start < rows.length; start += BATCH_ROWS) {
    const some = rows.slice(start, start + BATCH_ROWS);
    const children = schema.fields.map(({ dataType }, i) =>
      valuesToArrowData(
        some.map((row) => row[i] ?? null),
        dataType,
        timeZone,
      ),
    );
    const data = makeData({ type: new Struct(arrowSchema.fields), length: some.length, nullCount: 0, children });
    batches.push(new RecordBatch(arrowSchema, data));
  }
  return RecordBatchStreamWriter.writeAll(batches).toUint8Array(true);
}

/** The values of each row, by column. A malformed row shows the whole file, as Spark's does; what is no XML is the last row. */
function rowValues(
  content: string,
  columns: readonly Attribute[],
  corrupt: Attribute | undefined,
  mode: RecordMode,
  file: ScanFile,
  xml: XmlFileOptions,
  reading: XmlReading,
): readonly (readonly Value[])[] {
  const parsed = columns.filter((a) => a !== corrupt);
  const type = structType(parsed.map((a) => structField(a.name, a.type)));
  const rows: Value[][] = [];
  const add = (row: Readonly<Record<string, Value>>, malformed: boolean) => {
    if (malformed && mode === "FAILFAST") throw new ExecutionError("FAILED_READ_FILE.NO_HINT", { path: file.key });
    if (malformed && mode === "DROPMALFORMED") return;
    rows.push(columns.map((a) => (a === corrupt ? (malformed ? content : null) : (row[a.name] ?? null))));
  };
  const { records, broken } = recordsOf(content, xml);
  for (const record of records) {
    try {
      const { row, malformed } = readXmlRow(record, type, reading);
      add(row, malformed);
    } catch (cause) {
      if (!(cause instanceof XmlSyntaxError)) throw cause;
      add({}, true);
      return rows;
    }
  }
  if (broken) add({}, true);
  return rows;
}
