import { AnalysisError } from "../engine/errors.ts";
import type { Attribute } from "../engine/expressions/expression.ts";
import { quoteText, raise } from "../engine/functions/function.ts";
import { columnName } from "../engine/kernel/names.ts";
import type { Scan, ScanFile } from "../engine/logical/plan.ts";
import { NO_COLUMNS } from "./empty-select.ts";
import type { Options } from "./options.ts";

/** What becomes of a record that is not of the schema. https://spark.apache.org/docs/latest/sql-data-sources-csv.html */
export type RecordMode = "PERMISSIVE" | "DROPMALFORMED" | "FAILFAST";
export const recordModeOf = (options: Options): RecordMode =>
  options.choice<RecordMode>("mode", ["PERMISSIVE", "DROPMALFORMED", "FAILFAST"], "PERMISSIVE");

/** `spark.sql.columnNameOfCorruptRecord`. */
export const corruptColumnOf = (options: Options): string => options.text("columnNameOfCorruptRecord") ?? "_corrupt_record";

export interface RecordColumn {
  readonly attribute: Attribute;
  /** SQL over the row of a record for the column's text or JSON, NULL where the record has no value. */
  readonly raw: string;
  /** SQL for the value from the raw one, by its name; absent where the raw one is the value. NULL where it is none of the type. */
  readonly value?: (raw: string, cast?: string) => string;
  /** SQL from the raw value that `value` names more than once; its second argument. */
  readonly cast?: (raw: string) => string | undefined;
}

export interface Records {
  /** FROM clause that gives what the columns' raw values are made of, and `line` with the record's text where `marksRecords` asks for it. */
  readonly from: string;
  readonly columns: readonly RecordColumn[];
  /** SQL over the same row: the record as a whole is malformed. Absent where that cannot be. */
  readonly malformed?: string;
  /** SQL over `line` for the text that the corrupt record column shows. */
  readonly text: string;
  /** The files, in the order of `file_index`, for the error that names one. */
  readonly files?: readonly ScanFile[];
}

/** Whether anything asks which records are malformed. */
export const marksRecords = (mode: RecordMode, corrupt: Attribute | undefined): boolean => mode !== "PERMISSIVE" || corrupt !== undefined;

/**
 * A SELECT of the scan's columns that treats malformed records as the mode says. It has a stage for the raw values, one
 * for casts and one for the values, so that each is computed once however often it is named.
 */
export function selectRecords(
  scan: Scan,
  { from, columns, malformed, text, files = [] }: Records,
  mode: RecordMode,
  corrupt: Attribute | undefined,
): string {
  const marks = marksRecords(mode, corrupt);
  const whole = marks && malformed ? [`${malformed} AS malformed`] : [];
  const raws = columns.map(({ raw }, i) => `${raw} AS r${i}`);
  const file = mode === "FAILFAST" ? [`${fileNameSql(files)} AS file`] : [];
  const rawRows = `(SELECT ${[...(marks ? ["line"] : []), ...file, ...whole, ...raws].join(", ") || NO_COLUMNS} FROM ${from})`;
  const casts = new Map(columns.map(({ cast }, i) => [i, cast?.(`r${i}`)]));
  const castRows = staged(
    [...casts].flatMap(([i, sql]) => (sql ? [`${sql} AS c${i}`] : [])),
    rawRows,
  );
  const checked = columns.flatMap(({ value }, i) => (value ? [{ i, sql: value(`r${i}`, casts.get(i) && `c${i}`) }] : []));
  const valueRows = staged(
    checked.map(({ i, sql }) => `${sql} AS v${i}`),
    castRows,
  );
  const flags = [...(whole.length > 0 ? ["malformed"] : []), ...checked.map(({ i }) => `r${i} IS NOT NULL AND v${i} IS NULL`)];
  const bad = flags.length > 0 ? `coalesce(${flags.map((flag) => `(${flag})`).join(" OR ")}, false)` : "false";
  const nameOf = new Map(columns.map((column, i) => [column.attribute.id, column.value ? `v${i}` : `r${i}`]));
  const corruptText = mode === "PERMISSIVE" && marks ? `CASE WHEN ${bad} THEN ${text} END` : "CAST(NULL AS VARCHAR)";
  const list = scan.output.map((attribute) => `${nameOf.get(attribute.id) ?? corruptText} AS ${columnName(attribute)}`);
  const select = `SELECT ${list.join(", ") || NO_COLUMNS} FROM ${valueRows}`;
  if (mode === "PERMISSIVE" || flags.length === 0) return select;
  if (mode === "DROPMALFORMED") return `${select} WHERE NOT ${bad}`;
  // As Spark names it: the record is what the file could not be read for.
  const failure = raise("FAILED_READ_FILE.NO_HINT", {
    badRecord: text,
    failFastMode: quoteText("FAILFAST"),
    path: "file",
  });
  return `${select} WHERE CASE WHEN ${bad} THEN CAST(${failure} AS BOOLEAN) ELSE true END`;
}

const staged = (list: readonly string[], from: string): string => (list.length > 0 ? `(SELECT *, ${list.join(", ")} FROM ${from})` : from);

const fileNameSql = (files: readonly ScanFile[]): string =>
  files.length < 2 ? quoteText(files[0]?.key ?? "") : `[${files.map(({ key }) => quoteText(key)).join(", ")}][file_index::BIGINT + 1]`;

/** The corrupt record column among the output. It must be a string that may be NULL. */
export function corruptAttribute(scan: Scan, options: Options): Attribute | undefined {
  const name = corruptColumnOf(options).toLowerCase();
  const attribute = scan.output.find((a) => a.name.toLowerCase() === name);
  if (attribute && attribute.type.kind !== "string")
    throw new AnalysisError("INVALID_CORRUPT_RECORD_TYPE", {
      columnName: `\`${attribute.name}\``,
      actualType: `"${attribute.type.kind.toUpperCase()}"`,
    });
  // Where no other column is parsed, nothing is found to be malformed.
  if (attribute && scan.output.every(({ id, name }) => id === attribute.id || scan.partitionColumns.includes(name)))
    throw new AnalysisError("UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN", {});
  return attribute;
}
