import { randomUUID } from "node:crypto";
import { type Table as ArrowTable, type RecordBatch, Table, tableFromIPC } from "apache-arrow";
import { withOrigin } from "../engine/errors.ts";
import { fn, integerLiteral } from "../engine/expressions/build.ts";
import { typeName } from "../engine/expressions/print-type.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { arrowToRows, arrowToValues } from "../engine/types/convert.ts";
import type { StructType } from "../engine/types/data-type.ts";
import { treeString } from "../engine/types/ddl.ts";
import { htmlString, showString } from "../engine/types/show.ts";
import type { Value } from "../engine/types/values.ts";
import type { Execution, ExplainMode } from "./engine-port.ts";
import { captureOrigin } from "./origin.ts";
import { semanticText, textHash } from "./semantics.ts";
import type { SparkSession } from "./session.ts";
import { DataFrameWriterV2 } from "./table-writer.ts";
import { DataFrameWriter } from "./writer.ts";

/** Rows that `show` prints without a number. */
const SHOWN_ROWS = 20;
/** Characters of a cell that `show` prints where it truncates. */
const SHOWN_CHARACTERS = 20;

/**
 * A plan, and what can be asked of it: its schema, its rows, to keep them and to write them. What runs a job is a promise.
 * DataFrame adds the transformations.
 */
export abstract class Relation<T> {
  readonly sparkSession: SparkSession;
  #plan: LogicalPlan;

  /** @internal */
  constructor(sparkSession: SparkSession, plan: LogicalPlan) {
    this.sparkSession = sparkSession;
    this.#plan = plan;
  }
  /** @internal */
  get plan(): LogicalPlan {
    return this.#plan;
  }

  // The schema.

  async schema(): Promise<StructType> {
    const { engine, conf } = this.sparkSession;
    return engine.schema(await this.settled(), conf.forEngine());
  }
  /** The columns' names. */
  async columns(): Promise<string[]> {
    return (await this.schema()).fields.map((field) => field.name);
  }
  /** Names and types, `[["id", "bigint"]]`. */
  async dtypes(): Promise<[name: string, type: string][]> {
    return (await this.schema()).fields.map((field) => [field.name, typeName(field.dataType)]);
  }
  /** Prints the schema as a tree, at most `level` deep. */
  async printSchema(level?: number): Promise<void> {
    console.log(treeString(await this.schema(), level));
  }
  /** Prints the plan: `true` for all phases, or a mode by name. */
  async explain(mode: boolean | ExplainMode = "simple"): Promise<void> {
    console.log(await this.explainString(typeof mode === "string" ? mode : mode ? "extended" : "simple"));
  }
  /** @internal What `explain` prints. */
  async explainString(mode: ExplainMode): Promise<string> {
    const { engine, conf } = this.sparkSession;
    return engine.explain(await this.settled(), mode, conf.forEngine());
  }
  /** The files that this would read. */
  async inputFiles(): Promise<readonly string[]> {
    const { engine, conf } = this.sparkSession;
    return engine.inputFiles(await this.settled(), conf.forEngine());
  }

  // Rows.

