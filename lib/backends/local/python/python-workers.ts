import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { AnalysisError, ExecutionError, RetryableError } from "../../../engine/errors.ts";
import type { Python, PythonAnalysis, PythonAnalysisRequest, PythonRequest } from "../../../engine/ports/python.ts";
import type { PythonSourceAnswer, PythonSourceRequest } from "../../../engine/ports/python-source.ts";
import { parseSchema } from "../../../engine/types/ddl.ts";
import { schemaToJson } from "../../../engine/types/json.ts";
import { workerScript } from "./worker-script.ts";

/** A process that nobody used for so long ends. */
const IDLE_MS = 60_000;
/** How long Python and PySpark may take to load. */
const START_MS = 60_000;
/** Processes that wait for work, in one task worker. */
const MOST_IDLE = 2;
/** What is kept of what a process wrote to its standard error, from its end. */
const ERROR_TEXT = 8 * 1024;

export interface PythonOptions {
  /** The interpreter: a path, or a name that the system's search path finds. */
  readonly executable: string;
  /** Bytes of address space that a process may use; absent: as much as the system gives. */
  readonly memory?: number;
}

/**
 * The Python processes of one task worker. A process that ended its work well is used again by functions with the same modules;
 * one whose function raised, or did not read all its rows, ends.
 */
export class PythonWorkers implements Python {
  readonly #options: PythonOptions;
  readonly #idle: { readonly key: string; readonly worker: PythonProcess; readonly timer: NodeJS.Timeout }[] = [];
  readonly #running = new Set<PythonProcess>();

  constructor(options: PythonOptions) {
    this.#options = options;
  }

  async *run(request: PythonRequest, inputs: readonly AsyncIterable<Uint8Array>[]): AsyncGenerator<Uint8Array> {
    const key = JSON.stringify([request.filesDir, request.includes]);
    const worker = this.#take(key) ?? new PythonProcess(this.#options);
    this.#running.add(worker);
    let reusable = false;
    try {
      const { python, pyspark } = await worker.started();
      checkVersion(request.pythonVersion, python, pyspark);
      reusable = yield* worker.work(request, inputs);
    } finally {
      this.#running.delete(worker);
      if (reusable) this.#keep(key, worker);
      else worker.kill();
    }
  }

  /** What a table function's `analyze` says; `constants` are the values of its constant arguments, an Arrow IPC stream of one row. */
  analyze(request: PythonAnalysisRequest, constants: Uint8Array, signal?: AbortSignal): Promise<PythonAnalysis> {
    return this.#alone(request.pythonVersion, (worker) => worker.analyze(request, constants), signal);
  }

  /** What a data source says outside of tasks. */
  source(request: PythonSourceRequest, signal?: AbortSignal): Promise<PythonSourceAnswer> {
    return this.#alone(request.pythonVersion, (worker) => worker.source(request), signal);
  }

  /** In a process that does nothing else. */
  async #alone<T>(pythonVersion: string, work: (worker: PythonProcess) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    const worker = new PythonProcess(this.#options);
    const end = () => worker.kill();
    signal?.addEventListener("abort", end);
    this.#running.add(worker);
    try {
      const { python, pyspark } = await worker.started();
      checkVersion(pythonVersion, python, pyspark);
      return await work(worker);
    } finally {
      signal?.removeEventListener("abort", end);
      this.#running.delete(worker);
      worker.kill();
    }
  }

  /** Ends what runs: the task was cancelled. */
  interrupt(): void {
    for (const worker of this.#running) worker.kill();
  }

  close(): void {
    for (const { worker, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      worker.kill();
    }
    this.interrupt();
  }

  #take(key: string): PythonProcess | undefined {
    const at = this.#idle.findIndex((kept) => kept.key === key && kept.worker.alive);
    if (at < 0) return undefined;
    const [kept] = this.#idle.splice(at, 1);
    clearTimeout(kept!.timer);
    kept!.worker.use();
    return kept!.worker;
  }

  #keep(key: string, worker: PythonProcess): void {
    const drop = () => {
      const at = this.#idle.indexOf(kept);
      if (at >= 0) this.#idle.splice(at, 1);
      worker.kill();
    };
    const kept = { key, worker, timer: setTimeout(drop, IDLE_MS) };
    kept.timer.unref();
    worker.rest();
    this.#idle.push(kept);
    if (this.#idle.length <= MOST_IDLE) return;
    const oldest = this.#idle.shift()!;
    clearTimeout(oldest.timer);
    oldest.worker.kill();
  }
}

