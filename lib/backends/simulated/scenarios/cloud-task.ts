import { noMetrics } from "../../../engine/scheduler/state.ts";
import { BLOCK_READ_BYTES, parallelReads } from "../../../engine/shuffle/read.ts";
import type { StageOutput } from "../../../engine/stages/stage.ts";
import type { TaskMessage, TaskOutput, TaskReport } from "../../../engine/task/message.ts";
import { lambda, s3 } from "../aws-limits.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { World } from "../world.ts";
import type { CloudWorker } from "./cloud-functions.ts";
import type { CloudInbox } from "./cloud-inbox.ts";
import type { CloudStore } from "./cloud-store.ts";
import { storeAnswer } from "./latency.ts";

/** What a stage's tasks do, as far as it takes time: measured, or made up by the scenario. */
export interface StageWork {
  readonly output: StageOutput["kind"];
  /** Partitions of a shuffle. */
  readonly partitions: number;
  readonly fixedCpuMs: number;
  readonly cpuNsPerRow: number;
  /** Rows that a task gives for so many that it reads, and the bytes of one. */
  readonly rowsOut: (rowsIn: number) => number;
  readonly bytesPerRow: number;
  /** Sizes of the requests for a scan's splits: file by file, those of the footer first. */
  readonly scanRequests: (message: TaskMessage) => readonly FileRequests[];
}
export interface FileRequests {
  /** The table's folder. */
  readonly prefix: string;
  /** One after the other, before the others. */
  readonly footer: readonly number[];
  readonly ranges: readonly number[];
}

export interface TaskSurroundings {
  readonly world: World;
  readonly random: SeededRandom;
  readonly store: CloudStore;
  readonly inbox: CloudInbox;
  readonly work: readonly StageWork[];
  readonly memory: number;
  readonly vcpus: number;
  readonly totals: { bytesRead: number; bytesShuffled: number };
}

/** Requests of one worker at once: the S3 store's bound (aws/s3-store.ts). */
const STORE_LANES = 64;
/** Parquet's own bytes of a small file: header, footer, page headers. Measured: an aggregate's row of 20 bytes takes 300. */
const FILE_BYTES = 280;

/** Runs one attempt: the time that its requests, bytes and rows take, then its report. */
export class CloudTask {
  readonly #at: TaskSurroundings;

  constructor(surroundings: TaskSurroundings) {
    this.#at = surroundings;
  }

  async run(message: TaskMessage, worker: CloudWorker): Promise<void> {
    const { world, inbox, work, vcpus, totals } = this.#at;
    const begin = world.now;
    const { job, id, stage, partition, attempt } = message;
    const identity = { job, id, stage, partition, attempt };
    inbox.send({ kind: "task", report: { ...identity, outcome: "started", worker: worker.name } });
    const stageWork = work[stage]!;
    if (!worker.programs.has(stage)) await this.#wait(this.#read([4096], 1, JOB, worker));
    worker.programs.add(stage);

    const files = stageWork.scanRequests(message);
    const tables = [...Map.groupBy(files, (file) => file.prefix)].map(([prefix, of]) => ({
      prefix,
      ranges: of.flatMap(({ ranges }) => ranges),
    }));
    const blocks = Object.values(message.blocks).flat();
    const pieces = blocks.flatMap(({ start, end }) => readsOf(end - start));
    await this.#wait(this.#footers(files, worker));
    for (const { prefix, ranges } of tables) await this.#wait(this.#read(ranges, STORE_LANES, prefix, worker));
    await this.#wait(this.#read(pieces, parallelReads(blocks), JOB, worker));
    totals.bytesRead += sum(tables.flatMap(({ ranges }) => ranges));
    totals.bytesShuffled += sum(pieces);

    const splits = Object.values(message.splits).flat();
    const rowsIn = sum(splits.map((split) => split.rows ?? 0)) + sum(blocks.map((block) => block.rows));
    const perRow = (rowsIn * stageWork.cpuNsPerRow) / 1e6;
    await this.#wait(stageWork.fixedCpuMs + perRow / (vcpus * lambda.parallelEfficiency));
    const output = outputOf(message, stageWork, stageWork.rowsOut(rowsIn));
    await this.#wait(this.#write(output, worker));
    const metrics = { ...noMetrics, wallMs: world.now - begin, billedMs: world.now - begin, rowsIn };
    inbox.send({ kind: "task", report: { ...identity, outcome: "succeeded", output, metrics } as TaskReport });
  }

