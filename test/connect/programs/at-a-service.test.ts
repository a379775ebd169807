import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { LocalServer } from "../../../apps/cli/local-server.ts";
import { isOver } from "../../../lib/service/records.ts";
import { jobClient, startJobServer } from "../../support/job-server.ts";
import { temporaryFolder } from "../../support/sessions.ts";
import { pythonUnavailable, runPython, startPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";
import { answers, program } from "../support/service-program.ts";

const TIMEOUT_MS = 180_000;

describe.skipIf(pythonUnavailable())("a server whose jobs run at a service", () => {
  let root: string;
  let service: LocalServer;
  let url: string;
  beforeAll(async () => {
    root = join(await temporaryFolder(), "jobs");
    service = await startJobServer({ folder: root });
    ({ url } = await startServer({ "spark.master": service.url }));
  });

  /** Files that the service keeps for sessions. */
  const kept = (): string[] => {
    const scratch = join(root, "scratch");
    const names = existsSync(scratch) ? readdirSync(scratch, { recursive: true, encoding: "utf8" }) : [];
    return names.filter((name) => name.includes("/"));
  };
  const running = async () => (await jobClient(service.url).list(100)).filter(({ state }) => !isOver(state));

  test(
    "keeps rows and tables there, and nothing of a session that has ended",
    async () => {
      const printed = await runPython(url, program, { env: { TABLES: "shop" } });
      expect(JSON.parse(printed)).toEqual(answers);
      await expect.poll(kept, { timeout: 20_000 }).toEqual([]);
      await expect.poll(running, { timeout: 20_000 }).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    "ends the jobs of a client that goes in the midst of one",
    async () => {
      const client = startPython(url, 'spark.range(0, 10**12, 1, 2).select(F.sum(F.hash("id"))).collect()');
      await expect.poll(async () => (await running()).length, { timeout: 60_000 }).toBe(1);
      // As Ctrl-C does: the client releases what it asked for.
      client.kill("SIGINT");
      await expect.poll(running, { timeout: 60_000 }).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
