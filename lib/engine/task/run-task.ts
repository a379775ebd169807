import { asFirecrestError } from "../errors.ts";
import type { Kernel } from "../kernel/connection.ts";
import { kernelError } from "../kernel/errors.ts";
import { FailurePlaces } from "../kernel/failure-place.ts";
import { type FragmentContext, fragmentSql } from "../kernel/fragment.ts";
import { outputOf } from "../planner/output.ts";
import type { BroadcastRead, PhysicalPlan, PythonExec, WriteExec } from "../planner/plan.ts";
import { childrenOf, leavesOf } from "../planner/traverse.ts";
import type { Scratch } from "../ports/fabric.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { Python } from "../ports/python.ts";
import type { Remember, Sink, Source } from "../ports/source.ts";
import type { EarlyPage } from "../result/pages.ts";
import { writeResult } from "../result/write.ts";
import { blockSql, partitionSql, sortKeyColumn } from "../shuffle/key.ts";
import { LostBlock } from "../shuffle/read.ts";
import { writeBroadcast, writeShuffle } from "../shuffle/write.ts";
import { decodeProgram, type StageProgram } from "../stages/program.ts";
import { mapPartitions } from "./map-partitions.ts";
import { mayStopEarly } from "./may-stop-early.ts";
import type { TaskMessage, TaskMetrics, TaskOutput, TaskReport } from "./message.ts";
import { emptySql, openLeaves } from "./open-leaves.ts";
import { runPython } from "./run-python.ts";
import { writeFiles } from "./write-files.ts";

/** What a worker offers its tasks. */
export interface Worker {
  readonly name: string;
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  /** A scratch space of its own for an attempt; removed at its end. */
  readonly scratch: (attempt: string) => Promise<Scratch & { dispose(): Promise<void> }>;
  readonly sourceOf: (format: string) => Source;
  readonly sinkOf: (format: string) => Sink;
  /** Absent where functions in Python are not enabled. */
  readonly python?: Python;
  /** Milliseconds of wall and CPU time of this process, and its peak memory in bytes. */
  readonly usage: () => { readonly wallMs: number; readonly cpuMs: number; readonly peakMemory: number };
  /** Requests made so far, as the store bills them (cost/usage.ts); absent where nobody bills them. */
  readonly requests?: () => StoreRequests;
  /** Milliseconds billed besides an attempt's own, for its worker's beginning and end; absent: none. */
  readonly overheadMs?: number;
  /** Programs read before, by key; bounded by the worker. */
  readonly programs: Map<string, StageProgram>;
  /** Is told of a result's pages while its task still runs; absent where nobody reads them then. */
  readonly onPage?: (message: TaskMessage, page: EarlyPage) => void;
  /** Only where tasks read the files themselves: copies of parts of a file want the footer that it has now. */
  readonly remember?: Remember;
}

export interface StoreRequests {
  readonly reads: number;
  readonly writes: number;
}

/** Programs that a warm worker keeps. */
const KEPT_PROGRAMS = 64;

/** Runs one attempt to its report. Never throws: what goes wrong is in the report. `given`: the stage's program where it came with the message. */
export async function runTask(message: TaskMessage, worker: Worker, given?: Uint8Array): Promise<TaskReport> {
  const { job, id, stage, partition, attempt } = message;
  const identity = { job, id, stage, partition, attempt };
  const meter = meterOf(worker);
  try {
    const program = await loadProgram(message.program, worker, given);
    const { output, counts } = await runProgram(message, program, worker, mayStopEarly(program.fragment));
    const metrics: TaskMetrics = { ...counts, ...meter(), rowsOut: rowsOf(output), bytesWritten: bytesOf(output) };
    return { ...identity, outcome: "succeeded", output, metrics };
  } catch (thrown) {
    const error = asFirecrestError(kernelError(thrown));
    const metrics: TaskMetrics = { ...noCounts, ...meter(), rowsOut: 0, bytesWritten: 0 };
    const lost = thrown instanceof LostBlock ? { lostBlock: thrown.block } : {};
    return { ...identity, outcome: "failed", error: error.toJSON(), metrics, ...lost };
  }
}

