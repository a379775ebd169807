import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const main = fileURLToPath(new URL("../../lib/backends/simulated/main.ts", import.meta.url));
const simulate = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });

it("runs a range of seeds and sums up what they met", () => {
  const { status, stdout } = simulate("--seeds", "20", "--from", "7");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^20 seeds from 7: 0 with violations, \d+ a second\noutcomes: succeeded \d+.*\nfaults met: .*coordinatorDied \d+/);
});

it("replays one seed event by event, to the same digest", () => {
  const { stdout } = simulate("--seed", "42", "--verbose");
  expect(stdout).toContain("0 coordinator-1 starts");
  const digest = /digest [0-9a-f]+/.exec(stdout)![0];
  expect(simulate("--seed", "42").stdout).toContain(digest);
});

it("refuses what is no number, and says how it is used", () => {
  const { status, stderr } = simulate("--seeds", "many");
  expect(status).toBe(2);
  expect(stderr).toContain("--seeds must be a whole number");
  expect(stderr).toContain("npm run simulate");
});

it("names the scenarios, and refuses others", () => {
  const list = simulate("--list");
  expect(list.status).toBe(0);
  expect(list.stdout.split("\n").map((line) => line.split(" ")[0])).toEqual(["tpch-sf1000", "tasks-100k", "growth", "combining", ""]);
  const { status, stderr } = simulate("--scenario", "toString");
  expect(status).toBe(2);
  expect(stderr).toBe('there is no scenario "toString", but tpch-sf1000, tasks-100k, growth, combining\n');
});