  /** All rows. They must fit in memory: `for await (const row of df)` does not need that. */
  async collect(): Promise<T[]> {
    return this.#rowsOf(this.plan);
  }
  /** The number of rows. */
  async count(): Promise<number> {
    const count = fn("count", integerLiteral(1));
    const [row] = await this.#rowsOf({ kind: "aggregate", grouping: [], aggregates: [count], child: this.plan });
    return Number(Object.values(row as Record<string, bigint>)[0]);
  }
  /** The first row, or null; with a number, the first rows. */
  head(): Promise<T | null>;
  head(n: number): Promise<T[]>;
  async head(n?: number): Promise<T | null | T[]> {
    const rows = await this.take(n ?? 1);
    return n === undefined ? (rows[0] ?? null) : rows;
  }
  /** The first row, or null. */
  first(): Promise<T | null> {
    return this.head();
  }
  /** The first n rows. */
  take(n: number): Promise<T[]> {
    return this.#rowsOf({ kind: "limit", count: n, child: this.plan });
  }
  /** The last n rows. */
  tail(n: number): Promise<T[]> {
    return this.#rowsOf({ kind: "tail", count: n, child: this.plan });
  }
  async isEmpty(): Promise<boolean> {
    return (await this.take(1)).length === 0;
  }
  /** Row by row, a chunk in memory at a time; leaving the loop early cancels the job. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    const { schema, chunks } = await this.#execute(this.plan);
    for await (const chunk of chunks) yield* arrowToRows(chunk, schema) as Generator<T>;
  }
  /** `for await (const row of df)` by name. */
  toLocalIterator(): AsyncGenerator<T, void, undefined> {
    return this[Symbol.asyncIterator]();
  }
  /** Calls `f` for each row, in order, here: not in the tasks. */
  async foreach(f: (row: T) => void | Promise<void>): Promise<void> {
    for await (const row of this) await f(row);
  }
  /** All rows as an Arrow table. */
  async toArrow(): Promise<ArrowTable> {
    const batches: RecordBatch[] = [];
    const { chunks } = await this.#execute(this.plan);
    let empty: ArrowTable | undefined;
    for await (const chunk of chunks) {
      const table = tableFromIPC(chunk);
      empty ??= table;
      batches.push(...table.batches);
    }
    return batches.length > 0 ? new Table(batches) : (empty ?? new Table());
  }
  /**
   * Prints the first n rows as a table. `truncate`: cells longer than 20 characters, or than a number, are cut.
   * `vertical`: a line a cell.
   */
  async show(n: number = SHOWN_ROWS, truncate: boolean | number = true, vertical = false): Promise<void> {
    console.log(await this.showString(n, typeof truncate === "number" ? truncate : truncate ? SHOWN_CHARACTERS : 0, vertical));
  }
  /** @internal What `show` prints. */
  async showString(n: number, truncate: number, vertical: boolean): Promise<string> {
    const { columns, rows, hasMore } = await this.#shown(n);
    return showString(columns, rows, { truncate, vertical, hasMore, timeZone: this.#timeZone });
  }
  /** @internal The same as a table of HTML, for notebooks. */
  async htmlString(n: number, truncate: number): Promise<string> {
    const { columns, rows, hasMore } = await this.#shown(n);
    return htmlString(columns, rows, { truncate, hasMore, timeZone: this.#timeZone });
  }
  async #shown(given: number) {
    const n = Math.max(0, given);
    const { schema, chunks } = await this.#execute({ kind: "limit", count: n + 1, child: this.plan });
    const rows: Value[][] = [];
    for await (const chunk of chunks) rows.push(...arrowToValues(chunk, schema));
    return { columns: schema.fields, rows: rows.slice(0, n), hasMore: rows.length > n };
  }
  get #timeZone(): string {
    return this.sparkSession.conf.get("spark.sql.session.timeZone") ?? "UTC";
  }

  // Keeping and sharing.

  /** Keeps the rows that the first job computes, for the later ones. Changes this DataFrame and gives it back. */
  cache(): this {
    if (this.#plan.kind !== "cached") {
      const { planId, origin } = this.#plan;
      const ids = { ...(planId === undefined ? {} : { planId }), ...(origin === undefined ? {} : { origin }) };
      this.#plan = { kind: "cached", key: randomUUID(), child: this.#plan, ...ids };
    }
    return this;
  }
  /** `cache`: where rows are kept is the backend's choice. */
  persist(): this {
    return this.cache();
  }
  /** Forgets the kept rows. */
  async unpersist(): Promise<this> {
    const plan = this.#plan;
    if (plan.kind === "cached") {
      this.#plan = plan.child;
      await this.sparkSession.engine.uncache(plan.key);
    }
    return this;
  }
  get write(): DataFrameWriter {
    return new DataFrameWriter(this.sparkSession, () => this.settled());
  }
  /** Writes to a table of the catalog. */
  writeTo(table: string): DataFrameWriterV2 {
    return new DataFrameWriterV2(this.sparkSession, table, () => this.settled());
  }
  /** Names this plan for `spark.table(name)`. Throws TEMP_TABLE_OR_VIEW_ALREADY_EXISTS. */
  createTempView(name: string): void {
    this.sparkSession.catalog.createTempView(name, this.plan, false);
  }
  /** Names this plan for `spark.table(name)`. */
  createOrReplaceTempView(name: string): void {
    this.sparkSession.catalog.createTempView(name, this.plan, true);
  }
  /** Names this plan for all sessions on the engine: `global_temp.name`. Throws TEMP_TABLE_OR_VIEW_ALREADY_EXISTS. */
  createGlobalTempView(name: string): void {
    this.sparkSession.catalog.createTempView(name, this.plan, false, true);
  }
  /** Names this plan for all sessions on the engine: `global_temp.name`. */
  createOrReplaceGlobalTempView(name: string): void {
    this.sparkSession.catalog.createTempView(name, this.plan, true, true);
  }
  /** Whether both plans are the same but for names: false does not prove that results differ. */
  sameSemantics<U>(other: Relation<U>): boolean {
    return semanticText(this.plan) === semanticText(other.plan);
  }
  /** A number equal for DataFrames of the same semantics. */
  semanticHash(): number {
    return textHash(semanticText(this.plan));
  }
  /** @internal A text equal for relations of the same semantics: of the analyzed plan, where the engine tells that. */
  async canonicalText(): Promise<string> {
    const { engine, conf } = this.sparkSession;
    const plan = await this.settled();
    if (engine.canonicalText) return engine.canonicalText(plan, conf.forEngine());
    await engine.schema(plan, conf.forEngine());
    return semanticText(plan);
  }
  /** Whether the rows are in the plan itself. */
  isLocal(): boolean {
    return this.plan.kind === "localRelation";
  }
  get isStreaming(): boolean {
    return false;
  }

  /** The plan an engine can take. */
  protected settled(plan: LogicalPlan = this.plan): Promise<LogicalPlan> {
    return this.sparkSession.settled(plan);
  }

  /** What goes wrong in a task has no place in the program but the action's. */
  async #execute(plan: LogicalPlan): Promise<Pick<Execution, "schema" | "chunks">> {
    const { engine, conf } = this.sparkSession;
    const origin = captureOrigin();
    try {
      const { schema, chunks } = await engine.execute(await this.settled(plan), conf.forEngine());
      return { schema, chunks: placed(chunks, origin) };
    } catch (thrown) {
      throw withOrigin(thrown, origin);
    }
  }

  async #rowsOf(plan: LogicalPlan): Promise<T[]> {
    const { schema, chunks } = await this.#execute(plan);
    const rows: T[] = [];
    for await (const chunk of chunks) for (const row of arrowToRows(chunk, schema)) rows.push(row as T);
    return rows;
  }
}

async function* placed(chunks: AsyncIterable<Uint8Array>, origin: string | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (thrown) {
    throw withOrigin(thrown, origin);
  }
}
