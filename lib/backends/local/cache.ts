import { analyzePlan, compile, deleteBelow, type Environment, run, schemaOf } from "../../engine/engine.ts";
import type { Cached, LogicalPlan } from "../../engine/logical/plan.ts";
import type { Conf } from "../../engine/settings.ts";
import { structField, structType } from "../../engine/types/data-type.ts";

/** What `df.cache()` keeps: the rows of a plan as Parquet files below a folder of the session's, written by the first job that asks. */
export class CacheStore {
  readonly #folder: string;
  readonly #environment: Environment;
  readonly #kept = new Map<string, Promise<LogicalPlan>>();

  constructor(folder: string, environment: Environment) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** A plan that reads what was kept. */
  resolve(plan: Cached, conf: Conf): Promise<LogicalPlan> {
    const known = this.#kept.get(plan.key);
    if (known) return known;
    const kept = this.#materialize(plan, conf);
    this.#kept.set(plan.key, kept);
    // The next job tries again.
    kept.catch(() => this.#kept.delete(plan.key));
    return kept;
  }

  async forget(key: string): Promise<void> {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    if (!kept) return;
    await kept.catch(() => undefined);
    await deleteBelow(`${this.#path(key)}/`, this.#environment.store);
  }

  #path(key: string): string {
    return `${this.#folder}/${encodeURIComponent(key)}`;
  }

  /** Column names stand in Parquet as c0, c1, ...: any name, also a repeated one, may be cached. */
  async #materialize({ key, child }: Cached, conf: Conf): Promise<LogicalPlan> {
    const schema = schemaOf((await analyzePlan(child, conf, this.#environment)).analyzed);
    const names = schema.fields.map((_, i) => `c${i}`);
    const path = this.#path(key);
    const write: LogicalPlan = {
      kind: "write",
      format: "parquet",
      path,
      mode: "overwrite",
      partitionBy: [],
      options: {},
      child: { kind: "toNames", names, child },
    };
    const finished = await run(await compile(write, conf, this.#environment), this.#environment);
    await finished.dispose();
    const stored = structType(schema.fields.map((f, i) => structField(names[i]!, f.dataType, f.nullable)));
    const read: LogicalPlan = { kind: "read", format: "parquet", paths: [path], options: {}, schema: stored };
    const io = {
      store: this.#environment.store,
      session: { timeZone: "UTC", ansi: true, caseSensitive: false },
      query: this.#environment.query,
    };
    return {
      kind: "toNames",
      names: schema.fields.map((f) => f.name),
      child: await this.#environment.sourceOf("parquet").resolve(read, io),
    };
  }
}
