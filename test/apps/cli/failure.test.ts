import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { failureText } from "../../../apps/cli/failure.ts";
import { sqlPlace } from "../../../lib/engine/errors/query-context.ts";
import { AnalysisError, ExecutionError } from "../../../lib/engine/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "firecrest-"));
const jobFile = join(folder, "job.ts");
writeFileSync(jobFile, 'const a = col("amout");\nthrow new Error("mine");\n');
const options = { jobFile, folder, verbose: false };
afterAll(() => rmSync(folder, { recursive: true }));

const unsupported = new AnalysisError(
  "FIRECREST_UNSUPPORTED",
  { feature: "XML", advice: "Use JSON." },
  { origin: `${pathToFileURL(jobFile)}:1:11` },
);

test("an error of Firecrest's shows condition, message and the user's line", () => {
  expect(failureText(unsupported, options)).toBe(
    [
      "error: FIRECREST_UNSUPPORTED (SQLSTATE 0A000)",
      "XML is not supported by Firecrest yet. Use JSON.",
      "",
      "at job.ts:1:11",
      '> 1 | const a = col("amout");',
      "    |           ^",
      '  2 | throw new Error("mine");',
      "  3 |",
    ].join("\n"),
  );
});

test("an error of an expression in SQL text shows the text, with the expression marked", () => {
  const origin = sqlPlace({ text: "SELECT a, 1/0 FROM t" }, 10, 13)!;
  expect(failureText(new ExecutionError("REMAINDER_BY_ZERO", { config: "x" }, { origin }), options)).toMatch(
    /\n\n== SQL \(line 1, position 11\) ==\nSELECT a, 1\/0 FROM t\n {10}\^\^\^$/,
  );
  // Spark tells programs nothing of these; a terminal shows them.
  expect(failureText(new ExecutionError("USER_RAISED_EXCEPTION", { errorMessage: "no" }, { origin }), options)).toContain("^^^");
});

test("an error of the job's own shows its line in the job", () => {
  const error = new TypeError("mine");
  error.stack = `TypeError: mine\n    at helper (/elsewhere/x.js:3:4)\n    at ${pathToFileURL(jobFile)}:2:7`;
  expect(failureText(error, options)).toContain("error: TypeError\nmine\n\nat job.ts:2:7");
});

test("a syntax error, which has no column, shows its line", () => {
  const error = new SyntaxError("Unexpected token");
  error.stack = `${pathToFileURL(jobFile)}:2\nthrow new\n\nSyntaxError: Unexpected token`;
  expect(failureText(error, options)).toContain('at job.ts:2:1\n  1 | const a = col("amout");\n> 2 | throw new Error("mine");');
});

test("an origin whose file is gone shows the place alone", () => {
  const error = new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "XML", advice: "" }, { origin: "/nowhere/x.ts:7:8" });
  expect(failureText(error, options)).toMatch(/at .*nowhere\/x\.ts:7:8$/);
});

test("stack traces and causes appear only when they are asked for", () => {
  const error = new ExecutionError("INTERNAL_ERROR", { message: "odd" }, { cause: new Error("the cause") });
  expect(failureText(error, options)).not.toContain("the cause");
  expect(failureText(error, { ...options, verbose: true })).toContain("caused by Error: the cause");
});

test("a thrown value that is no error is shown as text", () => {
  expect(failureText("just so", options)).toBe("error: just so");
});

test("the file and the kernel's reason are shown where Spark's message has them not", () => {
  const malformed = new ExecutionError("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", {
    badRecord: "x,3",
    failFastMode: "FAILFAST",
    path: "/data/a.csv",
  });
  expect(failureText(malformed, options)).toMatch(/\npath: \/data\/a\.csv$/);
  const unreadable = new ExecutionError("FAILED_READ_FILE.NO_HINT", { path: "/data/a.parquet", reason: "bad magic" });
  expect(failureText(unreadable, options)).toMatch(/reading file \/data\/a\.parquet\.\nreason: bad magic$/);
});
