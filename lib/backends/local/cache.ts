import { analyzePlan, compile, deleteBelow, type Environment, run, schemaOf } from "../../engine/engine.ts";
import type { Cached, LogicalPlan } from "../../engine/logical/plan.ts";
import { allPlansBelow } from "../../engine/logical/subqueries.ts";
import type { Conf } from "../../engine/settings.ts";
import { structField, structType } from "../../engine/types/data-type.ts";

interface Kept {
  /** The plan as it was asked for, and as it was analyzed then: its sources may be gone by now. */
  readonly asked: LogicalPlan;
  readonly analyzed: LogicalPlan;
  readonly stored: LogicalPlan;
}

/** The numbers by which columns name a plan and those below it. */
const numbersOf = (plan: LogicalPlan): string => [plan.planId ?? "", ...allPlansBelow(plan).map(numbersOf)].join(",");

/** What `df.cache()` keeps: the rows of a plan as Parquet files below a folder of the session's, written by the first job that asks. */
export class CacheStore {
  readonly #folder: string;
  readonly #environment: Environment;
  readonly #kept = new Map<string, Promise<Kept>>();

  constructor(folder: string, environment: Environment) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** The same with what was kept. */
  async resolve(plan: Cached, conf: Conf): Promise<LogicalPlan> {
    const kept = await (this.#kept.get(plan.key) ?? this.#keep(plan, conf));
    if (numbersOf(kept.asked) === numbersOf(plan.child)) return { ...plan, child: kept.analyzed, stored: kept.stored };
    // A plan of the same meaning whose columns go by other numbers.
    const { analyzed } = await analyzePlan(plan.child, conf, this.#environment);
    return { ...plan, child: analyzed, stored: kept.stored };
  }

  #keep(plan: Cached, conf: Conf): Promise<Kept> {
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
  async #materialize({ key, child }: Cached, conf: Conf): Promise<Kept> {
    const { analyzed } = await analyzePlan(child, conf, this.#environment);
    const schema = schemaOf(analyzed);
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
    return { asked: child, analyzed, stored: await this.#environment.sourceOf("parquet").resolve(read, io) };
  }
}
