import fc from "fast-check";
import { expect, test } from "vitest";
import { openApi, rangeQuery, undocumented } from "../../support/api.ts";

/** `FUZZ_REQUESTS=10000` draws more. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 1_000);
const MS_A_REQUEST = 60;

interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** One of these, mostly; else something of the same shape that nobody expects. */
const mostly = <T>(usual: readonly T[], other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: other });

const odd = fc.constantFrom(
  "..",
  "%2e%2e",
  "%2F",
  "%00",
  "%ff",
  "%",
  "\\",
  "0",
  "-1",
  "1e9",
  "NaN",
  "a".repeat(500),
  "ä",
  "'; drop table jobs",
  "{}",
  "*",
  " ",
);
const segment = fc.oneof(odd, fc.string({ maxLength: 40 }));
const method = mostly(["GET", "POST", "DELETE", "HEAD", "OPTIONS"], fc.constantFrom("PUT", "PATCH", "BREW", "get", "PROPFIND"));

const pathOf = (jobs: readonly string[]) => {
  const job = mostly(jobs, segment);
  const index = mostly(["0", "1", "7"], segment);
  const known = fc.oneof(
    fc.constantFrom("/v1/jobs", "/v1/health", "/v1/openapi.json", "/v1/uploads", "/v1/plans/analysis", "/v1/objects", "/v1", "/"),
    job.map((id) => `/v1/jobs/${id}`),
    fc.tuple(job, mostly(["events", "stages", "logs", "results"], segment)).map(([id, part]) => `/v1/jobs/${id}/${part}`),
    fc.tuple(job, index).map(([id, n]) => `/v1/jobs/${id}/results/${n}`),
    fc.tuple(job, index).map(([id, n]) => `/v1/jobs/${id}/stages/${n}/tasks`),
  );
  return fc.oneof(
    { weight: 8, arbitrary: known },
    { weight: 1, arbitrary: fc.array(segment, { maxLength: 5 }).map((all) => `/${all.join("/")}`) },
  );
};

const parameter = fc.tuple(
  mostly(["limit", "cursor", "after", "wait", "format", "redirect", "parent"], segment),
  mostly(["0", "1", "10", "json", "arrow", "parquet", "true", "false"], segment),
);
const query = fc
  .array(parameter, { maxLength: 3 })
  .map((all) =>
    all.length > 0 ? `?${all.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&")}` : "",
  );

const headerText = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 60 });
const headers = fc.record(
  {
    authorization: mostly(["Bearer token-of-the-tests"], headerText),
    accept: mostly(["*/*", "application/json", "text/event-stream", "application/vnd.apache.arrow.stream"], headerText),
    "content-type": mostly(["application/json", "application/json; charset=utf-8"], headerText),
    "idempotency-key": mostly(["a", "b"], headerText),
    "last-event-id": mostly(["0", "9999999999999"], headerText),
    "content-encoding": mostly(["identity"], headerText),
  },
  { requiredKeys: ["authorization"] },
);

const goodHeaders = fc.record(
  {
    authorization: fc.constant("Bearer token-of-the-tests"),
    "content-type": fc.constant("application/json"),
    accept: mostly(["*/*", "application/json"], fc.constantFrom("text/event-stream", "application/vnd.apache.parquet")),
    "idempotency-key": fc.constantFrom("a", "b", "c"),
  },
  { requiredKeys: ["authorization", "content-type"] },
);

const requests: readonly object[] = [
  rangeQuery,
  {
    ...rangeQuery,
    name: "n",
    conf: { "spark.sql.ansi.enabled": "false" },
    limits: { maxConcurrency: 4, maxDollars: 1.5, timeoutSeconds: 60 },
  },
  { kind: "program", bundle: { text: "1" }, args: ["a", "b"] },
  { what: "schema", plan: rangeQuery.plan },
  { what: "explain", mode: "extended", plan: rangeQuery.plan, conf: {} },
  { what: "inputFiles", plan: rangeQuery.plan },
  { bytes: 1_000 },
  { plan: rangeQuery.plan, conf: {} },
];