function checkVersion(client: string, worker: string, pyspark: string): void {
  const [major = 0] = pyspark.split(".").map(Number);
  if (major !== 4)
    throw new AnalysisError("FIRECREST_PYTHON", {
      problem: `PySpark ${pyspark} is installed for workers; functions need PySpark 4.0 or later.`,
    });
  if (client !== "" && client !== worker)
    throw new AnalysisError("FIRECREST_PYTHON", {
      problem: `The function was pickled by Python ${client}, and workers run Python ${worker}. Give the same version with --python.`,
    });
}

interface Started {
  readonly pyspark: string;
  readonly python: string;
}

interface Answer {
  readonly kind: string;
  readonly payload: Buffer;
}

class PythonProcess {
  readonly #child: ChildProcess;
  readonly #executable: string;
  readonly #answers: AsyncGenerator<Answer>;
  readonly #ended: Promise<string>;
  #started: Promise<Started> | undefined;
  #errors = "";
  alive = true;

  constructor({ executable, memory }: PythonOptions) {
    this.#executable = executable;
    this.#child = spawn(executable, ["-u", "-c", workerScript], {
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      env: {
        ...process.env,
        PYTHONHASHSEED: "0",
        PYTHONFAULTHANDLER: "1",
        SPARK_SIMPLIFIED_TRACEBACK: "1",
        SPARK_PYTHON_RUNTIME: "PYTHON_WORKER",
        OMP_NUM_THREADS: process.env.OMP_NUM_THREADS ?? "1",
        ...(memory === undefined ? {} : { PYSPARK_EXECUTOR_MEMORY_MB: String(Math.ceil(memory / 1024 ** 2)) }),
      },
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on("error", (error) => resolve(error.message));
      this.#child.on("exit", (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
    }).then((how) => {
      this.alive = false;
      return how as string;
    });
    const errors = this.#child.stderr!;
    errors.setEncoding("utf8");
    errors.on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-ERROR_TEXT);
    });
    // A process that ended cannot be written to; its end is what is reported.
    for (const stream of [this.#child.stdin!, this.#child.stdio[3] as Writable]) stream.on("error", () => {});
    this.#answers = answersOf(this.#child.stdout!);
  }

  started(): Promise<Started> {
    this.#started ??= this.#start();
    return this.#started;
  }

  async #start(): Promise<Started> {
    const late = setTimeout(() => this.kill(), START_MS);
    const { value: answer } = await this.#answers.next();
    clearTimeout(late);
    if (answer?.kind === "H") return JSON.parse(answer.payload.toString()) as Started;
    if (answer?.kind === "E") {
      const { message } = JSON.parse(answer.payload.toString()) as { message: string };
      throw new AnalysisError("FIRECREST_PYTHON", {
        problem: `${this.#executable} has no module that workers need: ${message}. Install pyspark (or pyspark-client) with pandas and pyarrow, or name another interpreter with --python.`,
      });
    }
    throw new AnalysisError("FIRECREST_PYTHON", {
      problem: `${this.#executable} did not start as a worker (${await this.#ended}). ${this.#errors}`.trim(),
    });
  }

  /** Gives what the functions give; whether the process may be used again at the end. */
  async *work(request: PythonRequest, inputs: readonly AsyncIterable<Uint8Array>[]): AsyncGenerator<Uint8Array, boolean> {
    const pipes = [this.#child.stdin!, this.#child.stdio[3] as Writable];
    const failures: unknown[] = [];
    await write(pipes[0]!, framed(Buffer.from(JSON.stringify(request))));
    let ended = false;
    const feeding = inputs.map((input, i) =>
      feed(input, pipes[i]!, () => ended || !this.alive).catch((error: unknown) => {
        failures.push(error);
        this.kill();
      }),
    );
    let reusable = false;
    try {
      for (;;) {
        const { value: answer } = await this.#answers.next();
        if (answer?.kind === "A") yield answer.payload;
        else if (answer?.kind === "D") {
          reusable = (JSON.parse(answer.payload.toString()) as { reusable: boolean }).reusable;
          return reusable;
        } else if (answer?.kind === "E") throw raised((JSON.parse(answer.payload.toString()) as { message: string }).message);
        else if (failures.length > 0) throw failures[0];
        else throw new RetryableError("WORKER_LOST", { attempt: "python", reason: await this.#crashed() });
      }
    } finally {
      // A function may end before its input does: nothing else may run on the kernel until that stream is given up.
      ended = true;
      if (!reusable) this.kill();
      await Promise.all(feeding);
    }
  }

  /** Spark's words, how it ended, and where Python stood, which its fault handler has written. */
  async #crashed(): Promise<string> {
    return `Python worker exited unexpectedly (crashed): ${await this.#ended}. ${this.#errors}`.trim();
  }

  async analyze(request: PythonAnalysisRequest, constants: Uint8Array): Promise<PythonAnalysis> {
    const parts = [Buffer.from(JSON.stringify(request)), constants, new Uint8Array()].map(framed);
    await write(this.#child.stdin!, Buffer.concat(parts));
    const { value: answer } = await this.#answers.next();
    const said = answer ? (JSON.parse(answer.payload.toString()) as { analysis?: PythonAnalysis; message?: string }) : {};
    if (said.analysis) return said.analysis;
    // Source: UserDefinedPythonTableFunctionAnalyzeRunner.receiveFromPython.
    const msg = (said.message ?? (await this.#ended)).split("PySparkValueError:").at(-1)!.trim();
    throw new AnalysisError("TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON", { msg });
  }

  async source(request: PythonSourceRequest): Promise<PythonSourceAnswer> {
    await write(this.#child.stdin!, framed(Buffer.from(JSON.stringify(request))));
    for (;;) {
      const { value: answer } = await this.#answers.next();
      if (!answer)
        throw new AnalysisError("PYTHON_DATA_SOURCE_ERROR", {
          action: request.ask,
          type: "instance",
          msg: await this.#crashed(),
        });
      const said = JSON.parse(answer.payload.toString());
      if (answer.kind === "D") return said.answer;
      if (answer.kind === "E")
        throw new AnalysisError("PYTHON_DATA_SOURCE_ERROR", { action: said.action, type: said.kind, msg: said.message });
      // Columns as DDL text, which PySpark cannot read without a session.
      await write(this.#child.stdin!, framed(Buffer.from(schemaToJson(parseSchema(said.schema)))));
    }
  }

  /** The program may end while this process waits. */
  rest(): void {
    this.#child.unref();
    for (const stream of this.#child.stdio) (stream as unknown as { unref?: () => void } | null)?.unref?.();
  }

  use(): void {
    this.#child.ref();
    for (const stream of this.#child.stdio) (stream as unknown as { ref?: () => void } | null)?.ref?.();
  }

  kill(): void {
    if (this.alive) this.#child.kill("SIGKILL");
  }
}

/** Python's traceback is the message. */
const raised = (traceback: string): ExecutionError => new ExecutionError("PYTHON_EXCEPTION", { traceback });

function framed(bytes: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(4 + bytes.length);
  frame.writeUInt32BE(bytes.length, 0);
  frame.set(bytes, 4);
  return frame;
}

async function feed(input: AsyncIterable<Uint8Array>, pipe: Writable, isOver: () => boolean): Promise<void> {
  for await (const stream of input) {
    if (isOver() || pipe.destroyed) return;
    await write(pipe, framed(stream));
    if (isOver()) return;
  }
  await write(pipe, framed(new Uint8Array()));
}

/** Waits while the pipe is full; a broken one takes everything. */
async function write(pipe: Writable, bytes: Uint8Array): Promise<void> {
  if (pipe.destroyed || pipe.write(bytes)) return;
  const settled = new AbortController();
  const either = ["drain", "close", "error"].map((event) => once(pipe, event, { signal: settled.signal }).catch(() => {}));
  await Promise.race(either);
  settled.abort();
}

/** `type, length, bytes` again and again, until the process ends. */
async function* answersOf(stdout: Readable): AsyncGenerator<Answer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const part of stdout as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    for (;;) {
      if (size < 5) break;
      if (parts[0]!.length < 5) parts = [Buffer.concat(parts)];
      const length = parts[0]!.readUInt32BE(1);
      if (size < 5 + length) break;
      const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      yield { kind: String.fromCharCode(whole[0]!), payload: whole.subarray(5, 5 + length) };
      const rest = whole.subarray(5 + length);
      parts = rest.length > 0 ? [rest] : [];
      size = rest.length;
    }
  }
}
