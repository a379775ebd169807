import { AnalysisError } from "../engine/errors.ts";
import { quoteName, quoteText } from "../engine/functions/function.ts";
import type { Write } from "../engine/logical/plan.ts";
import type { SinkColumn, WrittenFile } from "../engine/ports/source.ts";
import { invalidOption, Options } from "./options.ts";
import { copyFiles, type SinkIo } from "./sink-files.ts";

/** Spark's codec names: DuckDB's name and the end of the file name. */
const CODECS: Readonly<Record<string, readonly [string, string]>> = {
  none: ["none", ""],
  uncompressed: ["none", ""],
  gzip: ["gzip", ".gz"],
  zstd: ["zstd", ".zst"],
};

/** What ends a line where a format takes any text for it. */
export function lineEndOf(options: Options): string {
  const lineEnd = options.text("lineSep") ?? "\n";
  if (lineEnd === "") throw invalidOption("lineSep", "a text of at least one character", lineEnd);
  return lineEnd;
}

/** `anyLineEnd`: of a format that takes any. */
export function lineCodec(options: Options, anyLineEnd = false): readonly [string, string] {
  const name = options.text("compression", "codec")?.toLowerCase() ?? "none";
  if (anyLineEnd) lineEndOf(options);
  else options.refuse("lineSep", "\n");
  options.refuse("encoding", "utf-8", "utf8");
  const codec = CODECS[name];
  if (codec) return codec;
  throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `Writing text compressed by ${name}`, advice: "Use gzip, zstd or none." });
}

interface LineFiles {
  /** SQL for the text of a row. */
  readonly line: string;
  /** The first line of each file. */
  readonly header?: string;
  readonly extension: string;
  readonly lineEnd?: string;
}

/** Writes a line a row. */
export function writeLines(
  select: string,
  write: Omit<Write, "child">,
  columns: readonly SinkColumn[],
  stem: string,
  { line, header, extension, lineEnd = "\n" }: LineFiles,
  io: SinkIo,
): Promise<readonly WrittenFile[]> {
  const [codec, suffix] = lineCodec(new Options(write.options), lineEnd !== "\n");
  // One column that is neither quoted nor escaped: the text is written as it is. The header is its name.
  const list = `${line} AS ${quoteName(header ?? "line")}`;
  const options = `FORMAT csv, HEADER ${header !== undefined}, QUOTE '', ESCAPE '', DELIMITER ${quoteText("\u0001")}, NULLSTR '', NEW_LINE ${quoteText(lineEnd)}, COMPRESSION '${codec}'`;
  return copyFiles(select, write, columns, stem, { list, options, extension: `${extension}${suffix}`, counts: false }, io);
}
