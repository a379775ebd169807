import type { ExternalCatalog } from "../catalog/external-catalog.ts";
import type { Engine, ExplainMode, JobMetrics } from "../dataframe/engine-port.ts";
import { analyzePlan, compile, type Environment, scansOf, schemaOf } from "../engine/engine.ts";
import { AnalysisError } from "../engine/errors.ts";
import { explain } from "../engine/explain.ts";
import { literal } from "../engine/expressions/build.ts";
import type { Expression } from "../engine/expressions/expression.ts";
import type { Json } from "../engine/logical/json-values.ts";
import type { LogicalPlan, Write } from "../engine/logical/plan.ts";
import type { Conf } from "../engine/settings.ts";
import { describeStage } from "../engine/stages/describe.ts";
import * as t from "../engine/types/data-type.ts";
import { noJobMetrics } from "../service/job-metrics.ts";
import type { SqlText, SqlValue } from "../service/records.ts";
import type { SupervisorPorts } from "../service/supervise.ts";
import type { Written } from "../sql/commands/written.ts";
import { splitStatements } from "../sql/lexer/split-statements.ts";
import type { SessionConf } from "../sql/session/session-conf.ts";

/** What a service adds to its environment. */
export interface SqlPlanning {
  /** Where names of tables are looked up. */
  readonly catalog: ExternalCatalog;
  /** The same for the making of a job's plan. */
  readonly catalogOf: (job: string) => ExternalCatalog;
  /** Puts in the paths that the store takes. */
  readonly located: (plan: LogicalPlan) => LogicalPlan;
}

/** The same environment with a meaning for the names of a catalog's tables, and for files as `parquet.\`path\``. */
export function withCatalog<E extends Environment>(environment: E, { catalog, located }: Pick<SqlPlanning, "catalog" | "located">): E {
  const relation: NonNullable<Environment["relation"]> = async (...asked) => {
    const { catalogRelations } = await import("../sql/session/catalog-relations.ts");
    const found = await catalogRelations(catalog, environment)(...asked);
    return found && located(found);
  };
  return { ...environment, relation };
}

/** A text's plan, under the settings that its statements left. */
export interface PlannedSql {
  readonly plan: LogicalPlan;
  readonly conf: Conf;
  /** What `followSql` is to be told once the plan's rows are there, or the job has failed. */
  readonly followUp?: Written;
}

/**
 * The plan of statements separated by `;`: the last one gives it, and those before it set settings and variables and make temporary
 * views, in a session that ends with the text. Throws AnalysisError, PARSE_SYNTAX_ERROR with the place among others.
 */
async function planSql(
  { text, args = [] }: SqlText,
  conf: Conf,
  environment: Environment,
  { catalog, located }: Pick<SqlPlanning, "catalog" | "located">,
): Promise<PlannedSql> {
  const { SqlSession } = await import("../sql/session/session.ts");
  const engine = new PlanningEngine(environment, located, catalog);
  const settings = new JobConf(conf);
  const session = new SqlSession({ engine, conf: settings, now: environment.clock.now, onWritten: (written) => engine.onWritten(written) });
  const { statements, rest } = splitStatements(text);
  const all = rest === "" ? statements : [...statements, rest];
  if (all.length === 0) throw new AnalysisError("PARSE_EMPTY_STATEMENT");
  const values: readonly (readonly [string | number, SqlValue])[] = Array.isArray(args) ? [...args.entries()] : Object.entries(args);
  const parameters = new Map(values.map(([key, value]) => [key, literalOf(value)]));
  let plan: LogicalPlan | undefined;
  for (const [i, statement] of all.entries()) {
    engine.takesWrites = i === all.length - 1;
    ({ plan } = await session.run(statement, parameters));
  }
  const { taken, written } = engine;
  return { plan: located(taken ?? plan!), conf: settings.forEngine(), ...(written ? { followUp: written } : {}) };
}

/** What a service's supervisors need for jobs of SQL text. */
export const sqlPorts = (
  sql: SqlPlanning,
  { clock }: Pick<Environment, "clock">,
): Required<Pick<SupervisorPorts, "planSql" | "followSql">> => ({
  planSql: async (job, text, conf, environment) => {
    const { followUp, ...planned } = await planSql(text, conf, environment, { ...sql, catalog: sql.catalogOf(job) });
    return { ...planned, ...(followUp ? { followUp: followUp as unknown as Json } : {}) };
  },
  followSql: (job, followUp, succeeded) => followSql(job, followUp as unknown as Written, succeeded, sql, clock.now()),
});

