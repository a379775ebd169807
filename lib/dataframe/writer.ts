import type { BucketSpec } from "../catalog/objects.ts";
import { AnalysisError, withOrigin } from "../engine/errors.ts";
import { parseAttributeName } from "../engine/expressions/build.ts";
import type { LogicalPlan, SaveMode } from "../engine/logical/plan.ts";
import type { StatementContext } from "../sql/session/statement-context.ts";
import { originField } from "./origin.ts";
import { lowerCased, type Options } from "./reader.ts";
import { refuse } from "./refused.ts";
import type { ConfValue } from "./runtime-config.ts";
import type { SparkSession } from "./session.ts";

/** Spark's names of save modes. */
export type ModeName = SaveMode | "errorifexists" | "default";

const MODES: Readonly<Record<ModeName, SaveMode>> = {
  append: "append",
  overwrite: "overwrite",
  error: "error",
  errorifexists: "error",
  default: "error",
  ignore: "ignore",
};

interface Settings {
  readonly format?: string;
  readonly mode: SaveMode;
  readonly partitionBy: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly buckets?: { readonly count: number; readonly columns: readonly string[] };
  readonly sortBy?: readonly string[];
}

/** Writes a DataFrame, as `pyspark.sql.DataFrameWriter`. Each method gives a new writer; those that write are promises. */
export class DataFrameWriter {
  readonly #session: SparkSession;
  readonly #plan: () => Promise<LogicalPlan>;
  readonly #settings: Settings;

  /** @internal */
  constructor(
    session: SparkSession,
    plan: () => Promise<LogicalPlan>,
    settings: Settings = { mode: "error", partitionBy: [], options: {} },
  ) {
    this.#session = session;
    this.#plan = plan;
    this.#settings = settings;
  }
  /** What to do where the path holds data already: `error` without a word. */
  mode(mode: ModeName): DataFrameWriter {
    const known = mode.toLowerCase();
    if (!Object.hasOwn(MODES, known)) throw new AnalysisError("INVALID_SAVE_MODE", { mode: `"${mode}"` });
    return this.#with({ mode: MODES[known as ModeName] });
  }
  format(source: string): DataFrameWriter {
    return this.#with({ format: source.toLowerCase() });
  }
  option(key: string, value: ConfValue | null): DataFrameWriter {
    return this.options({ [key]: value });
  }
  options(options: Options): DataFrameWriter {
    return this.#with({ options: { ...this.#settings.options, ...lowerCased(options) } });
  }
  /** Writes a folder `column=value` for each value of these columns. */
  partitionBy(...columns: readonly (string | readonly string[])[]): DataFrameWriter {
    return this.#with({ partitionBy: columns.flat() });
  }
  /** Rows of a table's files that hash alike by these columns are called a bucket: the table says so, and joins may use it. */
  bucketBy(count: number, ...columns: readonly (string | readonly string[])[]): DataFrameWriter {
    return this.#with({ buckets: { count, columns: columns.flat() } });
  }
  /** The order of rows in each bucket: with `bucketBy` only. */
  sortBy(...columns: readonly (string | readonly string[])[]): DataFrameWriter {
    return this.#with({ sortBy: columns.flat() });
  }
  /** Writes files below a path; resolves once they are there, all of them. */
  async save(path?: string, format?: string): Promise<void> {
    const { mode, partitionBy, options } = this.#settings;
    this.#refuseBuckets("save");
    const chosen = format ?? this.#settings.format ?? this.#session.conf.get("spark.sql.sources.default");
    if (chosen === "noop") return this.#discard();
    const target = path ?? options.path;
    if (target === undefined) throw new TypeError("save needs a path");
    const place = originField();
    try {
      const child = await this.#plan();
      const node = { kind: "write", format: chosen, path: target, mode, partitionBy, options, child, ...place } as const;
      await this.#session.engine.write(node, this.#session.conf.forEngine());
    } catch (thrown) {
      throw withOrigin(thrown, place.origin);
    }
  }
  /** Writes a table of the catalog; resolves once its rows are there. Into one that exists, rows are appended by the names of columns. */
  async saveAsTable(name: string, format?: string): Promise<void> {
    const { mode, partitionBy, options } = this.#settings;
    const place = originField();
    try {
      const { saveAsTable } = await import("../sql/commands/save-as-table.ts");
      const parts = parseAttributeName(name);
      const chosen = format ?? this.#settings.format;
      const bucket = this.#bucket();
      const request = { parts, plan: await this.#plan(), mode, format: chosen, partitionBy, options, ...(bucket ? { bucket } : {}) };
      await saveAsTable(request, await contextOf(this.#session));
    } catch (thrown) {
      throw withOrigin(thrown, place.origin);
    }
  }
  /** Puts rows into a table that exists, by the places of columns; `overwrite` replaces what is there. */
  async insertInto(name: string, overwrite = this.#settings.mode === "overwrite"): Promise<void> {
    const place = originField();
    this.#refuseBuckets("insertInto");
    if (this.#settings.partitionBy.length > 0) throw new AnalysisError("_LEGACY_ERROR_TEMP_1309", {});
    try {
      const { insertPlan } = await import("../sql/commands/insert.ts");
      await insertPlan(parseAttributeName(name), await this.#plan(), { overwrite, byName: false }, await contextOf(this.#session));
    } catch (thrown) {
      throw withOrigin(thrown, place.origin);
    }
  }
  parquet(path: string): Promise<void> {
    return this.save(path, "parquet");
  }
  csv(path: string): Promise<void> {
    return this.save(path, "csv");
  }
  json(path: string): Promise<void> {
    return this.save(path, "json");
  }
  text(path: string): Promise<void> {
    return this.save(path, "text");
  }
  /** An element a row, called by the option `rowTag`, which must be given. */
  xml(path: string): Promise<void> {
    return this.save(path, "xml");
  }

  #bucket(): BucketSpec | undefined {
    const { buckets, sortBy = [] } = this.#settings;
    if (!buckets && sortBy.length > 0) throw new AnalysisError("SORT_BY_WITHOUT_BUCKETING", {});
    return buckets && { columns: buckets.columns, sortColumns: sortBy, buckets: buckets.count };
  }
  /** Only a table's description can tell of buckets. */
  #refuseBuckets(operation: string): void {
    const bucket = this.#bucket();
    if (bucket) throw new AnalysisError(`_LEGACY_ERROR_TEMP_131${bucket.sortColumns.length > 0 ? 3 : 2}`, { operation });
  }
  /** `noop`: all rows are computed, none is kept. */
  async #discard(): Promise<void> {
    const { chunks } = await this.#session.engine.execute(await this.#plan(), this.#session.conf.forEngine());
    for await (const _ of chunks);
  }

  #with(change: Partial<Settings>): DataFrameWriter {
    return new DataFrameWriter(this.#session, this.#plan, { ...this.#settings, ...change });
  }
}

async function contextOf({ statements }: SparkSession): Promise<StatementContext> {
  const { StatementContext } = await import("../sql/session/statement-context.ts");
  return new StatementContext(statements, "");
}

refuse(DataFrameWriter.prototype, "DataFrameWriter");
