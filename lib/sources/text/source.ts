import { AnalysisError } from "../../engine/errors.ts";
import { columnName } from "../../engine/kernel/names.ts";
import type { Read, Scan } from "../../engine/logical/plan.ts";
import type { Opened, Source, Split, TaskIo } from "../../engine/ports/source.ts";
import { stringType, structField } from "../../engine/types/data-type.ts";
import { emptySelect, NO_COLUMNS } from "../empty-select.ts";
import { hideLineEnds, showLineEnds } from "../lines/marks.ts";
import { openLines } from "../lines/open.ts";
import { splitLines } from "../lines/split.ts";
import { Options } from "../options.ts";
import { partitionValueSql } from "../partition-sql.ts";
import { resolveFiles } from "../resolve-files.ts";

/** Text, a row a line or a file. https://spark.apache.org/docs/latest/sql-data-sources-text.html */
export const textSource: Source = {
  format: "text",
  async resolve(read: Read, io) {
    const scan = await resolveFiles(read, io, async () => [structField("value", stringType)]);
    const [column, ...others] = scan.dataSchema.fields;
    if (others.length > 0 || (column && column.dataType.kind !== "string"))
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: "A text source with other than one string column",
        advice: "Read one string column and parse it.",
      });
    return scan;
  },
  split: (scan, targetBytes) => splitLines(scan, targetBytes, !rewriteOf(new Options(scan.options))),
  open: openText,
};

async function openText(scan: Scan, splits: readonly Split[], io: TaskIo): Promise<Opened> {
  const rewrite = rewriteOf(new Options(scan.options));
  const { groups, ...opened } = await openLines(scan, splits, rewrite ? { rewrite } : { keepsEmptyLines: true }, io);
  const partitioned = new Set(scan.partitionColumns);
  const value = rewrite ? showLineEnds("coalesce(line, '')") : "coalesce(line, '')";
  const selects = groups.map(({ reader, files }) => {
    const list = scan.output.map((a) => `${partitioned.has(a.name) ? partitionValueSql(a, files) : value} AS ${columnName(a)}`);
    return `SELECT ${list.join(", ") || NO_COLUMNS} FROM ${reader}`;
  });
  return { ...opened, sql: selects.join("\nUNION ALL ") || emptySelect(scan.output) };
}

/** Whole files as one record, or another line end than \n, \r and \r\n. */
function rewriteOf(options: Options): ((content: Uint8Array) => string) | undefined {
  const lineEnd = options.text("lineSep");
  if (!options.boolean("wholetext", false) && (lineEnd === undefined || lineEnd === "\n")) return undefined;
  const whole = options.boolean("wholetext", false);
  return (content) => {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
    const records = whole ? [text] : (text.endsWith(lineEnd!) ? text.slice(0, -lineEnd!.length) : text).split(lineEnd!);
    return records.map((record) => `${hideLineEnds(record)}\n`).join("");
  };
}
