import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const out = join(root, "examples/flights/out");

test("the example cleans the flights, writes them by month and draws its page", () => {
  const launcher = join(root, "apps/cli/firecrest.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, "run", "examples/flights/flights.ts"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  expect(stdout).toContain("2,999,792 of 3,000,000 flights kept.");
  expect(stdout).toContain("| ORD|");
  expect(stdout).toContain("PHX to DTW, 28.7 minutes");
  expect(readdirSync(join(out, "flights")).toSorted()).toEqual(["_SUCCESS", ...[1, 2, 3, 4, 5, 6].map((month) => `month=2001-0${month}`)]);
  const page = readFileSync(join(out, "report.html"), "utf8");
  expect(page.match(/<svg /g)).toHaveLength(4);
  expect(page).not.toMatch(/undefined|NaN|https?:/);
});
