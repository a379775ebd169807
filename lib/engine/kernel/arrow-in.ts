import { Table, WriterPropertiesBuilder, writeParquet, Compression } from "parquet-wasm";

/** An Arrow IPC stream as an uncompressed Parquet file: how rows from outside enter a statement (strings stay out of JavaScript). */
export function arrowToParquet(ipc: Uint8Array): Uint8Array {
  const properties = new WriterPropertiesBuilder().setCompression(Compression.UNCOMPRESSED).build();
  return writeParquet(Table.fromIPCStream(ipc), properties);
}
