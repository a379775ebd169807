import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RetryableError } from "../../engine/errors.ts";
import type { EarlyPage } from "../../engine/result/pages.ts";
import type { TaskMessage, TaskReport } from "../../engine/task/message.ts";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

export interface PoolOptions {
  readonly workers: number;
  readonly threadsPerWorker: number;
  /** Bytes of DuckDB's memory limit in each worker. */
  readonly memoryPerWorker: number;
  /** Bytes of JavaScript heap in each worker. */
  readonly heapPerWorker: number;
  readonly folder: string;
  /** The module that a worker process runs; by default the embedded backend's. */
  readonly entry?: string;
  /** See WorkerOptions. */
  readonly python?: { readonly executable: string; readonly memory?: number };
}

/** How long a cancelled task may go on before its process is killed, and how long a process may take to open. */
const GRACE_MS = 2_000;
/** A slot whose process dies this often in a row before it is ready is broken: its tasks fail instead of waiting. */
const MOST_FAILED_STARTS = 3;

interface Task {
  readonly message: TaskMessage;
  readonly report: (report: TaskReport) => void;
  readonly program: ((key: string) => Uint8Array | undefined) | undefined;
  /** Is told of a result's pages while the task still runs. */
  readonly onPage: ((message: TaskMessage, page: EarlyPage) => void) | undefined;
}

/**
 * Worker processes and the queue before them. A process that dies costs the attempt that it ran, and is replaced.
 *
 *     slot:  opening --> idle <--> busy
 *               ^          |         |
 *               +----------+---------+   process ended
 */
export class WorkerPool {
  readonly #slots: Slot[];
  readonly #queue: Task[] = [];
  #closed = false;

  constructor(options: PoolOptions) {
    this.#slots = Array.from({ length: options.workers }, (_, i) => new Slot(i, options, () => this.#dispatch()));
    // The first opens while the program still builds its plan; the others when there is work for them.
    this.#slots[0]?.open();
  }

  /** No process opens any more: every task fails. */
  get isBroken(): boolean {
    return this.#slots.every((slot) => slot.isBroken);
  }

  /** `program` gives a stage's program where workers cannot read it from the store. It is asked when the task starts: by then it may be gone. */
  run(message: TaskMessage, report: Task["report"], program?: Task["program"], onPage?: Task["onPage"]): void {
    this.#queue.push({ message, report, program, onPage });
    this.#dispatch();
  }

