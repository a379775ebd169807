import { AnalysisError } from "../engine/errors.ts";
import type { Attribute } from "../engine/expressions/expression.ts";
import { quoteText, raise } from "../engine/functions/function.ts";
import { columnName } from "../engine/kernel/names.ts";
import type { Scan } from "../engine/logical/plan.ts";
import { NO_COLUMNS } from "./empty-select.ts";
import type { Options } from "./options.ts";

/** What becomes of a record that is not of the schema. https://spark.apache.org/docs/latest/sql-data-sources-csv.html */
export type RecordMode = "PERMISSIVE" | "DROPMALFORMED" | "FAILFAST";
export const recordModeOf = (options: Options): RecordMode =>
  options.choice<RecordMode>("mode", ["PERMISSIVE", "DROPMALFORMED", "FAILFAST"], "PERMISSIVE");

/** `spark.sql.columnNameOfCorruptRecord`. */
export const corruptColumnOf = (options: Options): string => options.text("columnNameOfCorruptRecord") ?? "_corrupt_record";

/** SQL over the row of a record. */
export interface RecordColumn {
  readonly attribute: Attribute;
  readonly value: string;
  /** True where the text has a value that is not of the type; absent for columns that cannot fail. */
  readonly malformed?: string;
}

export interface Records {
  /** FROM clause that gives the record's text as `line`. */
  readonly from: string;
  readonly columns: readonly RecordColumn[];
  /** The record as a whole is malformed; absent where that cannot be. */
  readonly malformed?: string;
  /** SQL for the text that the corrupt record column shows. */
  readonly text: string;
}

/** A SELECT of the scan's columns that treats malformed records as the mode says. */
export function selectRecords(
  scan: Scan,
  { from, columns, malformed, text }: Records,
  mode: RecordMode,
  corrupt: Attribute | undefined,
): string {
  const flags = [...(malformed ? [malformed] : []), ...columns.flatMap((column) => column.malformed ?? [])];
  const bad = flags.length > 0 ? `coalesce(${flags.map((flag) => `(${flag})`).join(" OR ")}, false)` : "false";
  const byId = new Map(columns.map((column) => [column.attribute.id, column.value]));
  const list = scan.output.map((attribute) => {
    const value =
      attribute.id === corrupt?.id
        ? mode === "PERMISSIVE"
          ? `CASE WHEN ${bad} THEN ${text} END`
          : "CAST(NULL AS VARCHAR)"
        : byId.get(attribute.id);
    return `${value} AS ${columnName(attribute)}`;
  });
  const select = `SELECT ${list.join(", ") || NO_COLUMNS} FROM ${from}`;
  if (mode === "PERMISSIVE" || flags.length === 0) return select;
  if (mode === "DROPMALFORMED") return `${select} WHERE NOT ${bad}`;
  const failure = raise("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", { badRecord: text, failFastMode: quoteText("FAILFAST") });
  return `${select} WHERE CASE WHEN ${bad} THEN CAST(${failure} AS BOOLEAN) ELSE true END`;
}

/** The corrupt record column among the output. It must be a string that may be NULL. */
export function corruptAttribute(scan: Scan, options: Options): Attribute | undefined {
  const name = corruptColumnOf(options).toLowerCase();
  const attribute = scan.output.find((a) => a.name.toLowerCase() === name);
  if (attribute && attribute.type.kind !== "string")
    throw new AnalysisError("INVALID_CORRUPT_RECORD_TYPE", {
      columnName: `\`${attribute.name}\``,
      actualType: `"${attribute.type.kind.toUpperCase()}"`,
    });
  return attribute;
}
