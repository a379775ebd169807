import { analyzePlan, compile, deleteBelow, type Environment, run, schemaOf } from "../../engine/engine.ts";
import type { Cached, LogicalPlan } from "../../engine/logical/plan.ts";
import { allPlansBelow } from "../../engine/logical/subqueries.ts";
import type { Conf } from "../../engine/settings.ts";
import { holdsKind, structField, structType } from "../../engine/types/data-type.ts";

interface Kept {
  /** The plan as it was asked for, and as it was analyzed then: its sources may be gone by now. */
  readonly asked: LogicalPlan;
  readonly analyzed: LogicalPlan;
  readonly stored: LogicalPlan;
}

/** What CACHE TABLE keeps, by the name of a table or view; the keys of data frames are none. */
const isNamed = (key: string): boolean => key.startsWith("table ") || key.startsWith("view ");
/** What the rows of a table or view of the catalog are kept by. */
export const keyOfTable = (name: string): string => `table ${name}`;

/** The numbers by which columns name a plan and those below it. */
const numbersOf = (plan: LogicalPlan): string => [plan.planId ?? "", ...allPlansBelow(plan).map(numbersOf)].join(",");

/** What `df.cache()` keeps: the rows of a plan as Parquet files below a folder of the session's, written by the first job that asks. */
export class CacheStore {
  readonly #folder: string;
  readonly #environment: Environment;
  readonly #kept = new Map<string, Promise<Kept | undefined>>();
  /** How often tables and views were outdated. */
  #generation = 0;

  constructor(folder: string, environment: Environment) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** The same with what was kept; undefined where nothing can be. */
  async resolve(plan: Cached, conf: Conf): Promise<LogicalPlan | undefined> {
    const kept = await (this.#kept.get(plan.key) ?? this.#keep(plan, conf));
    if (!kept) return undefined;
    if (numbersOf(kept.asked) === numbersOf(plan.child)) return { ...plan, child: kept.analyzed, stored: kept.stored };
    // A plan of the same meaning whose columns go by other numbers.
    const { analyzed } = await analyzePlan(plan.child, conf, this.#environment);
    return { ...plan, child: analyzed, stored: kept.stored };
  }

  #keep(plan: Cached, conf: Conf): Promise<Kept | undefined> {
    const kept = this.#materialize(plan, conf);
    this.#kept.set(plan.key, kept);
    // The next job tries again.
    kept.catch(() => {
      if (this.#kept.get(plan.key) === kept) this.#kept.delete(plan.key);
    });
    return kept;
  }

  async forget(key: string): Promise<void> {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    if (!kept) return;
    await kept.catch(() => undefined);
    await deleteBelow(`${this.#path(key)}/`, this.#environment.store);
  }

  /**
   * What is kept by the name of a table or view is computed again. The files stay until the engine closes: a job may be reading them.
   */
  outdate(): void {
    this.#generation++;
    for (const key of this.#kept.keys()) if (isNamed(key)) this.#kept.delete(key);
  }

  #path(key: string): string {
    const path = `${this.#folder}/${encodeURIComponent(key)}`;
    return isNamed(key) ? `${path}-${this.#generation}` : path;
  }

  /** Column names stand in Parquet as c0, c1, ...: any name, also a repeated one, may be cached. Undefined for types that it does not have. */
  async #materialize({ key, child }: Cached, conf: Conf): Promise<Kept | undefined> {
    const { analyzed } = await analyzePlan(child, conf, this.#environment);
    const schema = schemaOf(analyzed);
    if (schema.fields.length === 0 || schema.fields.some(({ dataType }) => holdsKind(dataType, "void") || holdsKind(dataType, "interval")))
      return undefined;
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
