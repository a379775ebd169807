import { createInterface } from "node:readline";
import { EVENT_MARK, type Task, type WorkerEvent, type WorkerOrder } from "../protocol.ts";

/** An engine that runs one task and gives its rows as text. */
export interface Runner {
  run(task: Task, sql: string | undefined): Promise<readonly (readonly string[])[]>;
  close(): Promise<void>;
}

const tell = (event: WorkerEvent): boolean => process.stdout.write(`${EVENT_MARK}${JSON.stringify(event)}\n`);

/** The worker's side of the protocol. */
export async function serve(open: (order: WorkerOrder) => Promise<Runner>): Promise<void> {
  const line = await new Promise<string>((resolve) => createInterface(process.stdin).once("line", resolve));
  process.stdin.destroy();
  const order = JSON.parse(line) as WorkerOrder;
  const runner = await open(order);
  for (const { task, sql } of order.tasks) {
    for (let run = 0; run < order.runs; run += 1) {
      tell({ event: "begin", task, run });
      const started = performance.now();
      const rows = await runner.run(task, sql);
      tell({ event: "end", task, run, seconds: (performance.now() - started) / 1000, ...(run === 0 ? { rows } : {}) });
    }
  }
  await runner.close();
}
