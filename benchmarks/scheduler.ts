import { setTimeout as sleep } from "node:timers/promises";
import { MemoryInbox } from "../lib/backends/local/memory-inbox.ts";
import { MemoryStore } from "../lib/backends/memory-store.ts";
import { runJob } from "../lib/engine/scheduler/coordinator.ts";
import type { JobSpec } from "../lib/engine/scheduler/job-spec.ts";
import { defaultOptions } from "../lib/engine/scheduler/options.ts";
import { noMetrics } from "../lib/engine/scheduler/state.ts";
import type { TaskMessage, TaskOutput, TaskReport } from "../lib/engine/task/message.ts";

/**
 * What the coordinator itself costs: tasks that end at once, queues and journal in memory. `node benchmarks/scheduler.ts`
 * prints, for each shape of job, the CPU milliseconds from submission to outcome and the tasks a second: a busy machine
 * does not change them much.
 */
const result = { kind: "result" } as const;
const shapes: Readonly<Record<string, JobSpec["stages"]>> = {
  "one task": [{ partitions: 1, inputs: [], output: result, label: "" }],
  "20,000 tasks": [{ partitions: 20_000, inputs: [], output: result, label: "" }],
  "3,000 map tasks, 200 reduce tasks": [
    { partitions: 3_000, inputs: [], output: { kind: "shuffle", partitions: 200 }, label: "" },
    { partitions: 200, inputs: [{ stage: 0, mode: "shuffle" }], output: result, label: "" },
  ],
};
const shuffled = (key: string): TaskOutput => ({
  kind: "shuffle",
  key,
  offsets: Array.from({ length: 201 }, (_, i) => i * 1_000),
  rows: Array.from({ length: 200 }, () => 10),
  checksums: Array.from({ length: 200 }, () => 0xdeadbeef),
});

async function run(stages: JobSpec["stages"]): Promise<number> {
  const inbox = new MemoryInbox();
  const report = ({ job, id, stage, partition, attempt }: TaskMessage, body: object) =>
    inbox.put({ kind: "task", report: { job, id, stage, partition, attempt, ...body } as TaskReport });
  const work = (message: TaskMessage) => {
    const output = stages[message.stage]!.output.kind === "shuffle" ? shuffled(message.id) : { ...result, bytes: 0, rows: 0 };
    report(message, { outcome: "started", worker: "" });
    report(message, { outcome: "succeeded", output, metrics: noMetrics });
  };
  const before = process.cpuUsage();
  await runJob({
    spec: { job: "job", prefix: "memory://job", stages },
    ports: {
      store: new MemoryStore(),
      inbox,
      queue: { send: async (messages) => messages.forEach(work), cancel: async () => {} },
      clock: { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { ref: false, ...(signal ? { signal } : {}) }) },
      random: { next: Math.random },
    },
    options: { ...defaultOptions, window: { initial: 1_000, max: 1_000, promptMs: 1_000 } },
    message: (stage, partition, attempt, memory, blocks) => ({
      job: "job",
      id: `${stage}.${partition}.${attempt}`,
      stage,
      partition,
      attempt,
      program: "",
      prefix: "",
      splits: {},
      blocks,
      memory,
    }),
  });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

for (const [name, stages] of Object.entries(shapes)) {
  const tasks = stages.reduce((sum, stage) => sum + stage.partitions, 0);
  // The first runs warm the code up.
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(await run(stages));
  const best = Math.min(...times);
  console.log(`${name}: ${best.toFixed(2)} ms, ${Math.round((tasks * 1_000) / best)} tasks a second`);
}
