import { ExecutionError, RetryableError, type SerializedError } from "../../../lib/engine/errors.ts";
import type { Command, CommandKind, CommandOf, Launch } from "../../../lib/engine/scheduler/command.ts";
import { nextDeadline } from "../../../lib/engine/scheduler/deadlines.ts";
import type { Happening, SchedulerEvent } from "../../../lib/engine/scheduler/event.ts";
import type { JobSpec, StageSpec } from "../../../lib/engine/scheduler/job-spec.ts";
import { defaultOptions, type SchedulerOptions } from "../../../lib/engine/scheduler/options.ts";
import { type JobState, newJob, noMetrics } from "../../../lib/engine/scheduler/state.ts";
import { transition } from "../../../lib/engine/scheduler/transition.ts";
import type { BlockRef, TaskMetrics, TaskOutput } from "../../../lib/engine/task/message.ts";

export const testOptions: SchedulerOptions = {
  ...defaultOptions,
  window: { initial: 100, max: 100, promptMs: 10 },
  memoryTiers: [1, 2, 4],
  commitBatch: 2,
};

export const stage = (partitions: number, output: StageSpec["output"], inputs: StageSpec["inputs"] = []): StageSpec => ({
  partitions,
  inputs,
  output,
  label: "stage",
});
export const result = { kind: "result" } as const;
export const shuffle = (partitions: number) => ({ kind: "shuffle", partitions }) as const;
export const reads = (...stages: number[]) => stages.map((id) => ({ stage: id, mode: "shuffle" }) as const);

export const specOf = (stages: readonly StageSpec[], overwrite?: boolean): JobSpec => ({
  job: "job",
  prefix: "memory://jobs/job",
  stages,
  ...(overwrite === undefined ? {} : { commit: { folder: "memory://out", overwrite, marker: true } }),
});

export const transient: SerializedError = new RetryableError("STORE_UNAVAILABLE", { key: "k", detail: "test" }).toJSON();
export const outOfMemory: SerializedError = new RetryableError("TASK_OUT_OF_MEMORY", { detail: "test" }).toJSON();
export const usersError: SerializedError = new ExecutionError("DIVIDE_BY_ZERO", { config: "c" }).toJSON();

/** Drives a job's state by hand: each call feeds one event and gives the commands that follow. */
export class Driver {
  state: JobState;
  at = 1_000;
  readonly events: SchedulerEvent[] = [];
  /** All commands so far. */
  readonly commands: Command[] = [];

  constructor(spec: JobSpec, options: Partial<SchedulerOptions> = {}) {
    const all = { ...testOptions, ...options };
    this.state = newJob(spec, all);
    this.feed({ kind: "submitted", spec, options: all });
  }

  feed(happening: Happening): readonly Command[] {
    const event = { at: this.at, random: 0.5, ...happening };
    this.events.push(event);
    const { state, commands } = transition(this.state, event);
    this.state = state;
    this.commands.push(...commands);
    return commands;
  }

  started(id: string, worker = "w") {
    return this.feed({ kind: "report", report: { ...this.#named(id), outcome: "started", worker } });
  }

  succeeded(id: string, output: TaskOutput = this.output(id), metrics: Partial<TaskMetrics> = {}) {
    return this.feed({
      kind: "report",
      report: { ...this.#named(id), outcome: "succeeded", output, metrics: { ...noMetrics, rowsOut: 1, ...metrics } },
    });
  }

  failed(id: string, error: SerializedError = transient, lostBlock?: BlockRef) {
    return this.feed({ kind: "report", report: { ...this.#named(id), outcome: "failed", error, ...(lostBlock ? { lostBlock } : {}) } });
  }

  /** A failure whose worker said what it took. */
  failedAfter(id: string, metrics: Partial<TaskMetrics>, error: SerializedError = transient) {
    return this.feed({
      kind: "report",
      report: { ...this.#named(id), outcome: "failed", error, metrics: { ...noMetrics, ...metrics } },
    });
  }

  /** Answers the commit step or clean-up that was issued last. */
  stepped() {
    return this.feed({ kind: "stepped", ordinal: this.state.ordinal });
  }

  /** Lets the time pass to the next deadline. */
  wait() {
    this.at = nextDeadline(this.state)!;
    return this.feed({ kind: "timer" });
  }

  /** The block that a launched reader was told to read of a producer. */
  block(reader: Launch, producer: string): BlockRef {
    return Object.values(reader.blocks)
      .flat()
      .find((block) => block.producer === producer)!;
  }

  /** What an attempt writes: one row for each partition. */
  output(id: string): TaskOutput {
    const { output } = this.state.spec.stages[Number(id.split(".")[0])]!;
    if (output.kind === "shuffle") {
      const { partitions } = output;
      return {
        kind: "shuffle",
        key: `memory://jobs/job/${id}`,
        offsets: Array.from({ length: partitions + 1 }, (_, i) => i * 4),
        rows: Array.from({ length: partitions }, () => 1),
        checksums: Array.from({ length: partitions }, () => 7),
      };
    }
    if (output.kind === "broadcast") return { kind: "broadcast", key: `memory://jobs/job/${id}`, bytes: 4, rows: 1, checksum: 7 };
    if (output.kind === "result") return { kind: "result", inline: id, bytes: 4, rows: 1, head: 0, pages: [] };
    return { kind: "files", files: [{ key: `memory://out/${id}`, upload: `upload of ${id}`, file: { size: 4, parts: [] }, rows: 1 }] };
  }

  #named(id: string) {
    const [stageId, partition, attempt] = id.split(".").map(Number) as [number, number, number];
    return { job: this.state.spec.job, id, stage: stageId, partition, attempt };
  }
}

export const only = <K extends CommandKind>(commands: readonly Command[], kind: K): CommandOf<K>[] =>
  commands.filter((command): command is CommandOf<K> => command.kind === kind);
export const launched = (commands: readonly Command[]): string[] =>
  only(commands, "launch").flatMap(({ attempts }) => attempts.map(({ id }) => id));

/** Commands as a line of text, for tables. */
export const describeCommands = (commands: readonly Command[]): string =>
  commands
    .map((command) => {
      if (command.kind === "launch") return `launch ${command.attempts.map(({ id }) => id).join(" ")}`;
      if (command.kind === "cancel") return `cancel ${command.attempts.join(" ")}`;
      if (command.kind === "complete" || command.kind === "undo")
        return `${command.kind} ${command.files.map((file) => file.upload).join(", ")}`;
      if (command.kind === "clean") return `clean ${command.uploads.map(({ upload }) => upload).join(", ")}`.trim();
      return command.kind;
    })
    .join("; ");
