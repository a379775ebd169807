import { DEFAULT_SCHEMA, type ExternalCatalog, SESSION_CATALOG } from "../../catalog/external-catalog.ts";
import type { Engine } from "../../dataframe/engine-port.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Written } from "../commands/written.ts";
import { CachedNames } from "./cached-names.ts";
import { Functions, type RegisteredFunctions } from "./functions.ts";
import type { StatementOutcome } from "./outcome.ts";
import type { SessionConf } from "./session-conf.ts";
import { TemporaryViews } from "./temporary-views.ts";
import { Variables } from "./variables.ts";

export interface SqlSessionOptions {
  readonly engine: Engine;
  readonly conf: SessionConf;
  readonly views?: TemporaryViews;
  /** Puts in what only the surroundings of a session know, such as functions that a program registered. */
  readonly settle?: (plan: LogicalPlan) => Promise<LogicalPlan>;
  /** What a program registered. */
  readonly registered?: RegisteredFunctions;
  /** Ms since 1970, for what a catalog dates. */
  readonly now?: () => number;
  /** Takes what the catalog is to be told of rows, where these are written later; absent: it is told at once. */
  readonly onWritten?: (written: Written) => Promise<void>;
}

/** Values of `:name` and of `?` by its position. */
export type Parameters = ReadonlyMap<string | number, Expression>;

/** What a program gives a statement beside its text. */
export interface Bindings {
  readonly parameters?: Parameters;
  /** Plans by names that only this statement has. */
  readonly relations?: ReadonlyMap<string, LogicalPlan>;
}

/** The state that SQL statements of one session share, and the way in for their text. */
export class SqlSession {
  readonly engine: Engine;
  readonly conf: SessionConf;
  readonly views: TemporaryViews;
  readonly variables: Variables = new Variables();
  readonly functions: Functions;
  readonly now: () => number;
  readonly onWritten: ((written: Written) => Promise<void>) | undefined;
  readonly #settle: (plan: LogicalPlan) => Promise<LogicalPlan>;
  /** The tables and views that CACHE TABLE was asked for. */
  readonly cached: CachedNames;
  readonly currentCatalog = SESSION_CATALOG;
  currentSchema: string = DEFAULT_SCHEMA;

  constructor({
    engine,
    conf,
    views = new TemporaryViews(engine),
    settle = async (plan) => plan,
    registered,
    now = Date.now,
    onWritten,
  }: SqlSessionOptions) {
    this.engine = engine;
    this.cached = new CachedNames(engine);
    this.conf = conf;
    this.now = now;
    this.onWritten = onWritten;
    this.#settle = settle;
    this.views = views;
    this.functions = new Functions(registered);
  }

  /** Throws FIRECREST_UNSUPPORTED where the engine keeps no tables. */
  get catalog(): ExternalCatalog {
    const { catalog } = this.engine;
    if (!catalog)
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: "A catalog of tables on this engine",
        advice: "Read files by their paths, or use temporary views.",
      });
    return catalog;
  }

  /** Runs one statement: a command at once, a query when its plan is asked for rows. Throws FirecrestError. */
  async run(text: string, parameters: Parameters = new Map(), relations: Bindings["relations"] = new Map()): Promise<StatementOutcome> {
    // Programs without SQL text do not wait for what reads it.
    const { runText } = await import("./run-text.ts");
    return runText(text, { parameters, relations }, this);
  }

  settle(plan: LogicalPlan): Promise<LogicalPlan> {
    return this.#settle(plan);
  }

  /** Takes over what another session has of its own, and where it stands. Settings are not part of it. */
  copyFrom(other: SqlSession): void {
    this.views.copyFrom(other.views);
    this.variables.copyFrom(other.variables);
    this.functions.copyFrom(other.functions);
    this.cached.copyFrom(other.cached);
    this.currentSchema = other.currentSchema;
  }
}
