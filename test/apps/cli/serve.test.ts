import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { planToJson } from "../../../lib/engine/logical/plan-json.ts";
import { functions as F } from "../../../lib/firecrest.ts";
import { isOver, type JobStatus } from "../../../lib/service/records.ts";
import { openSession, temporaryFolder } from "../../support/sessions.ts";

const cli = fileURLToPath(new URL("../../../apps/cli/main.ts", import.meta.url));
const PATIENCE_MS = 120_000;

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

interface Served {
  /** Empty where the command ended instead. */
  readonly url: string;
  /** All that it has said on stderr. */
  said(): string;
  /** Sends the signal, if any, and gives the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Resolves once the command serves or has ended. */
async function firecrestServe(...args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [cli, "serve", "--port", "0", "--memory", "1g", "--threads", "1", ...args], {
    cwd: folder,
    stdio: ["ignore", "inherit", "pipe"],
  });
  running.add(child);
  const ended = once(child, "close").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  let said = "";
  const url = await new Promise<string>((resolve) => {
    child.stderr.on("data", (chunk) => {
      said += chunk;
      const at = /Firecrest serves jobs at (\S+)\n.*Ctrl-C ends it/s.exec(said)?.[1];
      if (at) resolve(at);
    });
    void ended.then(() => resolve(""));
  });
  return {
    url,
    said: () => said,
    end: (signal) => {
      if (signal) child.kill(signal);
      return ended;
    },
  };
}

test(
  "serve says where it is and who may use it, and ends by Ctrl-C",
  async () => {
    const served = await firecrestServe();
    expect(served.said().replace(served.url, "<url>").replaceAll(folder, "<folder>")).toBe(
      [
        "Firecrest serves jobs at <url>",
        "  jobs are kept in <folder>/.firecrest-jobs",
        "  any program on this machine may submit jobs, which run as you",
        "  Ctrl-C ends it; jobs that are not done go on at the next start",
        "",
      ].join("\n"),
    );
    expect((await fetch(`${served.url}/v1/health`)).status).toBe(200);
    const other = await firecrestServe("--port", new URL(served.url).port);
    expect([await other.end(), other.said()]).toEqual([1, expect.stringContaining("is taken. Another server may be running")]);
    expect(await served.end("SIGINT")).toBe(0);
  },
  PATIENCE_MS,
);

test(
  "a service for other machines needs tokens that cannot be guessed",
  async () => {
    const open = await firecrestServe("--host", "0.0.0.0");
    expect([await open.end(), open.said()]).toEqual([2, expect.stringContaining("Give --token-file")]);

    const token = "0123456789abcdef";
    const [short, good] = [join(folder, "short"), join(folder, "tokens")];
    await writeFile(short, `${token}\nsecret\n`);
    await writeFile(good, `\n${token}\n`);
    const refused = await firecrestServe("--token-file", short);
    expect([await refused.end(), refused.said()]).toEqual([1, expect.stringContaining("token 2 of")]);
    expect(refused.said()).not.toContain("secret");

    const served = await firecrestServe("--host", "0.0.0.0", "--token-file", good);
    const url = served.url.replace("0.0.0.0", "127.0.0.1");
    expect((await fetch(`${url}/v1/jobs`)).status).toBe(401);
    expect((await fetch(`${url}/v1/jobs`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    expect(await served.end("SIGTERM")).toBe(0);
  },
  PATIENCE_MS,
);

declare const gate: string;

test(
  "a job whose server was killed goes on at the next start",
  async () => {
    const jobs = join(folder, "jobs");
    const gateFile = join(folder, "gate");
    const gated = F.udf(
      (id: bigint) => {
        const fs = process.getBuiltinModule("node:fs");
        while (!fs.existsSync(gate)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
        return id;
      },
      "bigint",
      { using: { gate: gateFile } },
    );
    const spark = await openSession();
    const plan = planToJson(spark.range(3).select(gated("id").alias("id")).plan);
    const first = await firecrestServe("--folder", jobs);
    const submitted = await fetch(`${first.url}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: "query", plan }),
    });
    let status = (await submitted.json()) as JobStatus;
    const follow = async (url: string, enough: (status: JobStatus) => boolean) => {
      while (!enough(status))
        status = (await (await fetch(`${url}/v1/jobs/${status.job}/events?after=${status.version}&wait=5`)).json()) as JobStatus;
    };
    await follow(first.url, ({ stages }) => stages.some(({ running: tasks }) => tasks > 0));
    expect(await first.end("SIGKILL")).toBeNull();

    const second = await firecrestServe("--folder", jobs);
    expect(second.said()).toContain("going on with 1 job\n");
    await writeFile(gateFile, "");
    await follow(second.url, ({ state }) => isOver(state));
    expect(status).toMatchObject({ state: "succeeded", result: { rows: 3 } });
    expect(await second.end("SIGINT")).toBe(0);
  },
  PATIENCE_MS,
);
