import { type DuckDBConnection, DuckDBInstance, type DuckDBResult, ResultReturnType } from "@duckdb/node-api";
import { ExecutionError, FirecrestError } from "../errors.ts";
import type { SessionSettings } from "../functions/function.ts";
import { quoteText } from "../functions/function.ts";
import { fixedOffsetMicros } from "../functions/session-time.ts";
import { kernelError } from "./errors.ts";
import type { NativeFunction } from "./native-function.ts";
import { natives } from "./natives.ts";
import { prelude } from "./prelude.ts";
import { registerFunction } from "./register-function.ts";

export interface KernelOptions {
  readonly threads: number;
  /** Bytes that DuckDB may hold; beyond it spills to `spillFolder`. */
  readonly memory: number;
  readonly spillFolder: string;
  /**
   * Frees what nobody holds of what was made last. Vectors that were read are outside of JavaScript's heap, so that it looks at all of that
   * instead, again and again, once there are some MB of them.
   */
  readonly sweep?: () => void;
}

/** A DuckDB in this process. One statement at a time; a worker opens it once and keeps it warm. */
export class Kernel {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #registered = new Set<string>();
  readonly sweep: () => void;
  #timeZone = "";
  /** Whether the statement that runs was told to end. */
  #interrupted = false;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, sweep: () => void) {
    this.#instance = instance;
    this.#connection = connection;
    this.sweep = sweep;
  }

  static async open(options: KernelOptions): Promise<Kernel> {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(options.threads),
      memory_limit: `${Math.floor(options.memory / 1_000_000)}MB`,
      temp_directory: options.spillFolder,
      preserve_insertion_order: "true",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    await connection.run(prelude.join(";\n"));
    for (const native of natives) registerFunction(connection, native);
    return new Kernel(instance, connection, options.sweep ?? (() => {}));
  }

  /** Readies the connection for one session's meaning and one statement's functions. */
  async prepare(session: SessionSettings, functions: Iterable<NativeFunction>): Promise<void> {
    if (this.#timeZone !== session.timeZone) {
      // DuckDB knows regions only; functions write the arithmetic of an offset themselves.
      const region = fixedOffsetMicros(session.timeZone) === undefined ? session.timeZone : "UTC";
      await this.run(`SET TimeZone = ${quoteText(region)}`);
      this.#timeZone = session.timeZone;
    }
    for (const native of functions) {
      if (this.#registered.has(native.name)) continue;
      registerFunction(this.#connection, native);
      this.#registered.add(native.name);
    }
  }

  async run(sql: string): Promise<void> {
    try {
      await this.#connection.run(sql);
    } catch (thrown) {
      throw kernelError(thrown);
    }
  }

  /** Chunks are fetched as the reader asks for them: results of any size in bounded memory. */
  async stream(sql: string): Promise<DuckDBResult> {
    this.#interrupted = false;
    try {
      return await this.#connection.stream(sql);
    } catch (thrown) {
      throw kernelError(thrown);
    }
  }

  /**
   * Throws what a stream ended by, where that was not its last row. The binding gives no more rows in either case: only the result's type
   * tells them apart, and only running the statement again tells the error.
   */
  async checkEnd(stream: DuckDBResult, sql: string): Promise<void> {
    if (stream.returnType !== ResultReturnType.INVALID) return;
    if (this.#interrupted) throw new ExecutionError("OPERATION_CANCELED", {});
    await this.run(`EXPLAIN ANALYZE ${sql}`);
    throw new FirecrestError("INTERNAL_ERROR", { message: "a statement failed while its rows were read, and not when it ran again" });
  }

  /** Ends a stream that nobody reads on. Until then its transaction is open, and hides functions registered since. */
  async abandon(stream: DuckDBResult): Promise<void> {
    this.#connection.interrupt();
    try {
      for (let chunk = await stream.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await stream.fetchChunk());
    } catch (thrown) {
      const error = kernelError(thrown);
      if (error.condition !== "OPERATION_CANCELED") throw error;
    }
  }

  /** All rows as JSON values (bigints as strings); for the engine's own small queries. */
  async query(sql: string): Promise<Readonly<Record<string, unknown>>[]> {
    try {
      return (await (await this.#connection.run(sql)).getRowObjectsJson()) as Record<string, unknown>[];
    } catch (thrown) {
      throw kernelError(thrown);
    }
  }

  /** Ends the running statement with OPERATION_CANCELED. */
  interrupt(): void {
    this.#interrupted = true;
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
