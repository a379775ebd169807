import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { LocalServer } from "../../../apps/cli/local-server.ts";
import type { JobClient } from "../../../lib/backends/remote/job-client.ts";
import { bearer, tokenHash } from "../../../lib/service/http/auth.ts";
import { jobClient, startJobServer } from "../../support/job-server.ts";
import { temporaryFolder } from "../../support/sessions.ts";

const launcher = fileURLToPath(new URL("../../../apps/cli/firecrest.mjs", import.meta.url));
/** A loaded machine starts processes slowly. */
const LONG_MS = 90_000;

let folder: string;
let server: LocalServer;
let jobs: JobClient;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startJobServer({ workers: 1 });
  jobs = jobClient(server.url);
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the CLI. */
function start(args: readonly string[]): { readonly ended: Promise<Ended>; readonly interrupt: () => void } {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, FIRECREST_URL: server.url },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, out, err })));
  return { ended, interrupt: () => void child.kill("SIGINT") };
}

const firecrest = (args: readonly string[]): Promise<Ended> => start(args).ended;

/** Starts the CLI and interrupts it once a job that it named so runs a task. Gives the job, too. */
async function interrupted(name: string, args: readonly string[]): Promise<Ended & { readonly job: string }> {
  const { ended, interrupt } = start(args);
  const found = await vi.waitUntil(
    async () => (await jobs.list(5)).find((job) => job.name === name && job.stages.some(({ running }) => running > 0)),
    { timeout: LONG_MS, interval: 100 },
  );
  interrupt();
  return { ...(await ended), job: found.job };
}

/** What differs from run to run. */
const settled = (text: string): string =>
  text
    .replace(/\b[a-z0-9]{26}\b/g, "<job>")
    .replace(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3})?/g, "<time>")
    .replace(/\b\d+(\.\d)? (ms|s)\b/g, "<took>")
    .replace(/\(\d+ B\)/g, "(<bytes>)")
    .replace(/ {2,}/g, "  ")
    .replaceAll(server.url, "<url>");

function job(name: string, lines: readonly string[]): string {
  writeFileSync(join(folder, name), lines.join("\n"));
  return name;
}

const open = [
  'import { SparkSession, col, functions as F } from "firecrest";',
  "const spark = await SparkSession.builder.appName('sums').getOrCreate();",
];
const sums = [
  ...open,
  "for (const n of [10, 20]) console.log((await spark.range(n).agg(F.sum('id').alias('s')).collect())[0].s, ...process.argv.slice(2));",
];
const endless = (name: string) => [
  ...open.map((line) => line.replace("sums", name)),
  "await spark.range(1e12).agg(F.sum(col('id').mod(7))).collect();",
];

