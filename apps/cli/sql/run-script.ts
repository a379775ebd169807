import type { SparkSession } from "../../../lib/dataframe/session.ts";
import { hiveTextOptions } from "../../../lib/engine/types/hive-text.ts";
import { splitStatements } from "../../../lib/sql/lexer/split-statements.ts";
import type { OutputFormat } from "./output-format.ts";
import { runStatement } from "./run-statement.ts";
import { piecesOf } from "./write-result.ts";

/** Formats whose output holds one result and no second one. */
const ONE_RESULT: ReadonlySet<OutputFormat> = new Set(["arrow", "parquet"]);

/** How the results of statements are written. */
export interface ScriptOutput {
  readonly format: OutputFormat;
  /** Resolves when more may come. */
  readonly write: (piece: string | Uint8Array) => Promise<void>;
  /** Rows of a table that are shown. */
  readonly mostRows?: number;
}

/** Runs statements in order and writes what they give. The first that fails ends it: throws its error. */
export async function runScript(spark: SparkSession, text: string, output: ScriptOutput, signal?: AbortSignal): Promise<void> {
  const { statements, rest } = splitStatements(text);
  let written = 0;
  for (const statement of rest === "" ? statements : [...statements, rest]) {
    const result = await runStatement(spark, statement, signal);
    if (result.schema.fields.length === 0) {
      for await (const _ of result.chunks);
      continue;
    }
    if (written > 0 && ONE_RESULT.has(output.format)) throw new TypeError(`${output.format} output holds one result; this is a second one`);
    await writeResult(spark, result, output);
    written++;
  }
}

/** Writes one result; gives its number of rows. */
export async function writeResult(
  spark: SparkSession,
  result: Awaited<ReturnType<typeof runStatement>>,
  output: ScriptOutput,
): Promise<number> {
  const { format, mostRows, write } = output;
  const pieces = piecesOf(format, result, { text: hiveTextOptions(spark.conf.getAll()), ...(mostRows === undefined ? {} : { mostRows }) });
  for (let next = await pieces.next(); ; next = await pieces.next()) {
    if (next.done) return next.value;
    await write(next.value);
  }
}