  /** Forgets attempts that wait, interrupts those that run. */
  cancel(attempts: ReadonlySet<string>, job: string): void {
    const isCancelled = ({ message }: Task) => message.job === job && attempts.has(message.id);
    for (const task of this.#queue.filter(isCancelled)) {
      this.#queue.splice(this.#queue.indexOf(task), 1);
      task.report(lost(task.message, "it was cancelled before it started"));
    }
    for (const slot of this.#slots) if (slot.task && isCancelled(slot.task)) slot.interrupt();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#queue.length = 0;
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }

  #dispatch(): void {
    if (this.#closed) return;
    for (const slot of this.#slots) {
      if (this.#queue.length === 0) return;
      if (this.isBroken) {
        for (const task of this.#queue.splice(0)) task.report(lost(task.message, slot.lastExit));
        return;
      }
      slot.open();
      if (slot.isFree) slot.run(this.#queue.shift()!);
    }
  }
}

const lost = (message: TaskMessage, detail: string): TaskReport =>
  failed(message, new RetryableError("WORKER_LOST", { attempt: message.id, reason: detail }));

const outOfMemory = (message: TaskMessage): TaskReport =>
  failed(message, new RetryableError("TASK_OUT_OF_MEMORY", { detail: "the system killed its worker process." }));

const failed = ({ job, id, stage, partition, attempt }: TaskMessage, error: RetryableError): TaskReport => ({
  job,
  id,
  stage,
  partition,
  attempt,
  outcome: "failed",
  error: error.toJSON(),
});

class Slot {
  task: Task | undefined;
  /** How the last process ended. */
  lastExit = "";
  /** What the process said of its end before it came. */
  #said: string | undefined;
  readonly #index: number;
  readonly #options: PoolOptions;
  readonly #changed: () => void;
  #process: ChildProcess | undefined;
  #ready = false;
  #failedStarts = 0;
  /** Key of the program that the process was given last; it keeps that one. */
  #given: string | undefined;
  #killer: NodeJS.Timeout | undefined;
  #closing: (() => void) | undefined;

  constructor(index: number, options: PoolOptions, changed: () => void) {
    this.#index = index;
    this.#options = options;
    this.#changed = changed;
  }

  get isFree(): boolean {
    return this.#ready && this.task === undefined;
  }
  get isBroken(): boolean {
    return this.#failedStarts >= MOST_FAILED_STARTS;
  }

  open(): void {
    if (this.#process || this.#closing || this.isBroken) return;
    const { threadsPerWorker, memoryPerWorker, heapPerWorker, folder, entry = workerPath(), python } = this.#options;
    const child = fork(entry, [], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      execArgv: [`--max-old-space-size=${Math.ceil(heapPerWorker / 1024 ** 2)}`],
    });
    this.#process = child;
    this.#given = undefined;
    child.on("message", (message: FromWorker) => this.#receive(message));
    child.on("exit", (code, signal) => this.#ended(signal ? `killed by ${signal}` : `exit code ${code}`, signal === "SIGKILL"));
    child.on("error", (error) => this.#ended(error.message));
    const name = `worker-${this.#index}`;
    const options = { name, threads: threadsPerWorker, memory: memoryPerWorker, folder: join(folder, name) };
    this.#send({ kind: "open", options: { ...options, ...(python ? { python } : {}) } });
  }

  run(task: Task): void {
    this.task = task;
    const { job, id, stage, partition, attempt } = task.message;
    task.report({ job, id, stage, partition, attempt, outcome: "started", worker: `worker-${this.#index}` });
    this.#send({ kind: "run", message: task.message, ...this.#programOf(task) });
  }

  #programOf({ message, program }: Task): { readonly program?: string } {
    const bytes = this.#given === message.program ? undefined : program?.(message.program);
    if (!bytes) return {};
    this.#given = message.program;
    return { program: new TextDecoder().decode(bytes) };
  }

  /** A statement ends at once; a user's endless loop does not, and takes its process with it. */
  interrupt(): void {
    if (!this.task) return;
    this.#send({ kind: "interrupt", attempt: this.task.message.id });
    this.#killer ??= setTimeout(() => this.#process?.kill("SIGKILL"), GRACE_MS);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#closing = resolve;
      if (!this.#process) return resolve();
      if (this.#process.connected) this.#process.disconnect();
      this.#killer ??= setTimeout(() => this.#process?.kill("SIGKILL"), GRACE_MS);
    });
  }

  #send(message: ToWorker): void {
    // A process that is about to end cannot be written to; its end is reported by #ended.
    if (this.#process?.connected) this.#process.send(message, () => {});
  }

  #receive(message: FromWorker): void {
    if (message.kind === "ready") {
      this.#ready = true;
      this.#failedStarts = 0;
      this.#changed();
    } else if (message.kind === "report") {
      clearTimeout(this.#killer);
      this.#killer = undefined;
      const { task } = this;
      this.task = undefined;
      task?.report(message.report);
      this.#changed();
    } else if (message.kind === "page") {
      if (this.task?.message.id === message.attempt) this.task.onPage?.(this.task.message, message.page);
    } else {
      this.#said = message.reason;
    }
  }

  #ended(how: string, wasKilled = false): void {
    // Neither did the pool kill it, nor did it say why it would end: the system did, as it does where memory runs out.
    const killedBySystem = wasKilled && this.#killer === undefined && this.#said === undefined;
    clearTimeout(this.#killer);
    this.#killer = undefined;
    this.#process = undefined;
    if (!this.#ready) this.#failedStarts++;
    this.#ready = false;
    this.lastExit = this.#said ?? how;
    this.#said = undefined;
    const { task } = this;
    this.task = undefined;
    task?.report(killedBySystem ? outOfMemory(task.message) : lost(task.message, this.lastExit));
    if (this.#closing) this.#closing();
    else this.#changed();
  }
}

/** The bundle beside this one, or the source where this is the source. */
function workerPath(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url));
}
