import type { ExternalCatalog } from "../../../lib/catalog/external-catalog.ts";
import type { Engine, ExecuteOptions } from "../../../lib/dataframe/engine-port.ts";

/** An engine whose jobs end with the statement that asked for them: an INSERT, or a query behind SET VARIABLE, has no handle of its own. */
export class StatementEngine implements Engine {
  readonly #engine: Engine;
  #signal: AbortSignal | undefined;

  readonly catalog?: ExternalCatalog;
  readonly user?: string;
  readonly keptTables?: Set<string>;
  readonly scratch?: NonNullable<Engine["scratch"]>;
  readonly outdate?: () => void;
  readonly analyzeTableFunction?: NonNullable<Engine["analyzeTableFunction"]>;

  constructor(engine: Engine) {
    this.#engine = engine;
    if (engine.catalog) this.catalog = engine.catalog;
    if (engine.user !== undefined) this.user = engine.user;
    if (engine.keptTables) this.keptTables = engine.keptTables;
    if (engine.scratch) this.scratch = engine.scratch;
    if (engine.outdate) this.outdate = () => engine.outdate!();
    if (engine.analyzeTableFunction) this.analyzeTableFunction = (...asked) => engine.analyzeTableFunction!(...asked);
  }

  /** Runs a statement; a signal that is aborted meanwhile ends its jobs. */
  async during<T>(signal: AbortSignal | undefined, statement: () => Promise<T>): Promise<T> {
    this.#signal = signal;
    try {
      return await statement();
    } finally {
      this.#signal = undefined;
    }
  }

  schema: Engine["schema"] = (plan, conf) => this.#engine.schema(plan, conf);
  explain: Engine["explain"] = (plan, mode, conf) => this.#engine.explain(plan, mode, conf);
  inputFiles: Engine["inputFiles"] = (plan, conf) => this.#engine.inputFiles(plan, conf);
  uncache: Engine["uncache"] = (key) => this.#engine.uncache(key);
  close: Engine["close"] = () => this.#engine.close();
  execute: Engine["execute"] = (plan, conf, options) => this.#engine.execute(plan, conf, this.#bounded(options));
  write: Engine["write"] = (plan, conf, options) => this.#engine.write(plan, conf, this.#bounded(options));

  #bounded(options: ExecuteOptions = {}): ExecuteOptions {
    const signals = [options.signal, this.#signal].filter((signal) => signal !== undefined);
    return signals.length === 0 ? options : { ...options, signal: AbortSignal.any(signals) };
  }
}
