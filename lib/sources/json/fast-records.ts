import type { Attribute } from "../../engine/expressions/expression.ts";
import { quoteText } from "../../engine/functions/function.ts";
import { lineEndsOf, type ReadPart } from "../lines/line-ends.ts";
import type { Survey } from "../lines/open.ts";
import { MAX_LINE } from "../lines/range.ts";
import { transformType } from "./value-sql.ts";

/** Whether DuckDB tells the names apart as columns. */
export const allowsFastRecords = (columns: readonly Attribute[]): boolean =>
  new Set(columns.map(({ name }) => name.toLowerCase())).size === columns.length;

/** A \r by itself ends a line for Spark, and is white space for DuckDB. */
export const surveyJson = async (size: number, read: ReadPart): Promise<Survey | undefined> =>
  (await lineEndsOf(size, read)) === "mixed" ? undefined : { quoted: false };

/**
 * A FROM clause that gives the fields of the files' records as json_transform does, without the way through lines. It fails
 * (`needsExactRecords`) where a line is not one object.
 */
export function fastRecordsFrom(paths: string, wanted: readonly Attribute[]): string {
  const columns = wanted.map(({ name, type }) => `${quoteText(name)}: '${transformType(type)}'`).join(", ");
  return (
    `read_json(${paths}, format = 'newline_delimited', records = true, auto_detect = false, columns = {${columns}}, ` +
    `compression = 'uncompressed', maximum_object_size = ${MAX_LINE}, hive_partitioning = false)`
  );
}

const UNCLEAN = /Malformed JSON|JSON transform error|maximum_object_size/;

/** Whether a statement failed because `fastRecordsFrom` met lines that are no objects. */
export const needsExactRecords = (thrown: unknown): boolean => thrown instanceof Error && UNCLEAN.test(thrown.message);