  #wait(ms: number): Promise<void> {
    return ms <= 0 ? Promise.resolve() : new Promise((resolve) => this.#at.world.after(ms, resolve));
  }

  /** Footers of several files come side by side, those of one file one after the other. */
  #footers(files: readonly FileRequests[], worker: CloudWorker): number {
    return Math.max(0, ...files.map(({ footer, prefix }) => sum(footer.map((bytes) => this.#read([bytes], 1, prefix, worker)))));
  }

  /** How long reads take: each lane's answers and streams one after the other, and no faster than the network and a thread bring the bytes. */
  #read(sizes: readonly number[], lanes: number, prefix: string, worker: CloudWorker): number {
    const { world, random, store } = this.#at;
    if (sizes.length === 0) return 0;
    const free = new Array<number>(Math.min(lanes, sizes.length)).fill(0);
    let requests = 0;
    for (const [i, bytes] of sizes.entries()) {
      const answer = storeAnswer(random, s3.get, bytes);
      requests += answer.requests;
      free[i % free.length]! += answer.ms + bytes / s3.streamPerMs;
    }
    store.counts.workerReads += requests;
    const wait = store.readsOf(prefix).take(world.now, requests);
    return wait + Math.max(...free, transferMs(worker, sum(sizes), world.now));
  }

  #write(output: TaskOutput, worker: CloudWorker): number {
    const { store, world } = this.#at;
    const bytes = bytesOf(output);
    if (bytes === 0) return 0;
    return store.written(bytes) + transferMs(worker, bytes, world.now);
  }
}

/** The time that bytes take on a worker's network: the burst's rate until its budget is spent. */
function transferMs(worker: CloudWorker, bytes: number, now: number): number {
  const { burstBytes, burstPerMs, sustainedPerMs } = lambda.network;
  const budget = Math.min(burstBytes, worker.burst + (now - worker.burstAt) * sustainedPerMs);
  const fast = Math.min(bytes, budget);
  worker.burst = budget - fast;
  worker.burstAt = now;
  return fast / Math.min(burstPerMs, lambda.threadPerMs) + (bytes - fast) / sustainedPerMs;
}

/** The requests that bring a block. */
const readsOf = (bytes: number): number[] =>
  Array.from({ length: Math.ceil(bytes / BLOCK_READ_BYTES) }, (_, i) => Math.min(BLOCK_READ_BYTES, bytes - i * BLOCK_READ_BYTES));

/** An output whose rows lie evenly over its partitions. */
function outputOf(message: TaskMessage, { output, partitions, bytesPerRow }: StageWork, rows: number): TaskOutput {
  const key = `${message.prefix}/tasks/${message.stage}/${message.partition}/${message.attempt}.${output}`;
  const bytes = (count: number) => (count === 0 ? 0 : Math.ceil(count * bytesPerRow) + FILE_BYTES);
  if (output === "result") return { kind: "result", inline: "", bytes: 0, rows, head: 0, pages: [] };
  if (output === "broadcast") return { kind: "broadcast", key, bytes: bytes(rows), rows, checksum: CHECKSUM };
  if (output === "files") return { kind: "files", files: [] };
  const counts = Array.from(
    { length: partitions },
    (_, p) => Math.floor(((p + 1) * rows) / partitions) - Math.floor((p * rows) / partitions),
  );
  const offsets = [0];
  for (const count of counts) offsets.push(offsets.at(-1)! + bytes(count));
  return { kind: "shuffle", key, offsets, rows: counts, checksums: counts.map((count) => (count === 0 ? 0 : CHECKSUM)) };
}

/** The prefix of the job's own objects, for S3's request rates. */
const JOB = "job";
/** As long as most checksums are. */
const CHECKSUM = 3_141_592_653;

function bytesOf(output: TaskOutput): number {
  if (output.kind === "shuffle") return output.offsets.at(-1)!;
  return output.kind === "broadcast" ? output.bytes : 0;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