describe("firecrest submit", () => {
  test("runs the program here, its queries there, and shows them as a run does", async () => {
    const { code, out, err } = await firecrest(["submit", job("sums.ts", sums), "a", "--", "--b"]);
    expect({ code, out }).toEqual({ code: 0, out: "45n a --b\n190n a --b\n" });
    // The stages stand in the order of the time that they took.
    expect(settled(err).split("\n").toSorted()).toEqual(
      [
        "job 1: 1 stage, 1 task, <took>, read 0 B, shuffled 0 B, 1 row (<job>)",
        "job 2: 1 stage, 1 task, <took>, read 0 B, shuffled 0 B, 1 row (<job>)",
        "sums.ts finished in <took>: 2 jobs, 2 tasks, 0 B read, 0 B shuffled, 0 B written",
        "  job  tasks  task time  rows in  read  shuffled  stage",
        "  1  1  <took>  0  0 B  0 B  range, aggregate",
        "  2  1  <took>  0  0 B  0 B  range, aggregate",
        "",
      ].toSorted(),
    );
    expect((await jobs.list(2)).map(({ name, state }) => `${name} ${state}`)).toEqual(["sums succeeded", "sums succeeded"]);
  });

  test("goes to the service whatever master the program names", async () => {
    const file = job("local.ts", [
      'import { SparkSession } from "firecrest";',
      'const spark = await SparkSession.builder.master("local[1]").getOrCreate();',
      "console.log(await spark.range(3).count(), spark.conf.get('spark.master'));",
    ]);
    expect(await firecrest(["submit", file])).toMatchObject({ code: 0, out: `3 ${server.url}\n` });
  });

  test("a mistake shows its condition and the line, as in a run", async () => {
    const file = job("wrong.ts", [...open, 'await spark.range(3).filter(col("idd").gt(1)).collect();']);
    const { code, err } = await firecrest(["submit", file]);
    expect(code).toBe(1);
    expect(err).toContain("error: UNRESOLVED_COLUMN.WITH_SUGGESTION (SQLSTATE 42703)");
    expect(err).toContain("at wrong.ts:3:");
    expect(err).toContain('> 3 | await spark.range(3).filter(col("idd").gt(1)).collect();');
  });

  test("--detach sends the program, prints its job's id and leaves it", async () => {
    const { code, out, err } = await firecrest(["submit", "--detach", "--name", "nightly", job("sums.ts", sums), "a"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^[a-z0-9]{26}\n$/);
    const waited = await firecrest(["jobs", "wait", out.trim()]);
    expect({ code: waited.code, out: waited.out }).toEqual({ code: 0, out: "45n a\n190n a\n" });
    expect(waited.err).toContain("nightly finished in");
  });

  test("--wait follows a program that fails, and shows its last words at their place in its source", async () => {
    const { code, out, err } = await firecrest(["submit", "--wait", job("throws.ts", [...sums, "throw new RangeError('on purpose');"])]);
    expect(code).toBe(1);
    expect(out).toContain("190n\n");
    expect(err).toContain("job 2: 1 stage");
    expect(err).toMatch(/RangeError: on purpose\n\s+at .*throws\.ts:4:7/);
    expect(err).toContain("error: PROGRAM_FAILED (SQLSTATE 38000)\nThe program ended with exit code 1.");
  });

  test("a program that cannot be bundled is refused here, with the line", async () => {
    const { code, err } = await firecrest(["submit", "--detach", job("broken.ts", ['import "./nowhere.ts";'])]);
    expect(code).toBe(1);
    expect(err).toContain("broken.ts:1:7");
  });

  test(
    "without a terminal Ctrl-C cancels the query",
    async () => {
      const { code, err, job: id } = await interrupted("cancelled", ["submit", job("cancelled.ts", endless("cancelled"))]);
      expect({ code, err }).toEqual({ code: 130, err: "cancelling; Ctrl-C again stops at once\n" });
      await expect.poll(async () => (await jobs.status(id)).state, { timeout: LONG_MS }).toBe("cancelled");
    },
    LONG_MS,
  );

  test(
    "--on-interrupt leave lets it run on, and says how to come back",
    async () => {
      const args = ["submit", "--on-interrupt", "leave", job("left.ts", endless("left"))];
      const { code, err, job: id } = await interrupted("left", args);
      expect({ code, err }).toEqual({ code: 130, err: `left running:\n  firecrest jobs wait ${id} --to ${server.url}\n` });
      expect((await jobs.status(id)).state).toBe("running");
      await jobs.cancel(id);
    },
    LONG_MS,
  );

  test("wrong usage ends with 2", async () => {
    const codes = await Promise.all([
      firecrest(["submit", "nowhere.ts"]),
      firecrest(["submit", "--max-dollars", "much", "a.ts"]),
      firecrest(["submit", "a.ts", "--max-dolars", "1"]),
    ]);
    expect(codes.map(({ code }) => code)).toEqual([2, 2, 2]);
  });
});

test("firecrest estimate runs nothing, and says where a service has no prices", async () => {
  const before = (await jobs.list(1_000)).length;
  const { code, out, err } = await firecrest(["estimate", job("sums.ts", sums)]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("error: FIRECREST_UNSUPPORTED");
  expect((await jobs.list(1_000)).length).toBe(before);
});

describe("firecrest jobs", () => {
  test("lists, shows, logs and cancels", async () => {
    await firecrest(["submit", job("sums.ts", sums)]);
    const [last] = await jobs.list(1);
    const [list, show, logs, cancel] = await Promise.all(
      [
        ["--limit", "1"],
        ["show", last!.job],
        ["logs", last!.job],
        ["cancel", last!.job],
      ].map((args) => firecrest(["jobs", ...args])),
    );
    expect(settled(list!.out)).toBe(
      ["job  kind  state  submitted (UTC)  took  tasks  cost  name", "<job>  query  succeeded  <time>  <took>  1/1  sums", ""].join("\n"),
    );
    expect(settled(show!.out)).toBe(
      [
        "job  <job>",
        "name  sums",
        "kind  query",
        "state  succeeded",
        "caller  local",
        "submitted  <time> UTC",
        "started  <time> UTC",
        "took  <took>",
        "rows  1 (<bytes>)",
        "",
        "stage  tasks  running  failed  rows in  read  shuffled",
        "complete  1/1  0  0  0  0 B  0 B  range, aggregate",
        "",
      ].join("\n"),
    );
    expect(settled(logs!.out)).toMatch(/^<time> info {2}coordinator: the job begins/);
    expect(settled(cancel!.out)).toBe("<job> is over: succeeded\n");
  });

  test(
    "an unknown job, a missing token and a service that is away are errors with what to do",
    async () => {
      const guarded = await startJobServer({ authenticator: bearer([tokenHash("0123456789abcdef")]) });
      writeFileSync(join(folder, "token"), "0123456789abcdef\n");
      const [unknown, missing, given, away] = await Promise.all([
        firecrest(["jobs", "show", "0".repeat(26)]),
        firecrest(["jobs", "--to", guarded.url]),
        firecrest(["jobs", "--to", guarded.url, "--token-file", "token"]),
        firecrest(["jobs", "--to", "http://nowhere.invalid"]),
      ]);
      expect([unknown.code, missing.code, away.code]).toEqual([1, 1, 1]);
      expect(unknown.err).toContain("error: JOB_NOT_FOUND");
      expect(missing.err).toContain("Authorization: Bearer <token>");
      expect(given).toEqual({ code: 0, out: "There are no jobs.\n", err: "" });
      expect(away.err).toContain("There is no answer from http://nowhere.invalid");
    },
    LONG_MS,
  );
});
