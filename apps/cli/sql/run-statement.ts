import type { SparkSession } from "../../../lib/dataframe/session.ts";
import { arrowToValues } from "../../../lib/engine/types/convert.ts";
import type { StructType } from "../../../lib/engine/types/data-type.ts";
import type { ResultShape } from "../../../lib/engine/types/hive-text.ts";
import type { Value } from "../../../lib/engine/types/values.ts";
import { StatementEngine } from "./statement-engine.ts";

/** What a statement gives: its columns, and its rows as they come. */
export interface StatementResult {
  readonly schema: StructType;
  /** Each an Arrow IPC stream of its own. Leaving the loop early cancels the job. */
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly shape: ResultShape;
}

/** Runs one statement. Throws FirecrestError; of a query, while its rows are read, too. */
export async function runStatement(spark: SparkSession, text: string, signal?: AbortSignal): Promise<StatementResult> {
  const { engine } = spark;
  const { plan } = await (engine instanceof StatementEngine ? engine.during(signal, () => spark.sql(text)) : spark.sql(text));
  // Commands that have nothing to say need no engine.
  if (plan.kind === "localRelation" && plan.schema.fields.length === 0) return { schema: plan.schema, chunks: nothing(), shape: "rows" };
  const { schema, chunks } = await engine.execute(plan, spark.conf.forEngine(), signal ? { signal } : {});
  return { schema, chunks, shape: shapeOf(text, schema) };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The rows of a result, columns by position. */
export async function* rowsOf({ schema, chunks }: StatementResult): AsyncGenerator<Value[]> {
  for await (const chunk of chunks) yield* arrowToValues(chunk, schema);
}

const COMMENT = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)`;
const NAMES = new RegExp(String.raw`^${COMMENT}*show${COMMENT}+(?:tables|views)\b`, "i");
const DESCRIBE = new RegExp(String.raw`^${COMMENT}*desc(?:ribe)?\b`, "i");
const DESCRIBED = "col_name,data_type,comment";

/** How the shell prints what a statement gives. */
function shapeOf(text: string, schema: StructType): ResultShape {
  if (NAMES.test(text)) return "names";
  return DESCRIBE.test(text) && schema.fields.map((field) => field.name).join() === DESCRIBED ? "describe" : "rows";
}
