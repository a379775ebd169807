import { quoteName, quoteText } from "../../engine/functions/function.ts";
import type { Write } from "../../engine/logical/plan.ts";
import type { Sink } from "../../engine/ports/source.ts";
import { type DataType, structField, structType } from "../../engine/types/data-type.ts";
import { checkFileWrite, dataColumns } from "../check-write.ts";
import { Options } from "../options.ts";
import { copyFiles } from "../sink-files.ts";
import { schemaEntry } from "./spark-schema.ts";

/** Spark's codec names: DuckDB's name and the part of the file name. */
const CODECS = {
  none: ["uncompressed", ""],
  uncompressed: ["uncompressed", ""],
  snappy: ["snappy", ".snappy"],
  gzip: ["gzip", ".gz"],
  zstd: ["zstd", ".zstd"],
  brotli: ["brotli", ".br"],
  lz4_raw: ["lz4_raw", ".lz4raw"],
  lz4: ["lz4_raw", ".lz4raw"],
} as const;

const codecOf = (write: Pick<Write, "options">) =>
  CODECS[new Options(write.options).choice("compression", Object.keys(CODECS) as (keyof typeof CODECS)[], "snappy")];

/** Apache Parquet: timestamps are microseconds in UTC, every column is optional. */
export const parquetSink: Sink = {
  format: "parquet",
  check(write, columns) {
    codecOf(write);
    checkFileWrite(columns, write.partitionBy, "Parquet", isSupported);
  },
  async write(select, write, columns, stem, io) {
    const [codec, extension] = codecOf(write);
    const data = dataColumns(columns, write.partitionBy);
    const list = data.map(({ name }) => quoteName(name)).join(", ");
    const [key, schema] = schemaEntry(structType(data.map(({ name, type }) => structField(name, type))));
    const options = `FORMAT parquet, COMPRESSION ${codec}, KV_METADATA {${quoteText(key)}: ${quoteText(schema)}}`;
    return copyFiles(select, write, columns, stem, { list, options, extension: `${extension}.parquet`, counts: true }, io);
  },
};

function isSupported(type: DataType): boolean {
  switch (type.kind) {
    case "void":
    case "interval":
    case "variant":
      return false;
    case "array":
      return isSupported(type.elementType);
    case "map":
      return isSupported(type.keyType) && isSupported(type.valueType);
    case "struct":
      return type.fields.length > 0 && type.fields.every((field) => isSupported(field.dataType));
    default:
      return true;
  }
}
