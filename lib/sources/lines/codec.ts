import { brotliDecompressSync, constants, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { AnalysisError } from "../../engine/errors.ts";

/** How a text file is compressed, by the end of its name, as Hadoop tells it. */
export type Codec = "none" | "gzip" | "zstd" | "deflate" | "brotli";

const BY_EXTENSION: Readonly<Record<string, Codec>> = {
  gz: "gzip",
  gzip: "gzip",
  zst: "zstd",
  zstd: "zstd",
  deflate: "deflate",
  br: "brotli",
};
const UNSUPPORTED = new Set(["bz2", "snappy", "lz4", "xz", "lzo"]);

/** Throws FIRECREST_UNSUPPORTED for a codec that is known but cannot be read. */
export function codecOf(key: string): Codec {
  const extension = /\.([a-z0-9]+)$/i.exec(key)?.[1]?.toLowerCase() ?? "";
  if (UNSUPPORTED.has(extension))
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `Text compressed as .${extension} (${key})`,
      advice: "Compress it with gzip or zstd, or not at all.",
    });
  return BY_EXTENSION[extension] ?? "none";
}

/** The option of read_csv for the codecs that the kernel reads by itself. */
export const kernelCodec: Readonly<Partial<Record<Codec, string>>> = { none: "none", gzip: "gzip", zstd: "zstd" };

/** Decompressed bytes; of a file's first part as many as it holds. At most `limit` bytes come out. */
export function decompress(codec: Codec, bytes: Uint8Array, limit: number): Uint8Array {
  const options = { maxOutputLength: limit, finishFlush: constants.Z_SYNC_FLUSH };
  switch (codec) {
    case "none":
      return bytes;
    case "gzip":
      return gunzipSync(bytes, options);
    case "deflate":
      return inflateSync(bytes, options);
    case "brotli":
      return brotliDecompressSync(bytes, { maxOutputLength: limit });
    case "zstd":
      return zstdDecompressSync(bytes, { maxOutputLength: limit, finishFlush: constants.ZSTD_e_flush });
  }
}
