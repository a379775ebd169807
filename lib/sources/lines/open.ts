import { AnalysisError } from "../../engine/errors.ts";
import { quoteText } from "../../engine/functions/function.ts";
import type { Scan, ScanFile } from "../../engine/logical/plan.ts";
import type { Opened, Split, TaskIo } from "../../engine/ports/source.ts";
import { Options } from "../options.ts";
import { mapParallel } from "../parallel.ts";
import { fetchRanges } from "../ranges.ts";
import { fileErrorFor, missingFileError } from "../read-errors.ts";
import { scratchName } from "../scratch-name.ts";
import { codecOf, decompress, kernelCodec } from "./codec.ts";
import { lineEndsOf, plainLineEnds, type ReadPart } from "./line-ends.ts";
import { linesWithin, MAX_LINE } from "./range.ts";

/** Files under way at once in one task. */
const PARALLEL_FILES = 8;
/** A file that must be rewritten passes through memory whole. */
const MAX_REWRITTEN = 512 << 20;
/** A Unicode noncharacter, never part of a text: read_csv wants a delimiter even for one column. */
const NO_DELIMITER = "\u{10ffff}";

export interface LineFormat {
  /** Brings a whole file's content into the form one record a line; absent where files are that already. */
  readonly rewrite?: (content: Uint8Array) => string | Uint8Array;
  /** How many line ends (each \n and each \r) come before the first record. Given the file's first bytes, decompressed. */
  readonly linesToSkip?: (head: Uint8Array, file: ScanFile) => number;
  /** Empty lines are records. Absent: they are nothing, and \r\n may count as two line ends. */
  readonly keepsEmptyLines?: true;
  /** Looks at a file's bytes for what a fast reader must know. Absent, or undefined for a file: it is read line by line. */
  readonly survey?: (size: number, read: ReadPart) => Promise<Survey | undefined>;
}

/** What a look at a file's bytes found. */
export interface Survey {
  /** Whether a field may be quoted. */
  readonly quoted: boolean;
}

/** Files that one reader reads. */
export interface LineGroup {
  /** A table function with the columns `line` (NULL for an empty line) and `file_index`. */
  readonly reader: string;
  /** In the reader's order. */
  readonly files: readonly ScanFile[];
  /** The same files for a reader of the format's own, as an SQL list; the lines before the first record are `skip`. */
  readonly paths: string;
  readonly skip: number;
  /** What was found in each of the files; absent where a fast reader must not be used. */
  readonly survey?: Survey;
}

interface ReadyFile {
  readonly file: ScanFile;
  readonly path: string;
  readonly codec: string;
  /** The option of read_csv. With '\\n' each \n and \r ends a line; with '\\r\\n' a \r takes the next byte with it. */
  readonly newLine: "\\n" | "\\r\\n";
  readonly skip: number;
  readonly survey?: Survey;
  readonly bytes: number;
  readonly requests: number;
}

/** Brings the lines of the splits within the kernel's reach; what reads them is up to the format. */
export async function openLines(
  scan: Scan,
  splits: readonly Split[],
  format: LineFormat,
  io: TaskIo,
): Promise<Omit<Opened, "sql"> & { readonly groups: readonly LineGroup[] }> {
  const ignoreMissing = new Options(scan.options).boolean("ignoreMissingFiles", false);
  const opened = await mapParallel(splits, PARALLEL_FILES, async (split) => {
    const file = scan.files[split.file]!;
    try {
      return await readyFile(file, split, format, io);
    } catch (thrown) {
      const error = missingFileError(thrown, file.key);
      if (ignoreMissing && error !== thrown) return undefined;
      throw error;
    }
  });
  const files = opened.filter((file) => file !== undefined);
  const readable = files.filter((file) => file.path !== "");
  return {
    groups: [...Map.groupBy(readable, likeness).values()].map((group) => ({
      reader: readerOf(group),
      files: group.map(({ file }) => file),
      paths: pathsOf(group),
      skip: group[0]!.skip,
      ...(group[0]!.survey ? { survey: group[0]!.survey } : {}),
    })),
    bytesRead: files.reduce((sum, file) => sum + file.bytes, 0),
    requests: files.reduce((sum, file) => sum + file.requests, 0),
    fileError: fileErrorFor(readable.map(({ file, path }) => ({ key: file.key, path }))),
  };
}

/** Files with the same text can be read together. */
const likeness = ({ codec, newLine, skip, survey }: ReadyFile): string => JSON.stringify([codec, newLine, skip, survey]);

const pathsOf = (group: readonly ReadyFile[]): string => `[${group.map(({ path }) => quoteText(path)).join(", ")}]`;

