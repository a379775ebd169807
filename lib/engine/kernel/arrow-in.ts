import { Field, RecordBatch, RecordBatchReader, RecordBatchStreamWriter, Schema } from "apache-arrow";

/**
 * An Arrow IPC stream as an uncompressed Parquet file: how rows from outside enter a statement (strings stay out of JavaScript).
 * The columns are named c0, c1, ...: Arrow's names may repeat, and DuckDB's ignore case.
 */
export async function arrowToParquet(ipc: Uint8Array): Promise<Uint8Array> {
  // Loaded when it is first needed: it compiles some megabytes of WebAssembly.
  const { Compression, EnabledStatistics, Table, WriterPropertiesBuilder, writeParquet } = await import("parquet-wasm");
  // Its statistics pass over NaN, which is the greatest value to DuckDB, who would answer max and v > x by them.
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.UNCOMPRESSED)
    .setStatisticsEnabled(EnabledStatistics.None)
    .build();
  return writeParquet(Table.fromIPCStream(withPositions(ipc)), properties);
}

function withPositions(ipc: Uint8Array): Uint8Array {
  const reader = RecordBatchReader.from(ipc).open();
  const schema = new Schema(reader.schema.fields.map((f, i) => Field.new({ name: `c${i}`, type: f.type, nullable: true })));
  const batches = [...reader].map((batch) => new RecordBatch(schema, batch.data));
  return RecordBatchStreamWriter.writeAll(batches.length > 0 ? batches : [new RecordBatch(schema)]).toUint8Array(true);
}
