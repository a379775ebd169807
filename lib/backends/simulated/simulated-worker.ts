import { crc32 } from "node:zlib";
import { asFirecrestError, ExecutionError, type FirecrestError, RetryableError } from "../../engine/errors.ts";
import type { ObjectStore } from "../../engine/ports/object-store.ts";
import { noMetrics } from "../../engine/scheduler/state.ts";
import { widthOf } from "../../engine/stages/combining.ts";
import type { BlockRef, PendingFile, TaskMessage, TaskMetrics, TaskOutput, TaskReport } from "../../engine/task/message.ts";
import type { Run, SimulatedBill } from "./simulated-bill.ts";
import type { SimulatedInbox } from "./simulated-inbox.ts";
import { partitionOf, type SimulatedJob, sourceRows, WORKER_LIMIT_MS } from "./simulated-job.ts";
import type { SimulatedQueue } from "./simulated-queue.ts";
import type { SimulatedStore } from "./simulated-store.ts";
import type { Actor, World } from "./world.ts";

export interface WorkerSurroundings {
  readonly bill: SimulatedBill;
  readonly world: World;
  readonly store: SimulatedStore;
  readonly inbox: SimulatedInbox;
  readonly queue: SimulatedQueue;
  readonly job: SimulatedJob;
}

/** Tries of one call of the store. */
const TRIES = 3;
/** The longest that a report takes to be sent, with its tries. */
const REPORT_MS = 100;

/** Runs one attempt as a worker does: fetches blocks, checks them, writes its output under keys of its own, reports. */
export class SimulatedWorker {
  readonly #message: TaskMessage;
  readonly #at: WorkerSurroundings;
  readonly #actor: Actor;
  readonly #store: ObjectStore;
  readonly #started: PendingFile[] = [];
  readonly #run: Run;

  constructor(name: string, message: TaskMessage, at: WorkerSurroundings) {
    this.#message = message;
    this.#at = at;
    this.#actor = { name, alive: true, mortality: "workerDied", pausedUntil: 0 };
    this.#store = at.store.seenBy(this.#actor);
    this.#run = at.bill.begin(message.memory, at.world.now);
    at.world.after(WORKER_LIMIT_MS, () => {
      this.#actor.alive = false;
    });
  }

  async run(): Promise<void> {
    try {
      await this.#report({ outcome: "started", worker: this.#actor.name });
      await this.#insist(() => this.#store.get(this.#message.program));
      const rows = await this.#compute();
      const output = await this.#write(rows);
      await this.#report({ outcome: "succeeded", output, metrics: { ...this.#metrics(), rowsOut: rows.length } });
    } catch (thrown) {
      await this.#fail(thrown).catch(() => {});
    }
    this.#run.endedAt = this.#at.world.now;
  }

  #metrics(): TaskMetrics {
    const { startedAt, calls } = this.#run;
    return { ...noMetrics, wallMs: 10, billedMs: this.#at.world.now - startedAt + REPORT_MS, storeWrites: calls + TRIES };
  }

  async #compute(): Promise<number[]> {
    const { world, job, queue } = this.#at;
    const { stage, partition, id } = this.#message;
    const spec = job.spec.stages[stage]!;
    const rows = spec.inputs.length === 0 ? sourceRows(stage, partition) : [];
    for (const input of spec.inputs) {
      for (const block of this.#message.blocks[input.stage]!) {
        const read = await this.#readBlock(block);
        rows.push(...(input.mode === "broadcast" ? read.filter((row) => partitionOf(row, stage, spec.partitions) === partition) : read));
      }
    }
    if (world.faults.strike("workerHung")) await this.#sleep(world.random.between(1_000, 12_000));
    else await this.#sleep(world.random.between(0, 30));
    if (queue.cancelled.has(id)) throw new ExecutionError("OPERATION_CANCELED");
    if (job.poisoned === `${stage}.${partition}`) throw new ExecutionError("DIVIDE_BY_ZERO", { config: '"spark.sql.ansi.enabled"' });
    if (this.#message.memory < 4 && world.faults.strike("outOfMemory"))
      throw new RetryableError("TASK_OUT_OF_MEMORY", { detail: "simulated" });
    if (world.faults.strike("taskFailed")) throw new RetryableError("STORE_UNAVAILABLE", { key: id, detail: "simulated" });
    return rows;
  }

