import { createHash } from "node:crypto";
import type { Engine } from "../../dataframe/engine-port.ts";
import type { SparkSession } from "../../dataframe/session.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { arrowToParquet } from "../../engine/kernel/arrow-in.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { type StructType, structField, structType } from "../../engine/types/data-type.ts";

/** Bytes of rows of one client's DataFrame that a server takes. */
export const MOST_LOCAL_BYTES = 1024 * 1024 * 1024;

type Scratch = NonNullable<Engine["scratch"]>;

/** A file, and how many sessions may read it: a clone's views are those of its session. */
interface Kept {
  readonly path: Promise<string>;
  holders: number;
}

/** Rows of clients that are too many for a plan: Parquet files in the engine's scratch space, as long as their session and its clones live. */
class LocalFiles {
  readonly #scratch: Scratch | undefined;
  readonly #kept = new Map<string, Kept>();
  #released = false;

  constructor(scratch: Scratch | undefined) {
    this.#scratch = scratch;
  }

  /** A plan that reads streams of this schema, in their order; its columns are c0, c1, ... The same streams are written once. */
  async plan(streams: readonly Uint8Array[], { fields }: StructType): Promise<LogicalPlan> {
    const scratch = this.#scratch;
    if (!scratch) throw tooMany("2 MB", "Write them to a file that the engine can read.");
    if (streams.reduce((sum, { byteLength }) => sum + byteLength, 0) > MOST_LOCAL_BYTES) throw tooManyRows();
    const paths: string[] = [];
    for (const stream of streams) paths.push(await this.#keep(stream, scratch));
    const schema = structType(fields.map(({ dataType }, i) => structField(`c${i}`, dataType)));
    const [first, ...rest] = paths.map((path): LogicalPlan => ({ kind: "read", format: "parquet", paths: [path], options: {}, schema }));
    return rest.length === 0 ? first! : { kind: "union", children: [first!, ...rest] };
  }

  /** Keeps the files of another session as well. */
  shareWith(clone: LocalFiles): void {
    for (const [hash, kept] of this.#kept) {
      kept.holders += 1;
      clone.#kept.set(hash, kept);
    }
  }

  /** Removes the files that no other session holds, and those that are still being written. */
  async release(): Promise<void> {
    this.#released = true;
    const held = [...this.#kept.values()];
    this.#kept.clear();
    const unheld = held.filter((kept) => --kept.holders === 0);
    const paths = await Promise.allSettled(unheld.map(({ path }) => path));
    await this.#scratch?.remove(paths.flatMap((path) => (path.status === "fulfilled" ? [path.value] : [])));
  }

  #keep(stream: Uint8Array, scratch: Scratch): Promise<string> {
    if (this.#released) throw new AnalysisError("INTERNAL_ERROR", { message: "the session has ended" });
    const hash = createHash("sha256").update(stream).digest("hex");
    const known = this.#kept.get(hash);
    if (known) return known.path;
    const path = arrowToParquet(stream).then((bytes) => scratch.put("parquet", bytes));
    this.#kept.set(hash, { path, holders: 1 });
    // The next plan tries again.
    path.catch(() => this.#kept.delete(hash));
    return path;
  }
}

const tooMany = (bound: string, advice: string) =>
  new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `A DataFrame made of more than ${bound} of the client's rows`, advice });

export const tooManyRows = () => tooMany("1 GB", "Write them to files.");

const files = new WeakMap<SparkSession, LocalFiles>();

/** The files of a session. */
export function localFiles(session: SparkSession): LocalFiles {
  const known = files.get(session) ?? new LocalFiles(session.engine.scratch);
  files.set(session, known);
  return known;
}
