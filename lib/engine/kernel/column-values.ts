import type { DuckDBListVector, DuckDBStructVector, DuckDBVector } from "@duckdb/node-api";
import type { DataType } from "../types/data-type.ts";
import { setField, type Value } from "../types/values.ts";
import { Variant } from "../types/variant/variant.ts";
import { valueFromDuckDB, valueToDuckDB } from "./duckdb-type.ts";
import { readBytes, readTexts, writeBytes, writeTexts } from "./string-vector.ts";

/** A vector's rows as values (types/values.ts), and back: nested ones part by part, so that texts within them come in bulk, too. */
export type ReadColumn = (vector: DuckDBVector, rows: number) => unknown[];

export function columnReader(type: DataType): ReadColumn {
  switch (type.kind) {
    case "string":
    case "char":
    case "varchar":
      return readTexts;
    case "binary":
      return readBytes;
    case "array":
      return listReader(type, columnReader(type.elementType));
    case "struct":
      return structReader(
        type.fields.map(({ name }) => name),
        type.fields.map(({ dataType }) => columnReader(dataType)),
        (values) => values,
      );
    case "variant":
      return structReader(["value", "metadata"], [readBytes, readBytes], ({ value, metadata }) => {
        return new Variant(value as Uint8Array, metadata as Uint8Array);
      });
    default:
      return oneByOne(type);
  }
}

function oneByOne(type: DataType): ReadColumn {
  const read = valueFromDuckDB(type);
  return (vector, rows) => {
    const values: unknown[] = new Array(rows);
    for (let row = 0; row < rows; row++) values[row] = read(vector.getItem(row));
    return values;
  };
}

/** Where the rows hold less than a part of the elements that stand below them, only theirs are read. */
const SPARSE = 4;

function listReader(type: DataType, readElements: ReadColumn): ReadColumn {
  const sparsely = oneByOne(type);
  return (vector, rows) => {
    const list = vector as DuckDBListVector;
    const validity = validityOf(list);
    let held = 0;
    for (let row = 0; row < rows; row++) if (validity.itemValid(row)) held += list.getEntryLength(row);
    const below = list.childVector.itemCount;
    if (held * SPARSE < below) return sparsely(vector, rows);
    const elements = readElements(list.childVector, below);
    return Array.from({ length: rows }, (_, row) => {
      if (!validity.itemValid(row)) return null;
      const start = list.getEntryOffset(row);
      return elements.slice(start, start + list.getEntryLength(row));
    });
  };
}

function structReader(
  names: readonly string[],
  readers: readonly ReadColumn[],
  make: (values: Readonly<Record<string, unknown>>) => unknown,
): ReadColumn {
  return (vector, rows) => {
    const struct = vector as DuckDBStructVector;
    const columns = readers.map((read, i) => read(struct.entryVectorAt(i), rows));
    return Array.from({ length: rows }, (_, row) => {
      if (!struct.isItemValid(row)) return null;
      const values: Record<string, unknown> = {};
      for (let i = 0; i < names.length; i++) setField(values, names[i]!, columns[i]![row]);
      return make(values);
    });
  };
}

export type WriteColumn = (vector: DuckDBVector, values: readonly unknown[]) => void;

/** Writes all rows of a vector, of which none was written before. */
export function columnWriter(type: DataType): WriteColumn {
  switch (type.kind) {
    case "string":
    case "char":
    case "varchar":
      return (vector, values) => writeTexts(vector, values as readonly (string | null)[]);
    case "binary":
      return (vector, values) => writeBytes(vector, values as readonly (Uint8Array | null)[]);
    case "struct":
      return structWriter(
        type.fields.map(({ name }) => name),
        type.fields.map(({ dataType }) => columnWriter(dataType)),
      );
    case "variant": {
      return structWriter(["value", "metadata"], [columnWriter({ kind: "binary" }), columnWriter({ kind: "binary" })]);
    }
    default: {
      const write = valueToDuckDB(type);
      return (vector, values) => {
        for (let row = 0; row < values.length; row++) vector.setItem(row, write(values[row]) as never);
        vector.flush();
      };
    }
  }
}

function structWriter(names: readonly string[], writers: readonly WriteColumn[]): WriteColumn {
  return (vector, values) => {
    const struct = vector as DuckDBStructVector;
    for (const [i, write] of writers.entries()) {
      write(
        struct.entryVectorAt(i),
        values.map((value) => (value as Record<string, Value> | null)?.[names[i]!] ?? null),
      );
    }
    const { validity, vector: raw } = vector as unknown as { validity: Validity; vector: unknown };
    for (let row = 0; row < values.length; row++) if (values[row] === null || values[row] === undefined) validity.setItemValid(row, false);
    validity.flush(raw);
  };
}

/** What the binding's vectors have, and their types keep private. */
interface Validity {
  itemValid(index: number): boolean;
  setItemValid(index: number, valid: boolean): void;
  flush(vector: unknown): void;
}
const validityOf = (vector: DuckDBVector): Validity => (vector as unknown as { validity: Validity }).validity;
