import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiskScratch } from "../../../lib/backends/local/disk-scratch.ts";
import { FileStore } from "../../../lib/backends/local/file-store.ts";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import type { SessionSettings } from "../../../lib/engine/functions/function.ts";
import { Kernel } from "../../../lib/engine/kernel/connection.ts";
import type { Read, Scan } from "../../../lib/engine/logical/plan.ts";
import type { ObjectStore } from "../../../lib/engine/ports/object-store.ts";
import type { Opened, Source, Split } from "../../../lib/engine/ports/source.ts";
import type { StructType } from "../../../lib/engine/types/data-type.ts";

export type Row = Readonly<Record<string, unknown>>;
export const session: SessionSettings = { timeZone: "UTC", ansi: true, caseSensitive: false };

/** A kernel, a folder, and a store of each kind: what a source is tried with. */
export class Bench {
  readonly kernel: Kernel;
  readonly folder: string;
  readonly scratch: DiskScratch;
  readonly disk: FileStore;
  readonly memory = new MemoryStore();
  #ids = 0;

  private constructor(kernel: Kernel, folder: string, scratch: DiskScratch) {
    this.kernel = kernel;
    this.folder = folder;
    this.scratch = scratch;
    this.disk = new FileStore(() => String(this.#ids++));
  }

  static async open(): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), "sources-"));
    const kernel = await Kernel.open({ threads: 2, memory: 1e9, spillFolder: join(folder, "spill") });
    await kernel.prepare(session, []);
    return new Bench(kernel, folder, new DiskScratch(join(folder, "scratch")));
  }

  async close(): Promise<void> {
    this.kernel.close();
    await rm(this.folder, { recursive: true });
  }

  async run(sql: string): Promise<Row[]> {
    return this.kernel.query(sql);
  }

  /** Runs a COPY to a file below the folder and puts the bytes under the key into both stores. Gives the path on disk. */
  async copy(select: string, name: string, options = "FORMAT parquet"): Promise<string> {
    await this.disk.put(join(this.folder, name), new Uint8Array());
    const path = join(this.folder, name);
    await this.run(`COPY (${select}) TO '${path}' (${options})`);
    await this.memory.put(`memory://b/${name}`, await this.disk.get(path));
    return path;
  }

  /** Puts text or bytes into both stores. */
  async put(name: string, content: string | Uint8Array): Promise<string> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await this.disk.put(join(this.folder, name), bytes);
    await this.memory.put(`memory://b/${name}`, bytes);
    return join(this.folder, name);
  }

  resolve(source: Source, paths: readonly string[], options: Row = {}, schema?: StructType, store: ObjectStore = this.disk): Promise<Scan> {
    const lower = Object.fromEntries(Object.entries(options).map(([name, value]) => [name.toLowerCase(), String(value)]));
    const full = paths.map((path) => (path.includes("://") || path.startsWith("/") ? path : join(this.folder, path)));
    const read: Read = { kind: "read", format: source.format, paths: full, options: lower, ...(schema ? { schema } : {}) };
    return source.resolve(read, { store, session, query: (sql) => this.run(sql) });
  }

  /** Opens splits of a scan and runs the SELECT, as a task does; rows by plain column names. */
  async rows(
    source: Source,
    scan: Scan,
    splits: readonly Split[] = source.split(scan, 1 << 30, session),
    store: ObjectStore = this.disk,
    exact = false,
  ): Promise<{ opened: Opened; rows: Row[]; exact: boolean }> {
    const opened = await source.open(scan, splits, { store, scratch: this.scratch, session, exact });
    for (const sql of opened.setup ?? []) await this.run(sql);
    try {
      const found = await this.run(opened.sql);
      return { opened, rows: found.map(plainNames), exact };
    } catch (thrown) {
      if (!exact && opened.needsExact?.(thrown)) return await this.rows(source, scan, splits, store, true);
      throw opened.fileError?.(thrown) ?? thrown;
    } finally {
      for (const sql of opened.teardown ?? []) await this.run(sql);
    }
  }

  /** Resolves and reads everything. */
  async read(
    source: Source,
    paths: readonly string[],
    options: Row = {},
    schema?: StructType,
    store: ObjectStore = this.disk,
  ): Promise<Row[]> {
    return (await this.rows(source, await this.resolve(source, paths, options, schema, store), undefined, store)).rows;
  }
}

const plainNames = (row: Row): Row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name.replace(/#\d+$/, ""), value]));

/** A scan of some of its columns, with filters. */
export function narrow(
  scan: Scan,
  names: readonly string[],
  filters: (column: (name: string) => Expression) => Expression[] = () => [],
): Scan {
  const column = (name: string) => scan.output.find((attribute) => attribute.name === name)!;
  return { ...scan, output: names.map(column), filters: filters(column) };
}

export const schemaOf = (scan: Scan): string[] => scan.output.map(({ name, type }) => `${name}:${type.kind}`);
export type { Opened };