  async #readBlock(block: BlockRef): Promise<number[]> {
    const bytes = await this.#insist(() => this.#store.get(block.key, block)).catch((thrown: unknown) => {
      throw asFirecrestError(thrown).condition === "OBJECT_NOT_FOUND" ? new LostBlock(block) : thrown;
    });
    if (crc32(bytes) !== block.checksum) throw new LostBlock(block);
    return decodeRows(bytes);
  }

  async #write(rows: readonly number[]): Promise<TaskOutput> {
    const { stage, partition, attempt, prefix } = this.#message;
    const { output, indeterminate, inputs } = this.#at.job.spec.stages[stage]!;
    const key = `${prefix}/${stage}/${partition}/${attempt}/out`;
    if (output.kind === "files") return { kind: "files", files: await this.#writeFiles(rows) };
    if (output.kind === "shuffle") {
      const salt = indeterminate ? this.#at.world.random.between(0, 1_000) : stage;
      const [input] = inputs;
      const read = input?.mode === "gather" ? widthOf(input.combining, partition) : output.partitions;
      return this.#writeShuffle(key, rows, (row) => partitionOf(row, salt, read), output.partitions);
    }
    const bytes = encodeRows(rows);
    if (output.kind === "broadcast") {
      await this.#putObject(key, bytes);
      return { kind: "broadcast", key, bytes: bytes.length, rows: rows.length, checksum: crc32(bytes) };
    }
    const counts = { kind: "result", bytes: bytes.length, rows: rows.length, head: 0, pages: [] } as const;
    if (rows.length < 4) return { ...counts, inline: bytes.toString("base64") };
    await this.#insist(() => this.#store.put(key, bytes));
    return { ...counts, key };
  }

  /** Rows for a stage of no partitions go nowhere. */
  async #writeShuffle(key: string, rows: readonly number[], to: (row: number) => number, partitions: number): Promise<TaskOutput> {
    const parts = Array.from({ length: partitions }, (): number[] => []);
    for (const row of rows) parts[to(row)]?.push(row);
    const blocks = parts.map(encodeRows);
    const offsets = [0];
    for (const block of blocks) offsets.push(offsets.at(-1)! + block.length);
    await this.#putObject(key, Buffer.concat(blocks));
    return { kind: "shuffle", key, offsets, rows: parts.map((part) => part.length), checksums: blocks.map((block) => crc32(block)) };
  }

  /** Writes an object that other tasks read, and that may come to harm. */
  async #putObject(key: string, bytes: Uint8Array): Promise<void> {
    const { world, store } = this.#at;
    await this.#insist(() => this.#store.put(key, bytes));
    if (world.faults.strike("blockLost")) store.objects.delete(key);
    const object = store.objects.get(key);
    if (object && bytes.length > 0 && world.faults.strike("blockCorrupt")) object.bytes[world.random.between(0, bytes.length - 1)]! ^= 1;
  }

  async #writeFiles(rows: readonly number[]): Promise<PendingFile[]> {
    const { partition, attempt, job } = this.#message;
    const folder = this.#at.job.spec.commit!.folder;
    const count = rows.length === 0 ? 0 : Math.min(rows.length, this.#at.world.random.between(1, 3));
    const files: PendingFile[] = [];
    for (let i = 0; i < count; i++) {
      const share = rows.filter((_, n) => n % count === i);
      const key = `${folder}/part-${partition}-${job}-${attempt}-${i}`;
      const upload = await this.#insist(() => this.#store.startUpload(key));
      this.#started.push({ key, upload, file: { size: 0, parts: [] }, rows: 0 });
      const path = `/${upload}`;
      this.#at.store.localFiles.set(path, encodeRows(share));
      files.push({ key, upload, file: await this.#insist(() => this.#store.uploadFile(key, upload, path)), rows: share.length });
    }
    return files;
  }

  async #fail(thrown: unknown): Promise<void> {
    const lost = thrown instanceof LostBlock ? thrown.block : undefined;
    const error: FirecrestError = lost
      ? new RetryableError("SHUFFLE_BLOCK_LOST", { block: lost.key, detail: "simulated" })
      : asFirecrestError(thrown);
    for (const { key, upload } of this.#started) await this.#insist(() => this.#store.abortUpload(key, upload));
    // The program is gone: the job is over.
    if (error.condition === "OBJECT_NOT_FOUND") return;
    await this.#report({ outcome: "failed", error: error.toJSON(), metrics: this.#metrics(), ...(lost ? { lostBlock: lost } : {}) });
  }

  async #report(report: ReportBody): Promise<void> {
    const { job, id, stage, partition, attempt } = this.#message;
    const message = { kind: "task", report: { job, id, stage, partition, attempt, ...report } as TaskReport } as const;
    await this.#insist(() => this.#at.inbox.send(this.#actor, `reports ${id} ${report.outcome}`, message));
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#at.world.after(ms, () => this.#actor.alive && resolve()));
  }

  async #insist<T>(call: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      this.#run.calls++;
      try {
        return await call();
      } catch (thrown) {
        if (tries >= TRIES || asFirecrestError(thrown).class === "terminal") throw thrown;
      }
    }
  }
}

type ReportBody = TaskReport extends infer R
  ? R extends TaskReport
    ? Omit<R, "job" | "id" | "stage" | "partition" | "attempt">
    : never
  : never;

class LostBlock extends Error {
  readonly block: BlockRef;

  constructor(block: BlockRef) {
    super(`block of ${block.producer}`);
    this.block = block;
  }
}

/** Rows as 32-bit integers, one after the other. */
export function encodeRows(rows: readonly number[]): Buffer {
  const bytes = Buffer.alloc(rows.length * 4);
  for (const [i, row] of rows.entries()) bytes.writeInt32LE(row, i * 4);
  return bytes;
}

export function decodeRows(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(i * 4, true));
}
