import { describe, expect, test } from "vitest";
import { type Taken, TaskOutputs } from "../../../lib/backends/local/task-outputs.ts";
import type { EarlyPage } from "../../../lib/engine/result/pages.ts";
import type { TaskOutput } from "../../../lib/engine/task/message.ts";

const output = (rows: number): TaskOutput => ({ kind: "result", head: 0, pages: [], rows, inline: "", bytes: 0 });
const taken = (rows: number): Taken => ({ kind: "output", output: output(rows) });
const page = (key: string, before = 0): EarlyPage => ({ path: "scratch", key, head: 8, before, bytes: 10 });

test("an output can be read as soon as it is there, and each is read once when the job's end names all", async () => {
  const outputs = new TaskOutputs();
  const reading = outputs[Symbol.asyncIterator]();
  const first = reading.next();
  outputs.add(output(1));
  expect((await first).value).toEqual(taken(1));
  const second = reading.next();
  outputs.end([output(1), output(2)]);
  expect((await second).value).toEqual(taken(2));
  expect((await reading.next()).done).toBe(true);
});

test("a job that ends without outputs ends the reading", async () => {
  const outputs = new TaskOutputs();
  const reading = outputs[Symbol.asyncIterator]().next();
  outputs.end([]);
  expect((await reading).done).toBe(true);
});

describe("pages of tasks that still run", () => {
  test("are read in the order of partitions, and the rest of the output behind them", async () => {
    const outputs = new TaskOutputs();
    const reading = outputs[Symbol.asyncIterator]();
    outputs.addPage(1, page("jobs/1/0.result"));
    outputs.addPage(0, page("jobs/0/0.result"));
    expect((await reading.next()).value).toEqual({ kind: "page", page: page("jobs/0/0.result") });
    outputs.addPage(0, page("jobs/0/0.result", 10));
    const first = { ...output(3), key: "jobs/0/0.result" };
    outputs.add(first);
    expect((await reading.next()).value).toEqual({ kind: "output", output: first });
    expect((await reading.next()).value).toEqual({ kind: "page", page: page("jobs/1/0.result") });
    outputs.end([]);
    expect((await reading.next()).done).toBe(true);
  });

  test("of an attempt that has failed are forgotten where none was read, and end the job where one was", async () => {
    const outputs = new TaskOutputs();
    const reading = outputs[Symbol.asyncIterator]();
    outputs.addPage(0, page("jobs/0/0.result"));
    outputs.addPage(0, page("jobs/0/1.result"));
    expect((await reading.next()).value).toEqual({ kind: "page", page: page("jobs/0/1.result") });
    outputs.addPage(0, page("jobs/0/2.result"));
    await expect(reading.next()).rejects.toMatchObject({ condition: "WORKER_LOST" });
  });
});
