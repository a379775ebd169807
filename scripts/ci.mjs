// All checks of the project, counted. The last line is `N passed, N failed`, with `, N skipped` where tests were skipped;
// each linter counts as one.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = join(root, ".firecrest", "vitest.json");

/** Far above what anything takes; what hangs is a failure. */
const TIME_LIMIT_MS = 22 * 60_000;

const npm = (...args) =>
  spawnSync("npm", args, { cwd: root, stdio: "inherit", timeout: TIME_LIMIT_MS, shell: process.platform === "win32" }).status === 0;

/** Counts of the test run; one failure where it ended without a report, or failed outside of any test. */
function test() {
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const succeeded = npm("test", "--silent", "--", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, "utf8"));
    Object.assign(counts, { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests });
  } catch (error) {
    console.error(`no test report: ${error.message}`);
  }
  if (!succeeded && counts.failed === 0) counts.failed = 1;
  return counts;
}

const counts = test();
for (const linter of ["check:types", "check:style"]) counts[npm("run", "--silent", linter) ? "passed" : "failed"] += 1;

console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