function readerOf(group: readonly ReadyFile[]): string {
  const [{ codec, newLine, skip }] = group as [ReadyFile];
  return (
    `read_csv(${pathsOf(group)}, auto_detect = false, header = false, columns = {'line': 'VARCHAR'}, delim = ${quoteText(NO_DELIMITER)}, quote = '', ` +
    `escape = '', comment = '', strict_mode = false, compression = '${codec}', new_line = '${newLine}', max_line_size = ${MAX_LINE}, buffer_size = ${MAX_LINE}, ` +
    `hive_partitioning = false${skip > 0 ? `, skip = ${skip}` : ""})`
  );
}

async function readyFile(file: ScanFile, split: Split, format: LineFormat, io: TaskIo): Promise<ReadyFile> {
  const codec = codecOf(file.key);
  const isOpaque = kernelCodec[codec] === undefined || (codec !== "none" && format.keepsEmptyLines);
  if (format.rewrite || isOpaque) return rewrittenFile(file, format, io);
  const isTop = (split.start ?? 0) === 0;
  const head: Head = isTop && format.linesToSkip ? await headOf(file, io) : { requests: 0 };
  const skip = head.bytes && format.linesToSkip ? format.linesToSkip(head.bytes, file) : 0;
  const common = { file, codec: kernelCodec[codec]!, newLine: "\\n", skip } as const;
  const [start, end] = [split.start ?? 0, split.end ?? file.size];
  const inPlace = io.store.localPath?.(file.key);
  if (inPlace !== undefined && start === 0 && end >= file.size) {
    // Asked for now, so that a missing file is told from one that cannot be read.
    if (!(await io.store.stat(file.key))) await io.store.get(file.key, { start: 0, end: 0 });
    const ready = { ...common, path: inPlace, bytes: file.size, requests: head.requests };
    return surveyed(ready, format, io, file.size, (part) => io.store.get(file.key, part));
  }
  const range =
    end - start >= file.size ? { start: 0, end: file.size, requests: 0 } : await linesWithin(file.key, file.size, start, end, io.store);
  const requests = head.requests + range.requests;
  if (range.start >= range.end) return { ...common, path: "", bytes: 0, requests };
  const name = scratchName(file.key, range.start, range.end);
  const fetched = await fetchRanges(file.key, [range], name, io, range.start);
  const ready = { ...common, path: io.scratch.path(name), bytes: fetched.bytes, requests: requests + fetched.requests };
  return surveyed(ready, format, io, range.end - range.start, (part) => io.scratch.read(name, part));
}

async function surveyed(ready: ReadyFile, format: LineFormat, io: TaskIo, size: number, read: ReadPart): Promise<ReadyFile> {
  if (format.keepsEmptyLines) return withLineEnds(ready, io, size, read);
  const survey = ready.codec === "none" && !io.exact ? await format.survey?.(size, read) : undefined;
  return survey ? { ...ready, survey } : ready;
}

/** Where empty lines count, \r\n must be told from \r and \n by themselves; a file that mixes them is rewritten. */
async function withLineEnds(ready: ReadyFile, io: TaskIo, size: number, read: ReadPart): Promise<ReadyFile> {
  const ends = await lineEndsOf(size, read);
  if (ends !== "mixed") return { ...ready, newLine: ends === "\r\n" ? "\\r\\n" : "\\n" };
  const name = scratchName(ready.path, "plain");
  await io.scratch.write(name, 0, plainLineEnds(await read({ start: 0, end: size })));
  return { ...ready, path: io.scratch.path(name) };
}

const HEAD = 64 << 10;

interface Head {
  readonly bytes?: Uint8Array;
  readonly requests: number;
}

async function headOf(file: ScanFile, io: TaskIo): Promise<Head> {
  const bytes = await io.store.get(file.key, { start: 0, end: Math.min(file.size, HEAD) });
  return { bytes: decompress(codecOf(file.key), bytes, 16 << 20), requests: 1 };
}

async function rewrittenFile(file: ScanFile, format: LineFormat, io: TaskIo): Promise<ReadyFile> {
  if (file.size > MAX_REWRITTEN)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `A file of more than ${MAX_REWRITTEN >> 20} MB whose records are not lines of UTF-8 (${file.key})`,
      advice: "Split it into smaller files, or write one record a line.",
    });
  const content = decompress(codecOf(file.key), await io.store.get(file.key), MAX_REWRITTEN);
  const rewritten = format.rewrite ? format.rewrite(content) : format.keepsEmptyLines ? plainLineEnds(content) : content;
  const bytes = typeof rewritten === "string" ? new TextEncoder().encode(rewritten) : rewritten;
  const skip = format.linesToSkip?.(bytes.subarray(0, HEAD), file) ?? 0;
  const name = scratchName(file.key, "rewritten", file.size);
  await io.scratch.write(name, 0, bytes);
  return { file, path: io.scratch.path(name), codec: "none", newLine: "\\n", skip, bytes: file.size, requests: 1 };
}