/** Ends what a job's text began in the catalog: tells of the rows that are there, or takes back the table that they were for. Doing so twice is no error. */
async function followSql(job: string, written: Written, succeeded: boolean, { catalog }: SqlPlanning, now: number): Promise<void> {
  const { tellWritten } = await import("../sql/commands/written.ts");
  if (succeeded) return tellWritten(written, catalog, now);
  if (written.created && (await catalog.relation(written.table))?.maker === job) await catalog.dropRelation(written.table);
}

/** JSON has one kind of number: it is what SQL would take its digits for. */
function literalOf(value: SqlValue): Expression {
  if (value === null) return literal(null, t.voidType);
  if (typeof value === "boolean") return literal(value, t.booleanType);
  if (typeof value === "string") return literal(value, t.stringType);
  if ((value | 0) === value && !Object.is(value, -0)) return literal(value, t.integerType);
  return Number.isSafeInteger(value) ? literal(BigInt(value), t.longType) : literal(value, t.doubleType);
}

/** What a session asks of an engine while a text becomes a plan. Nothing runs: of the last statement the write itself is the plan. */
class PlanningEngine implements Engine {
  takesWrites = false;
  taken: Write | undefined;
  written: Written | undefined;
  readonly #environment: Environment;

  readonly #located: (plan: LogicalPlan) => LogicalPlan;

  readonly catalog: ExternalCatalog;

  constructor(environment: Environment, located: (plan: LogicalPlan) => LogicalPlan, catalog: ExternalCatalog) {
    this.#environment = environment;
    this.#located = located;
    this.catalog = catalog;
  }
  async schema(plan: LogicalPlan, conf: Conf) {
    return schemaOf((await analyzePlan(this.#located(plan), conf, this.#environment)).analyzed);
  }
  async explain(plan: LogicalPlan, mode: ExplainMode, conf: Conf): Promise<string> {
    const { parsed, analyzed, optimized, physical, graph, settings } = await compile(this.#located(plan), conf, this.#environment);
    const stages = graph.stages.map((stage) => describeStage(stage, settings.session));
    return explain(mode, { parsed, analyzed, optimized, physical: physical.plan, stages });
  }
  async execute(): Promise<never> {
    throw onlyLast("A query whose rows another statement of the job needs");
  }
  async write(plan: Write): Promise<JobMetrics> {
    if (!this.takesWrites) throw onlyLast("A statement that writes before the last one of a job");
    if (this.taken) throw onlyLast("A statement that writes twice");
    this.taken = plan;
    return noJobMetrics;
  }
  async onWritten(written: Written): Promise<void> {
    this.written = written;
  }
  async inputFiles(plan: LogicalPlan, conf: Conf): Promise<readonly string[]> {
    const { analyzed } = await analyzePlan(this.#located(plan), conf, this.#environment);
    return [...new Set(scansOf(analyzed).flatMap((scan) => scan.files.map((file) => file.key)))];
  }
  async uncache(): Promise<void> {}
  async close(): Promise<void> {}
}

const onlyLast = (feature: string) =>
  new AnalysisError("FIRECREST_UNSUPPORTED", { feature, advice: "Submit it as a job of its own, before this one." });

/** The settings that a job came with, and what its statements make of them. */
class JobConf implements SessionConf {
  readonly #given: Map<string, string>;

  constructor(given: Conf) {
    this.#given = new Map(Object.entries(given));
  }
  get(key: string, defaultValue?: string): string {
    const value = this.#given.get(key) ?? defaultValue ?? DEFAULTS[key];
    if (value === undefined) throw new AnalysisError("SQL_CONF_NOT_FOUND", { sqlConf: `"${key}"` });
    return value;
  }
  set(key: string, value: string): void {
    this.#given.set(key, value);
  }
  unset(key: string): void {
    this.#given.delete(key);
  }
  isModifiable(): boolean {
    return true;
  }
  getAll(): Conf {
    return { ...DEFAULTS, ...this.given() };
  }
  given(): Conf {
    return Object.fromEntries(this.#given);
  }
  forEngine(): Conf {
    return this.given();
  }
}

/** What jobs have where they say nothing, as lib/engine/settings.ts reads it. */
const DEFAULTS: Conf = { "spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true" };
