import { analyzePlan, compile, deleteBelow, type Environment, run, schemaOf } from "../../engine/engine.ts";
import { ExecutionError } from "../../engine/errors.ts";
import type { Cached, LogicalPlan } from "../../engine/logical/plan.ts";
import { allPlansBelow } from "../../engine/logical/subqueries.ts";
import type { Progress } from "../../engine/scheduler/progress.ts";
import type { Conf } from "../../engine/settings.ts";
import { holdsKind, structField, structType } from "../../engine/types/data-type.ts";

interface Kept {
  /** The plan as it was asked for, and as it was analyzed then: its sources may be gone by now. */
  readonly asked: LogicalPlan;
  readonly analyzed: LogicalPlan;
  readonly stored: LogicalPlan;
}

/** Rows that are kept, or on their way: the job that writes them ends once nobody waits for it any more. */
interface Entry {
  readonly kept: Promise<Kept | undefined>;
  readonly unwanted: AbortController;
  /** Each hears of the job while it runs. */
  readonly waiting: Set<Waiting>;
  isOver: boolean;
}

/** Who wants rows that are kept: until the signal is aborted. */
export interface Waiting {
  readonly signal?: AbortSignal;
  readonly onProgress?: (key: string, progress: Progress) => void;
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
  readonly #entries = new Map<string, Entry>();
  /** How often tables and views were outdated. */
  #generation = 0;
  #attempts = 0;

  constructor(folder: string, environment: Environment) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** The same with what was kept; undefined where nothing can be. Throws OPERATION_CANCELED once the signal is aborted. */
  async resolve(plan: Cached, conf: Conf, waiting: Waiting = {}): Promise<LogicalPlan | undefined> {
    const kept = await waited(this.#entries.get(plan.key) ?? this.#keep(plan, conf), { ...waiting });
    if (!kept) return undefined;
    if (numbersOf(kept.asked) === numbersOf(plan.child)) return { ...plan, child: kept.analyzed, stored: kept.stored };
    // A plan of the same meaning whose columns go by other numbers.
    const { analyzed } = await analyzePlan(plan.child, conf, this.#environment);
    return { ...plan, child: analyzed, stored: kept.stored };
  }

  #keep(plan: Cached, conf: Conf): Entry {
    const unwanted = new AbortController();
    // Of its own: a job that is not wanted any more may still be ending when the next one writes.
    const path = `${this.#path(plan.key)}/${this.#attempts++}`;
    const waiting = new Set<Waiting>();
    const onProgress: Waiting["onProgress"] = (key, progress) => {
      for (const one of waiting) one.onProgress?.(key, progress);
    };
    const entry: Entry = {
      kept: this.#materialize(plan, conf, path, { signal: unwanted.signal, onProgress }),
      unwanted,
      waiting,
      isOver: false,
    };
    this.#entries.set(plan.key, entry);
    const drop = () => {
      if (this.#entries.get(plan.key) === entry) this.#entries.delete(plan.key);
    };
    unwanted.signal.addEventListener("abort", drop);
    entry.kept
      .catch(drop)
      .then(() => {
        entry.isOver = true;
        if (unwanted.signal.aborted) return deleteBelow(`${path}/`, this.#environment.store);
      })
      // Whatever is left there goes with the engine's folder.
      .catch(() => {});
    return entry;
  }

  /** Also ends the job that still writes it: whoever waits for those rows fails. */
  async forget(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (!entry) return;
    entry.unwanted.abort();
    await entry.kept.catch(() => undefined);
    await deleteBelow(`${this.#path(key)}/`, this.#environment.store);
  }

  /**
   * What is kept by the name of a table or view is computed again. The files stay until the engine closes: a job may be reading them.
   */
  outdate(): void {
    this.#generation++;
    for (const key of this.#entries.keys()) if (isNamed(key)) this.#entries.delete(key);
  }

  #path(key: string): string {
    const path = `${this.#folder}/${encodeURIComponent(key)}`;
    return isNamed(key) ? `${path}-${this.#generation}` : path;
  }

  /** Column names stand in Parquet as c0, c1, ...: any name, also a repeated one, may be cached. Undefined for types that it does not have. */
  async #materialize({ key, child }: Cached, conf: Conf, path: string, job: Required<Waiting>): Promise<Kept | undefined> {
    const environment: Environment = { ...this.#environment, cached: (below, settings) => this.resolve(below, settings, job) };
    const { analyzed } = await analyzePlan(child, conf, environment);
    const schema = schemaOf(analyzed);
    if (schema.fields.length === 0 || schema.fields.some(({ dataType }) => holdsKind(dataType, "void") || holdsKind(dataType, "interval")))
      return undefined;
    const names = schema.fields.map((_, i) => `c${i}`);
    const write: LogicalPlan = {
      kind: "write",
      format: "parquet",
      path,
      mode: "overwrite",
      partitionBy: [],
      options: {},
      child: { kind: "toNames", names, child },
    };
    const finished = await run(await compile(write, conf, environment), environment, {
      signal: job.signal,
      onProgress: (progress) => job.onProgress(key, progress),
    });
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

async function waited(entry: Entry, waiting: Waiting): Promise<Kept | undefined> {
  const { signal } = waiting;
  entry.waiting.add(waiting);
  if (!signal) return entry.kept;
  const left = Promise.withResolvers<never>();
  const leave = () => left.reject(new ExecutionError("OPERATION_CANCELED"));
  signal.addEventListener("abort", leave);
  if (signal.aborted) leave();
  try {
    return await Promise.race([entry.kept, left.promise]);
  } finally {
    signal.removeEventListener("abort", leave);
    entry.waiting.delete(waiting);
    if (signal.aborted && entry.waiting.size === 0 && !entry.isOver) entry.unwanted.abort();
  }
}
