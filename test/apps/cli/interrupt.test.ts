import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { LocalServer } from "../../../apps/cli/local-server.ts";
import type { JobClient } from "../../../lib/backends/remote/job-client.ts";
import { jobClient, startJobServer } from "../../support/job-server.ts";
import { temporaryFolder } from "../../support/sessions.ts";
import { onTerminal, type Step, terminalUnavailable } from "../../support/terminal.ts";

const launcher = fileURLToPath(new URL("../../../apps/cli/firecrest.mjs", import.meta.url));
const LONG_MS = 90_000;
const CTRL_C = "\u0003";
/** A bar is drawn: a task runs. */
const RUNNING = "░";
const QUESTION = "Cancel it (c), leave it running (l), or go on watching (Enter)? ";
const unavailable = terminalUnavailable();

describe.skipIf(unavailable !== undefined)(`Ctrl-C on a terminal${unavailable === undefined ? "" : ` (skipped: ${unavailable})`}`, () => {
  let folder: string;
  let server: LocalServer;
  let jobs: JobClient;
  beforeAll(async () => {
    folder = await temporaryFolder();
    server = await startJobServer({ workers: 1 });
    jobs = jobClient(server.url);
    writeFileSync(
      join(folder, "endless.ts"),
      `import { SparkSession, col, functions as F } from "firecrest";
       const spark = await SparkSession.builder.getOrCreate();
       await spark.range(1e12).agg(F.sum(col("id").mod(7))).collect();`,
    );
  });

  const firecrest = (args: readonly string[], steps: readonly Step[]) =>
    onTerminal([process.execPath, launcher, ...args], steps, { cwd: folder, timeoutMs: LONG_MS });
  const submit = (...steps: readonly Step[]) => firecrest(["submit", "--to", server.url, "endless.ts"], steps);
  const stateOf = async (job: string) => (await jobs.status(job)).state;

  test(
    "asks, and leaves the job running where told so",
    async () => {
      const { code, output } = await submit([RUNNING, CTRL_C], [QUESTION, "l\r"]);
      const [job] = await jobs.list(1);
      expect(code).toBe(130);
      expect(output).toContain(`left running:\r\n  firecrest jobs wait ${job!.job} --to ${server.url}`);
      expect(await stateOf(job!.job)).toBe("running");
      await jobs.cancel(job!.job);
    },
    LONG_MS,
  );

  test(
    "goes on where nothing is answered, asks again, and cancels",
    async () => {
      const { code, output } = await submit([RUNNING, CTRL_C], [QUESTION, "\r"], [RUNNING, CTRL_C], [QUESTION, "c\r"]);
      const [job] = await jobs.list(1);
      expect(code).toBe(130);
      expect(output).toContain("cancelling");
      await expect.poll(() => stateOf(job!.job), { timeout: LONG_MS }).toBe("cancelled");
    },
    LONG_MS,
  );

  test(
    "takes another Ctrl-C as an answer",
    async () => {
      const { code, output } = await submit([RUNNING, CTRL_C], [QUESTION, CTRL_C]);
      expect({ code, cancelling: output.includes("cancelling") }).toEqual({ code: 130, cancelling: true });
    },
    LONG_MS,
  );

  test(
    "asks whoever follows a program, too",
    async () => {
      const { code, output } = await firecrest(
        ["submit", "--wait", "--to", server.url, "endless.ts"],
        [
          [RUNNING, CTRL_C],
          [QUESTION, "c\r"],
        ],
      );
      const programs = (await jobs.list(10)).filter(({ kind }) => kind === "program");
      expect(code).toBe(130);
      expect(output).toContain("cancelling");
      expect(programs.map(({ state }) => state)).toEqual(["cancelled"]);
    },
    LONG_MS,
  );
});
