import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFunction, emulatedAws, eventually, invoke, PATIENCE_MS } from "../support/emulated-aws.ts";
import { describeOnLocalStack } from "../support/localstack.ts";

const script = join(import.meta.dirname, "..", "..", "scripts", "localstack.mjs");

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

describe("scripts/localstack.mjs", () => {
  test("says how it is used", () => {
    expect(run("begin")).toMatchObject({ status: 1, stderr: expect.stringMatching(/^localstack: no such command\nusage: /) });
    expect(run("start", "--port", "many")).toMatchObject({
      status: 1,
      stderr: 'localstack: --port takes a whole number up to 65535, not "many"',
    });
  });

  test("says what is missing where there is no Python that fits", () => {
    const { status, stderr } = run("check", "--python", "no-such-python");
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/no-such-python is not .*Python 3\.11, 3\.12 or 3\.13.*apt-get install python3-venv.*--python <path>/),
    ]);
  });
});

describeOnLocalStack("an emulator started by scripts/localstack.mjs", { timeout: 2 * PATIENCE_MS }, () => {
  let parent: string;
  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), "firecrest-control-"));
  });
  afterAll(() => rm(parent, { recursive: true, force: true }));

  test("runs beside another, is started once a folder, and stops with its functions", async () => {
    const [one, two] = [join(parent, "one"), join(parent, "two")];
    try {
      const first = run("start", "--port", "0", "--folder", one);
      const second = run("start", "--port", "0", "--folder", two);
      expect([first.status, second.status]).toEqual([0, 0]);
      expect(first.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(second.stdout).not.toBe(first.stdout);
      expect(run("start", "--port", "0", "--folder", one)).toEqual({
        ...first,
        stderr: `localstack: already running with the folder ${one}`,
      });
      expect(run("status", "--folder", one).stdout).toBe(first.stdout);

      const aws = emulatedAws(first.stdout);
      await createFunction(aws, "control", "export const handler = async (wait) => { if (wait) for (;;); return process.pid; }");
      const { result: pid } = await invoke(aws, "control", false);
      await invoke(aws, "control", true, { InvocationType: "Event", LogType: "None" });
      expect(isAlive(pid as number)).toBe(true);
      expect(run("stop", "--folder", one)).toMatchObject({ status: 0, stderr: "localstack: stopped" });
      await eventually(async () => expect(isAlive(pid as number)).toBe(false));
      expect(run("stop", "--folder", one)).toMatchObject({ status: 0, stderr: `localstack: nothing runs with the folder ${one}` });
      expect(run("status", "--folder", one).status).toBe(1);
      expect((await fetch(`${second.stdout}/_firecrest/faults`)).status).toBe(200);
    } finally {
      for (const folder of [one, two]) run("stop", "--folder", folder);
    }
  });

  test("does not start on a port that is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const { status, stderr } = run("start", "--port", `${port}`, "--folder", join(parent, "taken"));
    server.close();
    expect([status, stderr]).toEqual([1, `localstack: port ${port} is taken. Choose another: --port <n>`]);
  });

  test("shows the end of its log when it does not start", () => {
    const { status, stderr } = run("start", "--port", "0", "--folder", join(parent, "failing"), "--node", "/no/such/node");
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^localstack: LocalStack did not start\. The end of .*failing\/localstack\.log:\nthere is no Node .* at \/no\/such\/node/,
      ),
    ]);
  });
});
