import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { usageOf } from "./process-tree.ts";
import { EVENT_MARK, type Task, type WorkerEvent, type WorkerOrder } from "./protocol.ts";

export interface TaskMeasure {
  readonly task: Task;
  /** One a run, the first (cold caches) too. */
  readonly seconds: readonly number[];
  readonly cpuSeconds: readonly number[];
  readonly rows: readonly (readonly string[])[];
}

export interface WorkerMeasure {
  /** From the start of the process to the end of its first task's first run. */
  readonly firstAnswerSeconds: number;
  readonly peakBytes: number;
  readonly tasks: readonly TaskMeasure[];
}

const SAMPLE_MS = 50;
const MAX_ERROR_LINES = 20;

/** Runs a worker to its end. Times are its own; CPU and memory are those of its process tree. Throws where it fails. */
export async function measure(command: readonly string[], order: WorkerOrder): Promise<WorkerMeasure> {
  const started = performance.now();
  const worker = spawn(command[0]!, command.slice(1), { stdio: ["pipe", "pipe", "pipe"] });
  const exited = new Promise<number | null>((resolve, reject) => worker.once("error", reject).once("close", resolve));
  worker.stdin.end(`${JSON.stringify(order)}\n`);
  const errors: string[] = [];
  createInterface(worker.stderr).on("line", (line) => {
    errors.push(line);
    if (errors.length > MAX_ERROR_LINES) errors.shift();
  });

  let peakBytes = 0;
  const sample = () => {
    const usage = usageOf(worker.pid!);
    peakBytes = Math.max(peakBytes, usage.residentBytes);
    return usage;
  };
  const sampling = setInterval(sample, SAMPLE_MS);

  const measures = new Map<Task, { seconds: number[]; cpuSeconds: number[]; rows: readonly (readonly string[])[] }>();
  let firstAnswerSeconds = Number.NaN;
  let cpuBefore = 0;
  for await (const line of createInterface(worker.stdout)) {
    if (!line.startsWith(EVENT_MARK)) continue;
    const event = JSON.parse(line.slice(EVENT_MARK.length)) as WorkerEvent;
    const { cpuSeconds } = sample();
    if (event.event === "begin") {
      cpuBefore = cpuSeconds;
      continue;
    }
    if (measures.size === 0) firstAnswerSeconds = (performance.now() - started) / 1000;
    const measured = measures.get(event.task) ?? { seconds: [], cpuSeconds: [], rows: event.rows ?? [] };
    measured.seconds.push(event.seconds);
    measured.cpuSeconds.push(cpuSeconds - cpuBefore);
    measures.set(event.task, measured);
  }
  const code = await exited;
  clearInterval(sampling);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${errors.join("\n")}`);
  return { firstAnswerSeconds, peakBytes, tasks: [...measures].map(([task, measured]) => ({ task, ...measured })) };
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
