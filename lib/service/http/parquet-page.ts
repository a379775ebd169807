import type { Json } from "../../engine/logical/json-values.ts";
import type { DataType } from "../../engine/types/data-type.ts";
import { typeFromJson } from "../../engine/types/json.ts";
import { notAcceptable } from "./api.ts";
import { ARROW_MEDIA_TYPE, JSON_MEDIA_TYPE, PARQUET_MEDIA_TYPE } from "./media-type.ts";

/** A page as a Parquet file. Throws NOT_ACCEPTABLE for a type that Parquet has no place for. */
export async function parquetPage(arrow: Uint8Array, schema: Json): Promise<Uint8Array> {
  const type = typeFromJson(schema);
  if (!fitsParquet(type))
    throw notAcceptable(`An interval or an empty struct as ${PARQUET_MEDIA_TYPE}`, [ARROW_MEDIA_TYPE, JSON_MEDIA_TYPE]);
  const { Compression, EnabledStatistics, Table, WriterPropertiesBuilder, writeParquet } = await import("parquet-wasm");
  // Its statistics pass over NaN, which Spark and DuckDB take for the greatest value.
  const properties = new WriterPropertiesBuilder().setCompression(Compression.SNAPPY).setStatisticsEnabled(EnabledStatistics.None).build();
  return writeParquet(Table.fromIPCStream(arrow), properties);
}

function fitsParquet(type: DataType): boolean {
  switch (type.kind) {
    case "interval":
      return false;
    case "array":
      return fitsParquet(type.elementType);
    case "map":
      return fitsParquet(type.keyType) && fitsParquet(type.valueType);
    case "struct":
      return type.fields.length > 0 && type.fields.every((field) => fitsParquet(field.dataType));
    default:
      return true;
  }
}
