import { makeData, RecordBatch, RecordBatchStreamWriter, Struct, tableFromIPC } from "apache-arrow";
import { arrowSchemaOf } from "./arrow.ts";
import { arrowReader } from "./arrow-reader.ts";
import { valuesToArrowData } from "./arrow-writer.ts";
import type { StructType } from "./data-type.ts";
import { givenValue } from "./given-value.ts";
import type { StructValue, Value } from "./values.ts";

/** Rows of one record batch: enough to write columns at a time, few enough to check and convert within bounded memory. */
const BATCH_ROWS = 65_536;

/**
 * Rows that a user gave as one Arrow IPC stream, column by column, each value checked and converted to its column's type.
 * Throws FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME with the row's number.
 */
export function rowsToArrow(rows: readonly object[], schema: StructType, timeZone = "UTC"): Uint8Array {
  const arrowSchema = arrowSchemaOf(schema, timeZone);
  const batches: RecordBatch[] = [];
  const converters = schema.fields.map((field) => givenValue(field.dataType, field.name, field.nullable));
  for (let start = 0; start === 0 || start < rows.length; start += BATCH_ROWS) {
    const length = Math.min(BATCH_ROWS, rows.length - start);
    const children = schema.fields.map((field, column) => {
      const values: Value[] = new Array(length);
      for (let i = 0; i < length; i++) {
        values[i] = converters[column]!((rows[start + i] as Readonly<Record<string, unknown>>)[field.name], start + i);
      }
      return valuesToArrowData(values, field.dataType, timeZone);
    });
    batches.push(new RecordBatch(arrowSchema, makeData({ type: new Struct(arrowSchema.fields), length, nullCount: 0, children })));
  }
  return RecordBatchStreamWriter.writeAll(batches).toUint8Array(true);
}

/** The rows of an Arrow IPC stream as arrays, columns by position: names may repeat. */
export function* arrowToValues(bytes: Uint8Array, schema: StructType): Generator<Value[]> {
  for (const { data, numRows } of tableFromIPC(bytes).batches) {
    const readers = schema.fields.map((field, i) => arrowReader(field.dataType, data.children[i]!));
    for (let row = 0; row < numRows; row++) yield readers.map((read) => read(row));
  }
}

/** The rows of an Arrow IPC stream as objects with the schema's names; of columns with one name the last one stays. */
export function* arrowToRows(bytes: Uint8Array, schema: StructType): Generator<StructValue> {
  const names = schema.fields.map((field) => field.name);
  for (const values of arrowToValues(bytes, schema)) {
    const row: Record<string, Value> = {};
    for (let i = 0; i < names.length; i++) row[names[i]!] = values[i]!;
    yield row;
  }
}
