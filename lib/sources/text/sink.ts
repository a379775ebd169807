import { AnalysisError } from "../../engine/errors.ts";
import { quoteName } from "../../engine/functions/function.ts";
import type { Sink } from "../../engine/ports/source.ts";
import { isStringLike } from "../../engine/types/data-type.ts";
import { checkFileWrite, dataColumns } from "../check-write.ts";
import { lineCodec, lineEndOf, writeLines } from "../line-sink.ts";
import { Options } from "../options.ts";

/** One string column, a line a row; NULL is an empty line. */
export const textSink: Sink = {
  format: "text",
  check(write, columns) {
    lineCodec(new Options(write.options), true);
    const data = checkFileWrite(columns, write.partitionBy, "Text", isStringLike);
    if (data.length !== 1) throw new AnalysisError("FIRECREST_TEXT_SINK_COLUMNS", { count: String(data.length) });
  },
  write(select, write, columns, stem, io) {
    const [column] = dataColumns(columns, write.partitionBy);
    const line = `coalesce(${quoteName(column!.name)}, '')`;
    return writeLines(select, write, columns, stem, { line, extension: ".txt", lineEnd: lineEndOf(new Options(write.options)) }, io);
  },
};
