import { AnalysisError } from "../../engine/errors.ts";
import { quoteName, raise } from "../../engine/functions/function.ts";
import { isObject, type Json, JsonSyntaxError, parseJson } from "../../engine/functions/json-text.ts";
import type { Read, Scan, ScanFile } from "../../engine/logical/plan.ts";
import type { Opened, Source, SourceIo, Split, TaskIo } from "../../engine/ports/source.ts";
import { type DataType, isStringLike, type StructField, stringType, structField, voidType } from "../../engine/types/data-type.ts";
import { emptySelect } from "../empty-select.ts";
import { showLineEnds } from "../lines/marks.ts";
import { type LineFormat, type LineGroup, openLines } from "../lines/open.ts";
import { contentsOf, linesOf, sampler } from "../lines/sample.ts";
import { splitLines } from "../lines/split.ts";
import { Options } from "../options.ts";
import { partitionValueSql } from "../partition-sql.ts";
import { corruptAttribute, corruptColumnOf, marksRecords, type RecordColumn, recordModeOf, selectRecords } from "../record-mode.ts";
import { resolveFiles } from "../resolve-files.ts";
import { textValueOptions } from "../text-value.ts";
import { allowsFastRecords, fastRecordsFrom, needsExactRecords, surveyJson } from "./fast-records.ts";
import { settledType, typeOfJson, widerJsonType } from "./infer.ts";
import { type JsonOptions, jsonOptions } from "./options.ts";
import { jsonRecords, needsRewrite, rewriteJson } from "./rewrite.ts";
import { commonText, jsonValue, structureOf } from "./value-sql.ts";

/** JSON, an object a line or a value a file. https://spark.apache.org/docs/latest/sql-data-sources-json.html */
export const jsonSource: Source = {
  format: "json",
  resolve: (read, io) => resolveFiles(read, io, (files) => inferFields(read, files, io)),
  split: (scan, targetBytes) => splitLines(scan, targetBytes, !needsRewrite(jsonOptions(new Options(scan.options)))),
  open: openJson,
};

async function inferFields(read: Read, files: readonly ScanFile[], io: SourceIo): Promise<readonly StructField[]> {
  const options = new Options(read.options);
  const json = jsonOptions(options);
  const mode = recordModeOf(options);
  const chosen = sampler(Number(options.text("samplingRatio") ?? 1));
  let type: DataType = voidType;
  let malformed = false;
  for await (const record of recordsOf(files, json, io)) {
    if (record.trim() === "" || !chosen()) continue;
    const parsed = objectsIn(record);
    if (parsed) for (const object of parsed) type = widerJsonType(type, typeOfJson(object, json));
    else if (mode === "FAILFAST")
      throw new AnalysisError("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", { badRecord: record, failFastMode: "FAILFAST" });
    else malformed = true;
  }
  const settled = settledType(type, json);
  const fields = settled?.kind === "struct" ? settled.fields : [];
  if (malformed && mode === "PERMISSIVE") return [structField(corruptColumnOf(options), stringType), ...fields];
  if (fields.length === 0) throw new AnalysisError("UNABLE_TO_INFER_SCHEMA", { format: "JSON" });
  return fields;
}

/** The objects that a record is, or undefined for a malformed one. */
function objectsIn(record: string): readonly Json[] | undefined {
  try {
    const json = parseJson(record, { prefix: true });
    if (isObject(json)) return [json];
    return Array.isArray(json) && json.every((item) => isObject(item)) ? json : undefined;
  } catch (thrown) {
    if (thrown instanceof JsonSyntaxError) return undefined;
    throw thrown;
  }
}

async function* recordsOf(files: readonly ScanFile[], json: JsonOptions, io: SourceIo): AsyncGenerator<string> {
  if (!needsRewrite(json)) yield* linesOf(files, io.store);
  else for await (const { bytes } of contentsOf(files, io.store)) yield* jsonRecords(new TextDecoder(json.encoding).decode(bytes), json);
}

async function openJson(scan: Scan, splits: readonly Split[], io: TaskIo): Promise<Opened> {
  const options = new Options(scan.options);
  const json = jsonOptions(options);
  const format: LineFormat = {
    ...(needsRewrite(json) ? { rewrite: (content: Uint8Array) => rewriteJson(content, json) } : {}),
    ...(allowsFast(scan, options, json) ? { survey: surveyJson } : {}),
  };
  const { groups, ...opened } = await openLines(scan, splits, format, io);
  const selects = groups.map((group) => selectGroup(scan, group, options, json, io));
  return { ...opened, sql: selects.join("\nUNION ALL ") || emptySelect(scan.output), needsExact: needsExactRecords };
}

