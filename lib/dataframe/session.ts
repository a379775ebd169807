import type { Table } from "apache-arrow";
import { freshId } from "../engine/expressions/build.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import type { StructType } from "../engine/types/data-type.ts";
import { SqlSession } from "../sql/session/session.ts";
import { Catalog } from "./catalog.ts";
import { type Loaded, localRelation, type RowsInput, type SchemaInput } from "./create-dataframe.ts";
import { DataFrame } from "./dataframe.ts";
import type { RowOfDdl } from "./ddl-type.ts";
import { settle } from "./deferred.ts";
import type { Engine } from "./engine-port.ts";
import { originField } from "./origin.ts";
import { DataFrameReader } from "./reader.ts";
import { refuse } from "./refused.ts";
import type { Row } from "./row.ts";
import type { RuntimeConfig } from "./runtime-config.ts";
import { SessionBuilder } from "./session-builder.ts";
import { settleSessionFunctions } from "./session-functions.ts";
import { boundTemplate, boundText, lowerText, runSql, type SqlArguments, type SqlTemplateValue } from "./sql.ts";
import { settleSqlTexts } from "./sql-text.ts";
import { UdfRegistration } from "./udf-registration.ts";

/** The version of Spark whose behaviour Firecrest has. */
const SPARK_VERSION = "4.1.0";

/**
 * The way in, as `pyspark.sql.SparkSession`:
 * `const spark = await SparkSession.builder.appName("top").getOrCreate()`.
 */
export class SparkSession {
  static get builder(): SessionBuilder {
    return new SessionBuilder();
  }

  /** @internal */
  readonly engine: Engine;
  readonly conf: RuntimeConfig;
  readonly catalog: Catalog;
  readonly udf: UdfRegistration = new UdfRegistration();
  readonly version: string = SPARK_VERSION;
  /** @internal What SQL statements of this session share: views, variables, functions. */
  readonly statements: SqlSession;
  readonly #onStop: () => void;

  /** @internal */
  constructor(engine: Engine, conf: RuntimeConfig, onStop: () => void = () => {}) {
    this.engine = engine;
    this.conf = conf;
    this.statements = new SqlSession({ engine, conf, settle: (plan) => this.settled(plan), registered: this.udf });
    this.catalog = new Catalog(this.statements);
    this.#onStop = onStop;
  }

  get read(): DataFrameReader {
    return new DataFrameReader(this);
  }
  /** One column `id`, from start (0) up to but not including end. */
  range(end: number | bigint): DataFrame<{ readonly id: bigint }>;
  range(start: number | bigint, end: number | bigint, step?: number | bigint, numPartitions?: number): DataFrame<{ readonly id: bigint }>;
  range(
    first: number | bigint,
    end?: number | bigint,
    step: number | bigint = 1,
    numPartitions?: number,
  ): DataFrame<{ readonly id: bigint }> {
    const [from, to] = end === undefined ? [0, first] : [first, end];
    if (BigInt(step) === 0n) throw new RangeError("the step of a range must not be 0");
    const partitions = numPartitions === undefined ? {} : { partitions: numPartitions };
    return this.frame({ kind: "range", start: BigInt(from), end: BigInt(to), step: BigInt(step), ...partitions, ...originField() });
  }
  /** Rows in the program: objects, arrays in the order of the schema, or an Arrow table. The schema is found where none is given. */
  createDataFrame<D extends string>(rows: RowsInput, schema: D): DataFrame<RowOfDdl<D>>;
  createDataFrame(rows: RowsInput, schema: StructType | readonly string[]): DataFrame<Row>;
  createDataFrame<O extends object>(rows: readonly O[]): DataFrame<O extends readonly unknown[] ? Row : Loaded<O>>;
  createDataFrame(rows: Table): DataFrame<Row>;
  createDataFrame(rows: RowsInput, schema?: SchemaInput): unknown {
    return this.frame({ ...localRelation(rows, schema), ...originField() });
  }
  /** A temporary view, or a table or view of the catalog: an action throws TABLE_OR_VIEW_NOT_FOUND. */
  table(name: string): DataFrame<Row> {
    return this.frame(this.catalog.plan(name));
  }
  /**
   * Runs a statement: a query gives its rows once an action asks for them, anything else is done when the promise resolves, and its
   * DataFrame holds what the statement has to say. Markers in the text are bound to `args`, never pasted: `:name` to an object's
   * fields, `?` to an array's elements. As a template's tag, ${values} are bound in the same way and ${dataFrames} stand as tables:
   *
   * ```ts
   * await spark.sql("SELECT * FROM sales WHERE amount > :least", { least: 10 });
   * await spark.sql`SELECT shop, sum(amount) FROM ${sales} WHERE amount > ${10} GROUP BY shop`;
   * ```
   *
   * Throws AnalysisError: PARSE_SYNTAX_ERROR with the place in the text, and every condition of the analyzer's.
   */
  sql(text: string, args?: SqlArguments): Promise<DataFrame<Row>>;
  sql(text: TemplateStringsArray, ...values: readonly SqlTemplateValue[]): Promise<DataFrame<Row>>;
  async sql(text: string | TemplateStringsArray, ...given: readonly unknown[]): Promise<DataFrame<Row>> {
    const statement =
      typeof text === "string" ? boundText(text, given[0] as SqlArguments) : boundTemplate(text, given as SqlTemplateValue[]);
    return this.frame((await runSql(this, statement)).plan);
  }
  /** A session with settings, views and functions of its own on the same engine. */
  newSession(): SparkSession {
    return new SparkSession(this.engine, this.conf.copy(), this.#onStop);
  }
  /** A session that begins as this one stands, with its settings, views, functions and variables; later changes of either are its own. */
  cloneSession(): SparkSession {
    const clone = this.newSession();
    clone.udf.copyFrom(this.udf);
    clone.statements.copyFrom(this.statements);
    return clone;
  }
  /** Ends the engine, for all sessions on it. Stopping twice is no error. */
  async stop(): Promise<void> {
    this.#onStop();
    await this.engine.close();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** @internal The plan an engine can take: placeholders settled, SQL texts read, the session's functions put in. */
  async settled(plan: LogicalPlan): Promise<LogicalPlan> {
    const settleTexts = async (given: LogicalPlan) => settleSqlTexts(await settle(given), (text) => lowerText(this, text));
    const written = await settleTexts(plan);
    const analyzed = await this.udf.analyze(written, this);
    const bound = this.udf.bind(analyzed === written ? written : await settleTexts(analyzed));
    return settleSessionFunctions(bound, { schema: this.statements.currentSchema, user: this.engine.user });
  }
  /** @internal A DataFrame of a plan. */
  frame<T>(plan: LogicalPlan): DataFrame<T> {
    return new DataFrame<T>(this, { ...plan, planId: freshId() });
  }
}

refuse(SparkSession.prototype, "SparkSession");
