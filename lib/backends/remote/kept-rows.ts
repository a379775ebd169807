import type { Conf, ExecuteOptions } from "../../dataframe/engine-port.ts";
import { FirecrestError } from "../../engine/errors.ts";
import type { Cached, LogicalPlan, Write } from "../../engine/logical/plan.ts";
import { allPlansBelow, mapAllPlansBelow } from "../../engine/logical/subqueries.ts";
import { holdsKind, type StructType, structField, structType } from "../../engine/types/data-type.ts";
import type { ScratchPlaces } from "./scratch-places.ts";

/** What rows are kept by. */
interface KeepingEngine {
  schema(plan: LogicalPlan, conf: Conf): Promise<StructType>;
  write(plan: Write, conf: Conf, options: ExecuteOptions): Promise<unknown>;
}

interface Kept {
  readonly location: string;
  readonly stored: LogicalPlan;
}

/** What `df.cache()` and checkpoints keep at a service: Parquet files in a place of their own, written by a job before the first that reads them. */
export class KeptRows {
  readonly #engine: KeepingEngine;
  readonly #places: ScratchPlaces;
  readonly #kept = new Map<string, Promise<Kept | undefined>>();
  /** Ends the jobs that are writing what is kept. */
  readonly #writing = new Map<string, AbortController>();

  constructor(engine: KeepingEngine, places: ScratchPlaces) {
    this.#engine = engine;
    this.#places = places;
  }

  /** The plan with all its `cached` nodes saying where their rows are. Keeps them first where nobody has. */
  async kept(plan: LogicalPlan, conf: Conf, options: ExecuteOptions): Promise<LogicalPlan> {
    const found = new Map<string, Kept | undefined>();
    for (const node of cachedIn(plan)) found.set(node.key, await this.#find(node, found, conf, options));
    return withStored(plan, found);
  }

  /** The same as far as rows are kept: questions about a plan compute none. */
  async known(plan: LogicalPlan): Promise<LogicalPlan> {
    const found = new Map<string, Kept | undefined>();
    for (const { key } of cachedIn(plan)) found.set(key, await this.#kept.get(key)?.catch(() => undefined));
    return withStored(plan, found);
  }

  /** Also ends the job that writes them, where one still does: whoever waits for those rows fails. */
  async forget(key: string): Promise<void> {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    this.#writing.get(key)?.abort();
    const found = await kept?.catch(() => undefined);
    if (found) await this.#places.end(found.location);
  }

  async #find(node: Cached, below: ReadonlyMap<string, Kept | undefined>, conf: Conf, options: ExecuteOptions): Promise<Kept | undefined> {
    for (;;) {
      const known = this.#kept.get(node.key);
      const kept = known ?? this.#write(node.key, withStored(node.child, below), conf, options);
      this.#kept.set(node.key, kept);
      try {
        return await kept;
      } catch (thrown) {
        if (this.#kept.get(node.key) === kept) this.#kept.delete(node.key);
        // Another job began to keep them, and was cancelled.
        if (!known || options.signal?.aborted || !isCancelled(thrown)) throw thrown;
      }
    }
  }

  /** Undefined for types that Parquet does not have: such rows are computed again. Columns are c0, c1, ...: any name may be kept. */
  async #write(key: string, child: LogicalPlan, conf: Conf, { signal }: ExecuteOptions): Promise<Kept | undefined> {
    const unwanted = new AbortController();
    const { fields } = await this.#engine.schema(child, conf);
    if (fields.length === 0 || fields.some(({ dataType }) => holdsKind(dataType, "void") || holdsKind(dataType, "interval")))
      return undefined;
    const names = fields.map((_, i) => `c${i}`);
    const schema = structType(fields.map(({ dataType, nullable }, i) => structField(names[i]!, dataType, nullable)));
    const { location } = await this.#places.make();
    this.#writing.set(key, unwanted);
    try {
      const rows: LogicalPlan = { kind: "toNames", names, child };
      const write: Write = { kind: "write", format: "parquet", path: location, mode: "append", partitionBy: [], options: {}, child: rows };
      await this.#engine.write(write, conf, { signal: signal ? AbortSignal.any([signal, unwanted.signal]) : unwanted.signal });
    } catch (thrown) {
      await this.#places.end(location).catch(() => {});
      throw thrown;
    } finally {
      if (this.#writing.get(key) === unwanted) this.#writing.delete(key);
    }
    const read: LogicalPlan = { kind: "read", format: "parquet", paths: [location], options: {}, schema };
    return { location, stored: { kind: "toNames", names: fields.map(({ name }) => name), child: read } };
  }
}

const isCancelled = (thrown: unknown): boolean => thrown instanceof FirecrestError && thrown.condition === "OPERATION_CANCELED";

/** Each once, the inner ones first. */
function cachedIn(plan: LogicalPlan): Cached[] {
  const found = new Map<string, Cached>();
  const visit = (node: LogicalPlan): void => {
    for (const below of allPlansBelow(node)) visit(below);
    if (node.kind === "cached") found.set(node.key, node);
  };
  visit(plan);
  return [...found.values()];
}

function withStored(plan: LogicalPlan, kept: ReadonlyMap<string, Kept | undefined>): LogicalPlan {
  const mapped = mapAllPlansBelow(plan, (below) => withStored(below, kept));
  const found = mapped.kind === "cached" ? kept.get(mapped.key) : undefined;
  return mapped.kind === "cached" && found ? { ...mapped, stored: found.stored } : mapped;
}
