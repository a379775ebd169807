import { expect, test } from "vitest";
import { functionLog } from "../../../lib/backends/aws/function-log.ts";

test("a line is JSON that names its job and source, and is bounded", () => {
  const lines: string[] = [];
  const log = functionLog("j", "task 0.1.2", (line) => lines.push(line));
  log("info", 'says "so"\nin two lines');
  log("error", "x".repeat(1_000_000));
  expect(lines.every((line) => line.endsWith("\n") && line.length < 5_000)).toBe(true);
  expect(JSON.parse(lines[0]!)).toEqual({ job: "j", source: "task 0.1.2", level: "info", message: 'says "so"\nin two lines' });
});
