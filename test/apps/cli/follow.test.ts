import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { follow } from "../../../apps/cli/follow.ts";
import type { JobClient } from "../../../lib/backends/remote/job-client.ts";
import type { JobStatus } from "../../../lib/service/records.ts";

const status = (job: string, kind: JobStatus["kind"], state: JobStatus["state"]): JobStatus =>
  ({ job, kind, state, stages: [], submittedAt: 0 }) as unknown as JobStatus;

test("a look at a program's queries that fails is made up for by the next", async () => {
  let looks = 0;
  const jobs = {
    async *follow() {
      // As long as the first look takes to fail, and longer.
      await sleep(50);
      yield status("program", "program", "succeeded");
    },
    async list() {
      looks += 1;
      if (looks === 1) throw new Error("the line is down");
      return [status("query", "query", "succeeded")];
    },
  } as unknown as JobClient;
  const finished: string[] = [];
  const listener = { progressed: () => {}, finished: ({ id }: { readonly id?: string }) => finished.push(id!) };
  const over = await follow(status("program", "program", "running"), jobs, listener, new AbortController().signal);
  expect([over.state, finished]).toEqual(["succeeded", ["query"]]);
});
