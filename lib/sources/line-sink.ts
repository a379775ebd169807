import { AnalysisError } from "../engine/errors.ts";
import { quoteName, quoteText } from "../engine/functions/function.ts";
import type { Write } from "../engine/logical/plan.ts";
import type { SinkColumn, WrittenFile } from "../engine/ports/source.ts";
import { Options } from "./options.ts";
import { copyFiles, type SinkIo } from "./sink-files.ts";

/** Spark's codec names: DuckDB's name and the end of the file name. */
const CODECS: Readonly<Record<string, readonly [string, string]>> = {
  none: ["none", ""],
  uncompressed: ["none", ""],
  gzip: ["gzip", ".gz"],
  zstd: ["zstd", ".zst"],
};

export function lineCodec(options: Options): readonly [string, string] {
  const name = options.text("compression", "codec")?.toLowerCase() ?? "none";
  options.refuse("lineSep", "\n");
  options.refuse("encoding", "utf-8", "utf8");
  const codec = CODECS[name];
  if (codec) return codec;
  throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `Writing text compressed by ${name}`, advice: "Use gzip, zstd or none." });
}

/** Writes a line a row. `line` is SQL for its text, `header` the first line of each file. */
export function writeLines(
  select: string,
  write: Omit<Write, "child">,
  columns: readonly SinkColumn[],
  stem: string,
  { line, header, extension }: { readonly line: string; readonly header?: string; readonly extension: string },
  io: SinkIo,
): Promise<readonly WrittenFile[]> {
  const [codec, suffix] = lineCodec(new Options(write.options));
  // One column that is neither quoted nor escaped: the text is written as it is. The header is its name.
  const list = `${line} AS ${quoteName(header ?? "line")}`;
  const options = `FORMAT csv, HEADER ${header !== undefined}, QUOTE '', ESCAPE '', DELIMITER ${quoteText("\u0001")}, NULLSTR '', COMPRESSION '${codec}'`;
  return copyFiles(select, write, columns, stem, { list, options, extension: `${extension}${suffix}`, counts: false }, io);
}
