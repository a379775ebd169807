import type { DuckDBVector } from "@duckdb/node-api";
import type { DataType as ArrowType, Data } from "apache-arrow";
import { valueFromDuckDB } from "../kernel/duckdb-type.ts";
import { arrowTypeOf } from "../types/arrow.ts";
import { valuesToArrowData } from "../types/arrow-writer.ts";
import type { DataType, StructField } from "../types/data-type.ts";
import type { Value } from "../types/values.ts";
import type { ArrowColumn, FixedConstructor } from "./arrow-column.ts";
import { BooleanColumn, DecimalColumn, FixedColumn, NullColumn } from "./arrow-fixed-columns.ts";
import { ListColumn, StructColumn } from "./arrow-nested-columns.ts";
import { TextColumn } from "./arrow-text-column.ts";

/** Types whose values DuckDB and Arrow keep as the same fixed-width numbers. */
const fixed: Readonly<Record<string, FixedConstructor>> = {
  byte: Int8Array,
  short: Int16Array,
  integer: Int32Array,
  long: BigInt64Array,
  float: Float32Array,
  double: Float64Array,
  date: Int32Array,
  timestamp: BigInt64Array,
  timestamp_ntz: BigInt64Array,
  "year-month interval": Int32Array,
  "day-time interval": BigInt64Array,
};

/** What collects a column of a type. */
export function arrowColumn(type: DataType, timeZone: string): ArrowColumn {
  const arrow = arrowTypeOf(type, timeZone);
  const array = fixed[type.kind];
  if (array) return new FixedColumn(arrow, array);
  switch (type.kind) {
    case "void":
      return new NullColumn(arrow);
    case "boolean":
      return new BooleanColumn(arrow);
    case "decimal":
      return new DecimalColumn(type, arrow);
    case "string":
    case "char":
    case "varchar":
    case "binary":
      return new TextColumn(arrow);
    case "array":
      return new ListColumn(arrow, arrowColumn(type.elementType, timeZone));
    case "map":
      return new ListColumn(arrow, entriesColumn(arrow, arrowColumn(type.keyType, timeZone), arrowColumn(type.valueType, timeZone)));
    case "struct":
      return isPlain(type.fields) ? structColumn(arrow, type.fields, timeZone) : new ValueColumn(type, timeZone);
    default:
      return new ValueColumn(type, timeZone);
  }
}

const entriesColumn = (map: ArrowType, key: ArrowColumn, value: ArrowColumn): ArrowColumn =>
  new StructColumn(map.children[0]!.type, ["key", "value"], [key, value]);

const structColumn = (arrow: ArrowType, fields: readonly StructField[], timeZone: string): ArrowColumn =>
  new StructColumn(
    arrow,
    fields.map(({ name }) => name),
    fields.map(({ dataType }) => arrowColumn(dataType, timeZone)),
  );

/** Arrow's structs have fields. */
const isPlain = (fields: readonly StructField[]): boolean => fields.length > 0;

/** Any other type, value by value. */
class ValueColumn implements ArrowColumn {
  readonly #type: DataType;
  readonly #timeZone: string;
  readonly #read: (value: unknown) => Value;
  #values: Value[] = [];

  constructor(type: DataType, timeZone: string) {
    this.#type = type;
    this.#timeZone = timeZone;
    this.#read = valueFromDuckDB(type);
  }

  get bytes(): number {
    return this.#values.length * 64;
  }

  append(vector: DuckDBVector, from: number, rows: number): void {
    for (let row = from; row < from + rows; row++) this.#values.push(this.#read(vector.getItem(row)));
  }

  finish(): Data {
    const data = valuesToArrowData(this.#values, this.#type, this.#timeZone);
    this.#values = [];
    return data;
  }
}
