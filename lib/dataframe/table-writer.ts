import { AnalysisError, withOrigin } from "../engine/errors.ts";
import { parseAttributeName } from "../engine/expressions/build.ts";
import { sqlId } from "../engine/expressions/quoting.ts";
import type { LogicalPlan, SaveMode } from "../engine/logical/plan.ts";
import type { StatementContext } from "../sql/session/statement-context.ts";
import { captureOrigin } from "./origin.ts";
import { refuse } from "./refused.ts";
import type { ConfValue } from "./runtime-config.ts";
import type { SparkSession } from "./session.ts";

interface Settings {
  readonly provider?: string;
  readonly partitionedBy: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * Writes a DataFrame to a table of the catalog, as `pyspark.sql.DataFrameWriterV2`: columns go by their names. Each method gives a new
 * writer; those that write are promises.
 */
export class DataFrameWriterV2 {
  readonly #session: SparkSession;
  readonly #table: string;
  readonly #plan: () => Promise<LogicalPlan>;
  readonly #settings: Settings;

  /** @internal */
  constructor(
    session: SparkSession,
    table: string,
    plan: () => Promise<LogicalPlan>,
    settings: Settings = { partitionedBy: [], options: {}, properties: {} },
  ) {
    this.#session = session;
    this.#table = table;
    this.#plan = plan;
    this.#settings = settings;
  }
  /** The format of a new table's files: `parquet` without a word. */
  using(provider: string): DataFrameWriterV2 {
    return this.#with({ provider: provider.toLowerCase() });
  }
  option(key: string, value: ConfValue): DataFrameWriterV2 {
    return this.options({ [key]: value });
  }
  options(options: Readonly<Record<string, ConfValue>>): DataFrameWriterV2 {
    const texts = Object.entries(options).map(([key, value]) => [key, String(value)]);
    return this.#with({ options: { ...this.#settings.options, ...Object.fromEntries(texts) } });
  }
  tableProperty(property: string, value: string): DataFrameWriterV2 {
    return this.#with({ properties: { ...this.#settings.properties, [property]: value } });
  }
  /** Columns that a new table has a folder for each value of. */
  partitionedBy(column: string, ...columns: readonly string[]): DataFrameWriterV2 {
    return this.#with({ partitionedBy: [column, ...columns] });
  }
  /** Makes a table of the rows. Throws TABLE_OR_VIEW_ALREADY_EXISTS. */
  create(): Promise<void> {
    return this.#make("error");
  }
  /** Makes the table anew, with these rows and columns. Throws TABLE_OR_VIEW_NOT_FOUND. */
  replace(): Promise<void> {
    return this.#make("overwrite", true);
  }
  createOrReplace(): Promise<void> {
    return this.#make("overwrite");
  }
  /** Adds the rows to a table that exists. */
  append(): Promise<void> {
    return this.#insert({ overwrite: false });
  }
  /** Replaces the partitions that the rows belong to: of a table without partitions, all rows. */
  overwritePartitions(): Promise<void> {
    return this.#insert({ overwrite: true, dynamic: true });
  }

  /** @internal Replaces all rows: `overwrite` where the condition holds for each. */
  overwriteAll(): Promise<void> {
    return this.#insert({ overwrite: true });
  }

  #make(mode: SaveMode, mustExist = false): Promise<void> {
    return this.#run(async (parts, context) => {
      const { saveAsTable } = await import("../sql/commands/save-as-table.ts");
      const { tableOfParts } = await import("../sql/session/names.ts");
      if (mustExist && !(await context.catalog.relation(tableOfParts(parts, context.session.currentSchema))))
        throw new AnalysisError("TABLE_OR_VIEW_NOT_FOUND", { relationName: sqlId(parts) });
      const { provider: format, partitionedBy: partitionBy, options, properties } = this.#settings;
      await saveAsTable({ parts, plan: await this.#plan(), mode, format, partitionBy, options, properties }, context);
    });
  }

  #insert(how: { readonly overwrite: boolean; readonly dynamic?: true }): Promise<void> {
    return this.#run(async (parts, context) => {
      const { insertPlan } = await import("../sql/commands/insert.ts");
      await insertPlan(parts, await this.#plan(), { ...how, byName: true }, context);
    });
  }

  async #run(write: (parts: readonly string[], context: StatementContext) => Promise<void>): Promise<void> {
    const origin = captureOrigin();
    try {
      const { StatementContext } = await import("../sql/session/statement-context.ts");
      await write(parseAttributeName(this.#table), new StatementContext(this.#session.statements, ""));
    } catch (thrown) {
      throw withOrigin(thrown, origin);
    }
  }

  #with(change: Partial<Settings>): DataFrameWriterV2 {
    return new DataFrameWriterV2(this.#session, this.#table, this.#plan, { ...this.#settings, ...change });
  }
}

refuse(DataFrameWriterV2.prototype, "DataFrameWriterV2");
