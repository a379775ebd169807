import { beforeAll, expect, test } from "vitest";
import type { LocalServer } from "../../../apps/cli/local-server.ts";
import { openRemoteEngine } from "../../../lib/backends/remote/open.ts";
import type { Conf } from "../../../lib/engine/settings.ts";
import { bearer, tokenHash } from "../../../lib/service/http/auth.ts";
import { between, type Passing, type Treatment } from "../../support/between.ts";
import { jobClient, startJobServer } from "../../support/job-server.ts";
import { range } from "../../support/remote-plans.ts";

const TOKEN = "0123456789abcdef";
let server: LocalServer;
beforeAll(async () => {
  server = await startJobServer();
});

/** Sums a few numbers through what stands between. */
async function runAt(url: string, conf: Conf = {}): Promise<number> {
  const engine = await openRemoteEngine({ master: url, conf });
  try {
    const { chunks } = await engine.execute(range(10), conf);
    return (await Array.fromAsync(chunks)).length;
  } finally {
    await engine.close();
  }
}

const isSubmission = ({ method, path }: Passing): boolean => method === "POST" && path === "/v1/jobs";

/** Treats the first requests that match, and lets the others pass. */
function first(count: number, matches: (request: Passing) => boolean, treatment: Treatment): (request: Passing) => Treatment {
  let left = count;
  return (request) => {
    if (left === 0 || !matches(request)) return "pass";
    left -= 1;
    return treatment;
  };
}

const UNAVAILABLE: Treatment = { status: 503, headers: { "retry-after": "0" } };

test.each<[string, (request: Passing) => boolean, Treatment]>([
  ["submissions are answered 503", isSubmission, UNAVAILABLE],
  ["submissions are throttled", isSubmission, { status: 429 }],
  ["submissions get lost", isSubmission, "lose request"],
  ["answers to submissions get lost", isSubmission, "lose answer"],
  ["polls get lost", ({ path }) => path.includes("/events"), "lose answer"],
  ["pages break off", ({ path }) => path.includes("/results/"), "lose answer"],
])("one job runs where %s twice", async (_name, matches, treatment) => {
  const jobs = jobClient(server.url);
  const before = (await jobs.list(1_000)).length;
  expect(await runAt(await between(server.url, first(2, matches, treatment)))).toBeGreaterThan(0);
  expect((await jobs.list(1_000)).length).toBe(before + 1);
});

test("a page elsewhere is fetched without what proves who asks", async () => {
  const guarded = await startJobServer({ authenticator: bearer([tokenHash(TOKEN)]) });
  const seen: (string | undefined)[] = [];
  const elsewhere = await between(guarded.url, ({ headers }) => {
    seen.push(headers.authorization);
    return { status: 200, body: "page" };
  });
  const redirecting = await between(guarded.url, ({ path }) =>
    path.includes("/results/") ? { status: 307, headers: { location: `${elsewhere}/object?signature=1` } } : "pass",
  );
  expect(await runAt(redirecting, { "spark.firecrest.token": TOKEN })).toBe(1);
  expect(seen).toEqual([undefined]);
  await expect(runAt(guarded.url)).rejects.toMatchObject({ condition: "UNAUTHENTICATED" });
});

test("a token is not sent along with the settings", async () => {
  const bodies: string[] = [];
  const url = await between(server.url, ({ body }) => {
    bodies.push(body);
    return "pass";
  });
  await runAt(url, { "spark.firecrest.token": "a-secret-token", "spark.sql.shuffle.partitions": "3" });
  expect(bodies.some((body) => body.includes("shuffle.partitions"))).toBe(true);
  expect(bodies.filter((body) => body.includes("a-secret-token"))).toEqual([]);
});

test("a refusal of what stands in front is told with what to do", async () => {
  const forbidding = await between(server.url, () => ({ status: 403, body: '{"Message":"Forbidden"}' }));
  await expect(runAt(forbidding)).rejects.toMatchObject({
    condition: "UNAUTHENTICATED",
    message: expect.stringContaining("FIRECREST_TOKEN"),
  });
  const full = await between(server.url, () => ({ status: 413, body: "<html>" }));
  await expect(runAt(full)).rejects.toMatchObject({ condition: "REQUEST_TOO_LARGE" });
});

test("an answer that is none of a service says so", async () => {
  const page = await between(server.url, () => ({ status: 200, headers: { "content-type": "text/html" }, body: "<html>" }));
  await expect(runAt(page)).rejects.toMatchObject({ condition: "SERVICE_ANSWER_INVALID" });
  const missing = await between(server.url, () => ({ status: 404, body: "nothing here" }));
  await expect(runAt(missing)).rejects.toMatchObject({
    condition: "SERVICE_ANSWER_INVALID",
    message: expect.stringContaining("nothing here"),
  });
});

test("a condition of a newer service keeps its words", async () => {
  const problem = {
    type: "about:blank",
    status: 422,
    condition: "NOT_OF_THIS_TIME",
    detail: "[NOT_OF_THIS_TIME] Come back in a year.",
    messageParameters: {},
  };
  const newer = await between(server.url, () => ({
    status: 422,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify(problem),
  }));
  await expect(runAt(newer)).rejects.toMatchObject({ message: expect.stringContaining("Come back in a year.") });
});
