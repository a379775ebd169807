import {
  type Data,
  DataType,
  Field,
  Int8,
  makeData,
  RecordBatch,
  RecordBatchReader,
  RecordBatchStreamWriter,
  Schema,
  Table,
  tableToIPC,
} from "apache-arrow";
import { AnalysisError } from "../errors.ts";

/**
 * An Arrow IPC stream as an uncompressed Parquet file: how rows from outside enter a statement (strings stay out of JavaScript).
 * The columns are named c0, c1, ...: Arrow's names may repeat, and DuckDB's ignore case.
 */
export async function arrowToParquet(ipc: Uint8Array): Promise<Uint8Array> {
  // Loaded when it is first needed: it compiles some megabytes of WebAssembly.
  const { Compression, EnabledStatistics, Table: ParquetTable, WriterPropertiesBuilder, writeParquet } = await import("parquet-wasm");
  // Its statistics pass over NaN, which is the greatest value to DuckDB, who would answer max and v > x by them.
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.UNCOMPRESSED)
    .setStatisticsEnabled(EnabledStatistics.None)
    .build();
  return writeParquet(ParquetTable.fromIPCStream(withPositions(ipc)), properties);
}

function withPositions(ipc: Uint8Array): Uint8Array {
  const reader = RecordBatchReader.from(ipc).open();
  const fields = reader.schema.fields.map((f, i) =>
    Field.new({ name: `c${i}`, type: isEmpty(f.type) ? new Int8() : f.type, nullable: true }),
  );
  const schema = new Schema(fields);
  // Of a stream without batches the reader gives one all the same, which has no columns.
  const batches = [...reader].filter(({ numRows }) => numRows > 0).map((batch) => new RecordBatch(schema, stored(batch)));
  return batches.length > 0 ? RecordBatchStreamWriter.writeAll(batches).toUint8Array(true) : tableToIPC(new Table(schema), "stream");
}

/** A struct of no fields: neither Parquet nor DuckDB has one. */
const isEmpty = (type: DataType): boolean => DataType.isStruct(type) && type.children.length === 0;

/** What a struct of no fields holds where nothing was returned, as `DataFrame.foreach` does: NULL. */
function stored({ data, numRows }: RecordBatch): RecordBatch["data"] {
  if (!data.children.some(({ type }) => isEmpty(type))) return data;
  const children = data.children.map((child): Data => {
    if (!isEmpty(child.type)) return child;
    if (child.nullCount < numRows)
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: "A value of a struct without fields",
        advice: "Return None, or a struct of one field.",
      });
    const nothing = { nullCount: numRows, nullBitmap: new Uint8Array(Math.ceil(numRows / 8)) };
    return makeData({ type: new Int8(), length: numRows, data: new Int8Array(numRows), ...nothing });
  });
  return makeData({ type: data.type, length: numRows, children });
}