/** A request with one thing changed somewhere inside. */
const mutated = fc
  .tuple(fc.constantFrom(...requests), fc.nat(), fc.constantFrom("drop", "replace", "add", "wrap"), fc.jsonValue({ maxDepth: 3 }), segment)
  .map(([request, at, how, value, name]) => {
    const copy = structuredClone(request) as Record<string, unknown>;
    const places: [Record<string, unknown>, string][] = [];
    const visit = (node: Record<string, unknown>) => {
      for (const [key, child] of Object.entries(node)) {
        places.push([node, key]);
        if (typeof child === "object" && child !== null) visit(child as Record<string, unknown>);
      }
    };
    visit(copy);
    const [node, key] = places[at % places.length]!;
    if (how === "drop") delete node[key];
    else if (how === "replace") node[key] = value;
    else if (how === "add") node[name] = value;
    else node[key] = { [name]: node[key] };
    return JSON.stringify(copy);
  });
const body = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...requests).map((request) => JSON.stringify(request)) },
  { weight: 4, arbitrary: mutated },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.uint8Array() },
  {
    weight: 1,
    arbitrary: fc.constantFrom("[".repeat(5_000), '{"a":'.repeat(3_000), " ".repeat(100_001), '{"__proto__":{"kind":"query"}}'),
  },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

/** Anything with anything, and requests that an operation takes, but for what is wrong in one place. */
const requestTo = (jobs: readonly string[]): fc.Arbitrary<FuzzedRequest> => {
  const wild = fc.record({ method, path: pathOf(jobs), query, headers, body });
  const reading = fc.record({
    method: fc.constantFrom("GET", "HEAD", "DELETE"),
    path: pathOf(jobs),
    query: fc.oneof(fc.constant(""), query),
    headers: goodHeaders,
    body: fc.constant(undefined),
  });
  const writing = fc.record({
    method: fc.constant("POST"),
    path: fc.constantFrom("/v1/jobs", "/v1/jobs", "/v1/plans/analysis", "/v1/uploads", "/v1/estimates"),
    query: fc.constant(""),
    headers: goodHeaders,
    body: fc.oneof(
      fc.constantFrom(...requests).map((request) => JSON.stringify(request)),
      mutated,
    ),
  });
  return fc
    .oneof(wild, reading, writing)
    .map(({ path, query: asked, ...rest }) => ({ ...rest, path: path + asked }))
    .filter(({ path }) => URL.canParse(`http://localhost${path}`));
};

test(
  `whatever is asked, ${REQUESTS} requests get a documented answer, and the next one is answered too`,
  async () => {
    const { app, get, post, finished, failures } = openApi();
    const { status } = await finished([[{ id: 1n }], [{ id: 2n }]]);
    const { job } = (await (await post("/v1/jobs", rangeQuery)).json()) as { job: string };
    await fc.assert(
      fc.asyncProperty(requestTo([status.job, job]), async ({ method: asked, path, headers: sent, body: text }) => {
        const hasBody = text !== undefined && !["GET", "HEAD", "get"].includes(asked);
        const response = await app.request(path, {
          method: asked,
          headers: sent,
          ...(hasBody ? { body: text as string } : {}),
        });
        const { pathname } = new URL(`http://localhost${path}`);
        expect(await undocumented(asked.toUpperCase() === "GET" ? "GET" : asked, pathname, response)).toBeUndefined();
        expect(failures).toEqual([]);
        if (!response.bodyUsed) await response.body?.cancel();
      }),
      { numRuns: REQUESTS },
    );
    expect((await get(`/v1/jobs/${status.job}`)).status).toBe(200);
  },
  30_000 + REQUESTS * MS_A_REQUEST,
);
