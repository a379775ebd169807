import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { bundleProgram } from "../../apps/cli/bundle.ts";
import type { LocalServer } from "../../apps/cli/local-server.ts";
import type { JobClient } from "../../lib/backends/remote/job-client.ts";
import { isOver, type JobStatus } from "../../lib/service/records.ts";
import { jobClient, startJobServer } from "../support/job-server.ts";
import { temporaryFolder } from "../support/sessions.ts";

/** A loaded machine starts servers, workers and programs slowly. */
const LONG_MS = 90_000;

let folder: string;
let server: LocalServer;
let jobs: JobClient;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startJobServer();
  jobs = jobClient(server.url);
});

const submit = (text: string, more: Partial<Parameters<JobClient["submitProgram"]>[1]> = {}, client = jobs): Promise<JobStatus> =>
  client.submitProgram(text, { name: "program", idempotencyKey: randomUUID(), ...more });

async function ended(job: JobStatus, client = jobs): Promise<JobStatus> {
  let status = job;
  for await (status of client.follow(job));
  return status;
}

const printed = async (job: JobStatus, client = jobs): Promise<string[]> =>
  (await Array.fromAsync(client.logs(job.job))).map(({ level, message }) => `${level} ${message}`);

test("a program's arguments, output and success are kept", async () => {
  const over = await ended(
    await submit('console.log("got", process.argv.slice(2).join(" ")); console.error("careful");', { args: ["a", "b c"] }),
  );
  expect(over).toMatchObject({ kind: "program", state: "succeeded", exitCode: 0 });
  expect((await printed(over)).toSorted()).toEqual(["info got a b c", "warn careful"]);
});

test.each([
  [
    "process.exit(3)",
    { state: "failed", exitCode: 3, error: { condition: "PROGRAM_FAILED", messageParameters: { ending: "exit code 3" } } },
  ],
  ["throw new Error('on purpose')", { state: "failed", exitCode: 1 }],
  ["process.kill(process.pid, 'SIGKILL')", { state: "failed", error: { messageParameters: { ending: "SIGKILL" } } }],
])("a program that ends by %s has failed", async (text, expected) => {
  expect(await ended(await submit(text))).toMatchObject(expected);
});

test("a program sees where its service is, and nothing of its driver's surroundings", async () => {
  process.env.FIRECREST_ROOT = "s3://secret-bucket";
  const over = await ended(await submit("console.log(JSON.stringify(Object.keys(process.env)))"));
  const names: string[] = JSON.parse((await printed(over))[0]!.slice("info ".length));
  expect(names).toEqual(expect.arrayContaining(["FIRECREST_URL", "FIRECREST_PARENT", "PATH"]));
  expect(names).not.toContain("FIRECREST_ROOT");
});

test(
  "a program that is cancelled stops, even where it does not want to, and its folder goes with it",
  async () => {
    const started = join(folder, "started");
    const job = await submit(
      `import { writeFileSync } from "node:fs"; process.on("SIGTERM", () => {}); writeFileSync(${JSON.stringify(started)}, process.cwd()); setInterval(() => {}, 1000);`,
    );
    await expect.poll(() => existsSync(started), { timeout: LONG_MS }).toBe(true);
    await jobs.cancel(job.job);
    expect(await ended(job)).toMatchObject({ state: "cancelled", error: { condition: "OPERATION_CANCELED" } });
    expect(existsSync(readFileSync(started, "utf8"))).toBe(false);
  },
  LONG_MS,
);

test(
  "a program that takes longer than it may is stopped",
  async () => {
    const over = await ended(await submit("setInterval(() => {}, 1000)", { limits: { timeoutSeconds: 1 } }));
    expect(over).toMatchObject({ state: "failed", error: { condition: "JOB_TIMEOUT" } });
  },
  LONG_MS,
);

test(
  "queries that a program leaves behind are cancelled",
  async () => {
    const file = join(folder, "leaves.ts");
    writeFileSync(
      file,
      `import { SparkSession, col, functions as F } from "firecrest";
     const spark = await SparkSession.builder.getOrCreate();
     void spark.range(1e12).agg(F.sum(col("id").mod(7))).collect();
     while ((await fetch(process.env.FIRECREST_URL + "/v1/jobs?parent=" + process.env.FIRECREST_PARENT, {
       headers: { authorization: "Bearer " + process.env.FIRECREST_TOKEN },
     }).then((answer) => answer.json())).jobs.length === 0);
     process.exit(0);`,
    );
    const over = await ended(await submit(await bundleProgram(file)));
    expect(over.state).toBe("succeeded");
    const [query] = await jobs.list(10, over.job);
    expect(await ended(query!)).toMatchObject({ state: "cancelled" });
  },
  LONG_MS,
);

test(
  "a driver that starts again finds what it submitted before: no query runs twice",
  async () => {
    const kept = join(folder, "kept");
    const goOn = join(folder, "go-on");
    const file = join(folder, "restarted.ts");
    writeFileSync(
      file,
      `import { SparkSession, functions as F } from "firecrest";
     import { existsSync } from "node:fs";
     const spark = await SparkSession.builder.getOrCreate();
     const sum = async (n) => (await spark.range(n).agg(F.sum("id").alias("total")).collect())[0].total;
     console.log(await sum(10), await sum(10), await sum(20));
     while (!existsSync(${JSON.stringify(goOn)})) await new Promise((resolve) => setTimeout(resolve, 50));
     console.log(await sum(30));
     await spark.stop();`,
    );
    const bundle = await bundleProgram(file);
    const first = await startJobServer({ folder: kept });
    const before = jobClient(first.url);
    const job = await submit(bundle, {}, before);
    await expect
      .poll(async () => (await before.list(10, job.job)).filter(({ state }) => isOver(state)).length, { timeout: LONG_MS })
      .toBe(3);
    await first.close();

    const second = await startJobServer({ folder: kept });
    expect(second.resumed).toBe(1);
    writeFileSync(goOn, "");
    const after = jobClient(second.url);
    expect(await ended(await after.status(job.job), after)).toMatchObject({ state: "succeeded" });
    expect(await after.list(10, job.job)).toHaveLength(4);
    expect(await printed(job, after)).toEqual(["info 45n 45n 190n", "info 435n"]);
  },
  2 * LONG_MS,
);