function selectGroup(scan: Scan, group: LineGroup, options: Options, json: JsonOptions, io: TaskIo): string {
  const { reader, files, survey } = group;
  const corrupt = corruptAttribute(scan, options);
  const partitioned = new Set(scan.partitionColumns);
  const wanted = scan.output.filter(({ name, id }) => !partitioned.has(name) && id !== corrupt?.id);
  const isFast = survey !== undefined && wanted.length > 0;
  const values = textValueOptions(options, io.session);
  const columns: RecordColumn[] = [
    ...scan.output
      .filter(({ name }) => partitioned.has(name))
      .map((attribute) => ({ attribute, raw: partitionValueSql(attribute, files) })),
    ...wanted.map((attribute): RecordColumn => {
      const raw = isFast ? quoteName(attribute.name) : `record.${quoteName(attribute.name)}`;
      if (isStringLike(attribute.type)) return { attribute, raw };
      return {
        attribute,
        raw: `CAST(${raw} AS VARCHAR)`,
        cast: (json) => commonText(json, attribute.type),
        value: (json, text) => jsonValue(json, attribute.type, values, 0, text),
      };
    }),
  ];
  if (isFast) return selectRecords(scan, { from: fastRecordsFrom(group.paths, wanted), columns, text: "line" }, "PERMISSIVE", undefined);
  // json_transform wants a field; of a name that is no column's it gives NULL.
  const structure = structureOf(wanted.length > 0 ? wanted : [{ name: "", type: stringType }]);
  // Line ends are hidden only to make a record a line; in JSON they are white space.
  const lines = needsRewrite(json) ? `(SELECT ${showLineEnds("line")} AS line, file_index FROM ${reader})` : reader;
  const parsed = `(SELECT line, file_index, TRY(json_transform(line, ${structure})) AS parsed FROM ${lines} WHERE line >= '!' OR trim(line, chr(9) || ' ') <> '')`;
  const standard = `(SELECT *, CASE WHEN parsed IS NULL THEN ${standardText} END AS standard FROM ${parsed})`;
  const from = `(SELECT line, file_index, coalesce(parsed, TRY(json_transform(standard, ${structure}))) AS record FROM ${standard})`;
  const malformed = `CASE WHEN starts_with(line, '{') THEN record IS NULL WHEN ${BEGINNING} = '{' THEN record IS NULL
    WHEN ${BEGINNING} = '[' AND json_valid(line) THEN CAST(${arrayOfRecords} AS BOOLEAN) ELSE true END`;
  return selectRecords(scan, { from, columns, malformed, text: "line", files }, recordModeOf(options), corrupt);
}

/** Whether DuckDB's own reader may read clean lines: not where malformed records are told. */
const allowsFast = (scan: Scan, options: Options, json: JsonOptions): boolean =>
  !needsRewrite(json) && !marksRecords(recordModeOf(options), corruptAttribute(scan, options)) && allowsFastRecords(scan.output);

/** The first character of a record. */
const BEGINNING = "left(ltrim(line, chr(9) || ' '), 1)";

const arrayOfRecords = raise("FIRECREST_UNSUPPORTED", {
  feature: "'A line that is an array of objects'",
  advice: "'Write an object a line, or set multiLine where a file is one array.'",
});

/** The line without a comma behind its record. */
const withoutComma = "regexp_replace(line, '\\}\\s*,\\s*$', '}')";

/**
 * Jackson takes a bare NaN or Infinity, single quotes, and a comma behind the record (as the lines of an array have it).
 * The first become text, which fractional columns read as such; a record in single quotes is refused rather than called
 * malformed.
 */
const standardText = `CASE WHEN json_valid(${withoutComma}) THEN ${withoutComma}
  WHEN regexp_matches(line, '[{,:\\[]\\s*''') THEN ${raise("FIRECREST_UNSUPPORTED", {
    feature: "'JSON in single quotes'",
    advice: "'Write it with double quotes.'",
  })}
  ELSE regexp_replace(${withoutComma}, '([:,\\[]\\s*)(NaN|[+-]?INF|[+-]?Infinity)(\\s*[,\\]}])', '\\1"\\2"\\3', 'g') END`;
