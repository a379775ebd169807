import { AnalysisError } from "../../../lib/engine/errors.ts";
import type { Json } from "../../../lib/engine/logical/json-values.ts";
import { spliceStreams } from "../../../lib/engine/result/splice.ts";
import type { StructType } from "../../../lib/engine/types/data-type.ts";
import { type HiveTextOptions, hiveText } from "../../../lib/engine/types/hive-text.ts";
import { typeToJson } from "../../../lib/engine/types/json.ts";
import { showString } from "../../../lib/engine/types/show.ts";
import type { Value } from "../../../lib/engine/types/values.ts";
import { jsonText } from "../../../lib/service/http/json-rows.ts";
import { parquetPage } from "../../../lib/service/http/parquet-page.ts";
import type { OutputFormat } from "./output-format.ts";
import { rowsOf, type StatementResult } from "./run-statement.ts";

/** Rows drawn as one table: those behind them come in another, with widths of its own. */
const TABLE_ROWS = 1_000;
/** A Parquet file is made in memory. */
const MOST_PARQUET_BYTES = 1024 * 1024 * 1024;

export interface WriteOptions {
  readonly text: HiveTextOptions;
  /** Rows of a table that are shown; the others are left out, and said to be. Absent: all. */
  readonly mostRows?: number;
}

/** What is written piece by piece, and how many rows there were in the end. */
export type Pieces = AsyncGenerator<string | Uint8Array, number>;

/** A result as a format writes it. Nothing is held but a block of rows; of Parquet, all of them. */
export function piecesOf(format: OutputFormat, result: StatementResult, options: WriteOptions): Pieces {
  return WRITERS[format](result, options);
}

const WRITERS: { readonly [F in OutputFormat]: (result: StatementResult, options: WriteOptions) => Pieces } = {
  table,
  tsv: (result, { text }) =>
    lines(result, result.schema.fields.map(({ name }) => escapedTsv(name)).join("\t"), (row) => tsvLine(row, result, text)),
  csv: (result, { text }) =>
    lines(result, result.schema.fields.map(({ name }) => quotedCsv(name)).join(","), (row) => csvLine(row, result.schema, text)),
  jsonl: (result) => lines(result, undefined, (row) => jsonObject(row, result.schema)),
  json,
  arrow: async function* ({ chunks }) {
    yield* spliceStreams(chunks);
    return 0;
  },
  parquet: async function* ({ schema, chunks }) {
    yield await parquetPage(await whole(spliceStreams(chunks)), typeToJson(schema) as Json);
    return 0;
  },
};

async function* table(result: StatementResult, { text, mostRows = Number.POSITIVE_INFINITY }: WriteOptions): Pieces {
  const { schema } = result;
  let block: Value[][] = [];
  let shown = 0;
  const drawn = (hasMore: boolean) => {
    shown += block.length;
    const drawing = showString(schema.fields, block, { truncate: 0, vertical: false, hasMore: false, timeZone: text.timeZone });
    block = [];
    return hasMore ? `${drawing}only showing the first ${shown} rows\n` : drawing;
  };
  for await (const row of rowsOf(result)) {
    if (shown + block.length >= mostRows) {
      yield drawn(true);
      return shown;
    }
    if (block.length === TABLE_ROWS) yield drawn(false);
    block.push(row);
  }
  if (block.length > 0 || shown === 0) yield drawn(false);
  return shown;
}

async function* lines(result: StatementResult, header: string | undefined, line: (row: Value[]) => string): Pieces {
  if (header !== undefined) yield `${header}\n`;
  let rows = 0;
  for await (const row of rowsOf(result)) {
    yield `${line(row)}\n`;
    rows++;
  }
  return rows;
}

async function* json(result: StatementResult): Pieces {
  let rows = 0;
  for await (const row of rowsOf(result)) {
    yield `${rows === 0 ? "[" : ",\n"}${jsonObject(row, result.schema)}`;
    rows++;
  }
  yield rows === 0 ? "[]\n" : "]\n";
  return rows;
}

const jsonObject = (row: readonly Value[], { fields }: StructType): string =>
  `{${fields.map(({ name, dataType }, i) => `${JSON.stringify(name)}:${jsonText(row[i]!, dataType)}`).join(",")}}`;

/** NULL is `\N`, as Hive and PostgreSQL write it: the text NULL stays one. */
const tsvLine = (row: readonly Value[], { schema }: StatementResult, text: HiveTextOptions): string =>
  row.map((cell, i) => (cell === null ? "\\N" : escapedTsv(hiveText(cell, schema.fields[i]!.dataType, text)))).join("\t");

const TSV_ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
const escapedTsv = (text: string): string => text.replace(/[\\\t\n\r]/g, (character) => TSV_ESCAPES[character]!);

/** NULL is nothing, an empty text a pair of quotes. Source of the quoting: RFC 4180. */
const csvLine = (row: readonly Value[], { fields }: StructType, text: HiveTextOptions): string =>
  row.map((cell, i) => (cell === null ? "" : quotedCsv(hiveText(cell, fields[i]!.dataType, text)))).join(",");

const quotedCsv = (text: string): string => (text === "" || /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > MOST_PARQUET_BYTES)
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: "A Parquet file of more than 1 GB from the command line",
        advice: "Write a folder of files: INSERT OVERWRITE DIRECTORY '...' USING parquet SELECT ...",
      });
    kept.push(piece);
  }
  return Buffer.concat(kept);
}