type Metered = Pick<TaskMetrics, "wallMs" | "billedMs" | "cpuMs" | "peakMemory" | "storeReads" | "storeWrites">;

/** Begins to measure what an attempt takes of its worker. */
function meterOf({ usage, requests = noRequests, overheadMs = 0 }: Worker): () => Metered {
  const [before, asked] = [usage(), requests()];
  return () => {
    const [after, askedAfter] = [usage(), requests()];
    const wallMs = after.wallMs - before.wallMs;
    return {
      wallMs,
      billedMs: Math.ceil(wallMs + overheadMs),
      cpuMs: after.cpuMs - before.cpuMs,
      peakMemory: after.peakMemory,
      storeReads: askedAfter.reads - asked.reads,
      storeWrites: askedAfter.writes - asked.writes,
    };
  };
}

const noRequests = (): StoreRequests => ({ reads: 0, writes: 0 });

/** Reads text files exactly, from the beginning, where they are not as clean as a fast reader expects. */
async function runProgram(
  message: TaskMessage,
  program: StageProgram,
  worker: Worker,
  exact: boolean,
): Promise<{ readonly output: TaskOutput; readonly counts: Counts }> {
  const scratch = await worker.scratch(message.id);
  try {
    const run = new TaskRun(message, program, worker, scratch, exact);
    return { output: await run.run(), counts: run.counts };
  } catch (thrown) {
    if (exact || !(thrown instanceof UncleanFiles)) throw thrown;
  } finally {
    await scratch.dispose();
  }
  return runProgram(message, program, worker, true);
}

/** A fast reader of text failed; nothing was put out yet. */
class UncleanFiles extends Error {}

async function loadProgram(key: string, worker: Worker, given?: Uint8Array): Promise<StageProgram> {
  const known = worker.programs.get(key);
  if (known) return known;
  const program = decodeProgram(given ?? (await worker.store.get(key)));
  if (worker.programs.size >= KEPT_PROGRAMS) worker.programs.delete(worker.programs.keys().next().value!);
  worker.programs.set(key, program);
  return program;
}

function rowsOf(output: TaskOutput): number {
  switch (output.kind) {
    case "shuffle":
      return output.rows.reduce((sum, rows) => sum + rows, 0);
    case "files":
      return output.files.reduce((sum, file) => sum + file.rows, 0);
    default:
      return output.rows;
  }
}

/** What stays: shuffled blocks and files, not the rows that go to the user. */
function bytesOf(output: TaskOutput): number {
  switch (output.kind) {
    case "shuffle":
      return output.offsets.at(-1) ?? 0;
    case "broadcast":
      return output.bytes;
    case "files":
      return output.files.reduce((sum, { file }) => sum + file.size, 0);
    case "result":
      return 0;
  }
}

type Counts = Pick<TaskMetrics, "rowsIn" | "bytesRead" | "bytesShuffleRead" | "requests" | "spilledBytes">;

const noCounts: Counts = { rowsIn: 0, bytesRead: 0, bytesShuffleRead: 0, requests: 0, spilledBytes: 0 };

class TaskRun {
  counts: Counts = noCounts;
  readonly #message: TaskMessage;
  readonly #program: StageProgram;
  readonly #worker: Worker;
  readonly #scratch: Scratch;
  readonly #exact: boolean;
  /** A SELECT for each leaf, and for each mapPartitions that has run. */
  readonly #relations = new Map<PhysicalPlan, string>();
  readonly #places = new FailurePlaces();

  constructor(message: TaskMessage, program: StageProgram, worker: Worker, scratch: Scratch, exact: boolean) {
    this.#message = message;
    this.#program = program;
    this.#worker = worker;
    this.#scratch = scratch;
    this.#exact = exact;
  }

