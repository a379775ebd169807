import { expect, test } from "vitest";
import { ProgramLog } from "../../lib/service/program-log.ts";
import type { LogLine } from "../../lib/service/records.ts";

const line = (message: string): LogLine => ({ at: 1, source: "driver", level: "info", message });
const messagesOf = (log: ProgramLog): string[] =>
  new TextDecoder()
    .decode(log.encode(2))
    .trimEnd()
    .split("\n")
    .map((text) => (JSON.parse(text) as LogLine).message);

test("a short log is kept whole", () => {
  const log = new ProgramLog();
  for (const message of ["a", "b\nc", "süß"]) log.add(line(message));
  expect(messagesOf(log)).toEqual(["a", "b\nc", "süß"]);
});

test("an endless log keeps its beginning and its end, and says how much is missing", () => {
  const log = new ProgramLog();
  const count = 100_000;
  for (let i = 0; i < count; i += 1) log.add(line(`line ${i}`));
  const messages = messagesOf(log);
  const gap = messages.findIndex((message) => message.includes("left out"));
  expect(log.encode(2).byteLength).toBeLessThan(700 * 1024);
  expect(messages[0]).toBe("line 0");
  expect(messages.at(-1)).toBe(`line ${count - 1}`);
  expect(messages[gap]).toBe(`${count - messages.length + 1} lines are left out here`);
});

test("an endless line is cut", () => {
  const log = new ProgramLog();
  log.add(line("x".repeat(1_000_000)));
  expect(messagesOf(log)[0]).toHaveLength(4_001);
});
