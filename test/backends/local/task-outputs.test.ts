import { expect, test } from "vitest";
import { TaskOutputs } from "../../../lib/backends/local/task-outputs.ts";
import type { TaskOutput } from "../../../lib/engine/task/message.ts";

const output = (rows: number): TaskOutput => ({ kind: "result", head: 0, pages: [], rows, inline: "", bytes: 0 });

test("an output can be read as soon as it is there, and each is read once when the job's end names all", async () => {
  const outputs = new TaskOutputs();
  const reading = outputs[Symbol.asyncIterator]();
  const first = reading.next();
  outputs.add(output(1));
  expect((await first).value).toEqual(output(1));
  const second = reading.next();
  outputs.end([output(1), output(2)]);
  expect((await second).value).toEqual(output(2));
  expect((await reading.next()).done).toBe(true);
});

test("a job that ends without outputs ends the reading", async () => {
  const outputs = new TaskOutputs();
  const reading = outputs[Symbol.asyncIterator]().next();
  outputs.end([]);
  expect((await reading).done).toBe(true);
});