  async run(): Promise<TaskOutput> {
    const { fragment, output, session } = this.#program;
    const { kernel, store, sourceOf, remember } = this.#worker;
    const sample: BroadcastRead | undefined =
      output.kind === "shuffle" && output.by.kind === "range"
        ? { kind: "broadcastRead", stage: output.by.sample, output: [sortKeyColumn] }
        : undefined;
    const leaves = await openLeaves([...leavesOf(fragment), ...(sample ? [sample] : [])], this.#message, {
      store,
      scratch: this.#scratch,
      session,
      sourceOf,
      exact: this.#exact,
      ...(remember ? { remember } : {}),
    });
    const { rowsIn, bytesRead, bytesShuffleRead, requests } = leaves;
    this.counts = { ...this.counts, rowsIn, bytesRead, bytesShuffleRead, requests };
    for (const [leaf, sql] of leaves.sql) this.#relations.set(leaf, sql);
    for (const sql of leaves.setup) await kernel.run(sql);
    // What spark_partition_id and monotonically_increasing_id read (functions/misc.ts).
    await kernel.run(`SET VARIABLE firecrest_partition = ${this.#message.partition}`);
    try {
      await this.#runMappers(fragment);
      return await this.#write(sample);
    } catch (thrown) {
      if (leaves.needsExact(thrown)) throw new UncleanFiles("text files are not clean", { cause: thrown });
      throw leaves.fileError(thrown) ?? this.#places.placed(thrown);
    } finally {
      for (const sql of leaves.teardown) await kernel.run(sql);
    }
  }

  /** The user's batch functions run before the statement that reads what they made, the innermost first. */
  async #runMappers(plan: PhysicalPlan): Promise<void> {
    for (const child of childrenOf(plan)) await this.#runMappers(child);
    if (plan.kind === "python") return void this.#relations.set(plan, await this.#runPython(plan));
    if (plan.kind !== "mapPartitions") return;
    const { kernel } = this.#worker;
    const { session } = this.#program;
    const context = this.#context();
    const select = fragmentSql(plan.child, context);
    await kernel.prepare(session, context.functions.values());
    this.#relations.set(
      plan,
      await mapPartitions(plan, select, { kernel, scratch: this.#scratch, session, name: `mapped${this.#relations.size}` }),
    );
  }

  async #runPython(plan: PythonExec): Promise<string> {
    const { kernel, python } = this.#worker;
    const context = this.#context();
    const selects = plan.children.map((child) => fragmentSql(child, context));
    const { scratch } = { scratch: this.#scratch };
    return runPython(plan, selects, { kernel, scratch, context, python, name: `python${this.#relations.size}`, task: this.#message });
  }

  /** A task that may have to read its files again, otherwise, has no page before its last. */
  #early(): { readonly onPage?: (page: EarlyPage) => void } {
    const { onPage } = this.#worker;
    const isFinal = this.#exact || leavesOf(this.#program.fragment).every((leaf) => leaf.kind !== "scan" || leaf.scan.format === "parquet");
    return onPage && isFinal ? { onPage: (page) => onPage(this.#message, page) } : {};
  }

  #context(): FragmentContext {
    const { session } = this.#program;
    return { session, functions: new Map(), places: this.#places, leaf: (plan) => this.#relations.get(plan) ?? emptySql(outputOf(plan)) };
  }

  async #write(sample: BroadcastRead | undefined): Promise<TaskOutput> {
    const { kernel, store, sinkOf } = this.#worker;
    const { fragment, output, session } = this.#program;
    const { prefix, stage, partition, attempt } = this.#message;
    const context = this.#context();
    const select = fragmentSql(fragment, context);
    const spread = fragment.kind === "write" ? fragment.spread : undefined;
    const boundaries = () => context.leaf(sample!);
    const target =
      output.kind === "shuffle"
        ? blockSql(output, partition, boundaries, context)
        : partitionSql(spread?.key ?? { kind: "single" }, spread?.partitions ?? 1, partition, boundaries, context);
    await kernel.prepare(session, context.functions.values());
    const columns = outputOf(fragment);
    const io = { kernel, store, scratch: this.#scratch, session, key: `${prefix}/tasks/${stage}/${partition}/${attempt}.${output.kind}` };
    switch (output.kind) {
      case "shuffle":
        return writeShuffle(select, columns, target, output.partitions, io);
      case "broadcast":
        return writeBroadcast(select, columns, io);
      case "result":
        return writeResult(select, columns, { ...io, ...this.#early() });
      case "files":
        return writeFiles(select, fragment as WriteExec, target, this.#message, { ...io, sinkOf });
    }
  }
}
