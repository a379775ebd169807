import { ExecutionError, FirecrestError } from "../engine/errors.ts";

/** What DuckDB says when a file, not a value or a resource, is at fault. */
const FILE_AT_FAULT =
  /(?:^|\] )(?:Invalid Error|IO Error|Serialization Error)|magic bytes|TProtocolException|thrift|parquet|snappy|zstd|gzip|lz4|brotli|decompress|corrupt|invalid (?:unicode|string encoding)|not utf-?8|CSV Error|IO Error|max_line_size|maximum line size|malformed|out of buffer|page header|dictionary/i;

/** A file was there when the task looked, but not when the kernel opened it. */
const FILE_GONE = /No such file or directory|No files found that match/i;

/** Reads a failed statement as FAILED_READ_FILE where its files are at fault; names the file that DuckDB names, else all. */
export function fileErrorFor(
  files: readonly { readonly key: string; readonly path: string }[],
): (thrown: unknown) => FirecrestError | undefined {
  return (thrown) => {
    if (thrown instanceof FirecrestError && thrown.condition !== "INTERNAL_ERROR") return undefined;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (message.includes("FIRECREST:{") || !FILE_AT_FAULT.test(message)) return undefined;
    const named = files.filter(({ path }) => message.includes(path));
    const suspects = named.length > 0 ? named : files;
    const path = suspects
      .slice(0, 5)
      .map(({ key }) => key)
      .join(", ");
    const rest = suspects.length > 5 ? ` and ${suspects.length - 5} more` : "";
    if (FILE_GONE.test(message)) return new ExecutionError("FAILED_READ_FILE.FILE_NOT_EXIST", { path: path + rest }, { cause: thrown });
    return new ExecutionError("FAILED_READ_FILE.NO_HINT", { path: path + rest, reason: reasonOf(thrown) }, { cause: thrown });
  };
}

/** A file that is gone since it was listed. */
export function missingFileError(thrown: unknown, key: string): unknown {
  return thrown instanceof FirecrestError && thrown.condition === "OBJECT_NOT_FOUND"
    ? new ExecutionError("FAILED_READ_FILE.FILE_NOT_EXIST", { path: key }, { cause: thrown })
    : thrown;
}

/** The kernel's own words, in one line. */
function reasonOf(thrown: unknown): string {
  const words = thrown instanceof FirecrestError ? thrown.messageParameters.message : undefined;
  return (words ?? (thrown instanceof Error ? thrown.message : String(thrown))).split("\n", 1)[0]!;
}
