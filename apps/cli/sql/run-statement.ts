import { inJobScope } from "../../../lib/dataframe/job-scope.ts";
import type { SparkSession } from "../../../lib/dataframe/session.ts";
import { arrowToValues } from "../../../lib/engine/types/convert.ts";
import type { StructType } from "../../../lib/engine/types/data-type.ts";
import type { ResultShape } from "../../../lib/engine/types/hive-text.ts";
import type { Value } from "../../../lib/engine/types/values.ts";
import type { StatementOutcome } from "../../../lib/sql/session/outcome.ts";

/** What a statement gives: its columns, and its rows as they come. */
export interface StatementResult {
  readonly schema: StructType;
  /** Each an Arrow IPC stream of its own. Leaving the loop early cancels the job. */
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly shape: ResultShape;
}

/** Runs one statement. Throws FirecrestError; of a query, while its rows are read, too. */
export async function runStatement(spark: SparkSession, text: string, signal?: AbortSignal): Promise<StatementResult> {
  const options = signal ? { signal } : {};
  // An INSERT, or a query behind SET VARIABLE, has no handle of its own.
  const { plan, display } = await inJobScope(
    () => options,
    () => spark.statements.run(text),
  );
  const shape = display === undefined ? "rows" : SHAPES[display];
  // Commands that have nothing to say need no engine.
  if (plan.kind === "localRelation" && plan.schema.fields.length === 0) return { schema: plan.schema, chunks: nothing(), shape };
  const { schema, chunks } = await spark.engine.execute(plan, spark.conf.forEngine(), options);
  return { schema, chunks, shape };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The rows of a result, columns by position. */
export async function* rowsOf({ schema, chunks }: StatementResult): AsyncGenerator<Value[]> {
  for await (const chunk of chunks) yield* arrowToValues(chunk, schema);
}

/** How the shell prints what a command gives. */
const SHAPES: Readonly<Record<NonNullable<StatementOutcome["display"]>, ResultShape>> = {
  describe: "describe",
  showTables: "names",
  showViews: "names",
};
