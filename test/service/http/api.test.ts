import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { planToJson } from "../../../lib/engine/logical/plan-json.ts";
import * as views from "../../../lib/service/http/views.ts";
import { MAX_REQUEST_BYTES, openApi, rangePlan, rangeQuery, undocumented } from "../../support/api.ts";

const NO_JOB = "00000000000000000000000000";

/** Status and condition of an answer. */
async function problemIn(answer: Response | Promise<Response>): Promise<readonly [number, string]> {
  const response = await answer;
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return [response.status, ((await response.json()) as { condition: string }).condition];
}

test("only health answers whoever does not say who asks", async () => {
  const { app } = openApi();
  expect((await app.request("/v1/health")).status).toBe(200);
  for (const path of ["/v1/jobs", `/v1/jobs/${NO_JOB}`, "/v1/openapi.json", "/", "/v1/nothing"]) {
    const refused = await app.request(path);
    expect(await problemIn(refused)).toEqual([401, "UNAUTHENTICATED"]);
    expect(refused.headers.get("www-authenticate")).toBe('Bearer realm="firecrest"');
  }
  expect(await problemIn(app.request("/v1/jobs", { headers: { authorization: "Bearer other" } }))).toEqual([401, "UNAUTHENTICATED"]);
});

test("a query is accepted, found again, and listed, under the caller's name", async () => {
  const { post, get } = openApi();
  const accepted = await post("/v1/jobs", {
    ...rangeQuery,
    name: "ten",
    conf: { "spark.sql.ansi.enabled": "true" },
    limits: { maxDollars: 1 },
  });
  expect(accepted.status).toBe(202);
  const status = views.jobStatus.parse(await accepted.json());
  expect(status).toMatchObject({ kind: "query", name: "ten", state: "queued", caller: expect.stringMatching(/^[0-9a-f]{8}$/) });
  expect(accepted.headers.get("location")).toBe(`/v1/jobs/${status.job}`);
  expect(await (await get(`/v1/jobs/${status.job}`)).json()).toEqual(status);
  expect(views.jobList.parse(await (await get("/v1/jobs?limit=5")).json()).jobs).toEqual([status]);
});

test("a program is accepted as text or by its upload", async () => {
  const { post, store } = openApi();
  const program = { kind: "program", bundle: { text: "console.log(1)" }, args: ["a"] };
  expect((await post("/v1/jobs", program)).status).toBe(202);
  const room = await post("/v1/uploads", { bytes: 3 });
  expect(room.status).toBe(201);
  const { upload, url } = views.upload.parse(await room.json());
  expect(url).toBe(`https://store.example/PUT/uploads/${upload}`);
  await store.put(`memory://service/uploads/${upload}`, new TextEncoder().encode("1+1"));
  expect((await post("/v1/jobs", { kind: "program", bundle: { upload } })).status).toBe(202);
});

test("the same idempotency key gives the same job again, and a conflict for another request", async () => {
  const { post } = openApi();
  const key = { "idempotency-key": "nightly" };
  const first = await post("/v1/jobs", rangeQuery, key);
  const again = await post("/v1/jobs", rangeQuery, key);
  expect([first.status, again.status]).toEqual([202, 200]);
  expect(((await again.json()) as { job: string }).job).toBe(((await first.json()) as { job: string }).job);
  expect(await problemIn(post("/v1/jobs", { ...rangeQuery, name: "other" }, key))).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
});

test("SQL text is accepted as a query, with values for its markers", async () => {
  const { post } = openApi();
  for (const request of [
    { sql: "select 1" },
    { kind: "sql", sql: "select ?", args: [1] },
    { sql: "select :a", args: { a: null }, name: "a" },
  ]) {
    const accepted = await post("/v1/jobs", request);
    expect(accepted.status).toBe(202);
    expect(views.jobStatus.parse(await accepted.json())).toMatchObject({ kind: "query", state: "queued" });
  }
});

test("SQL text where a plan belongs is refused by name", async () => {
  const { post } = openApi();
  expect(await problemIn(post("/v1/jobs", { kind: "query", sql: "select 1" }))).toEqual([422, "FIRECREST_UNSUPPORTED"]);
  expect(await problemIn(post("/v1/estimates", { sql: "select 1" }))).toEqual([422, "FIRECREST_UNSUPPORTED"]);
});

test.each([
  ["text that is no JSON", "{"],
  ["nothing", ""],
  ["no object", "[]"],
  ["no kind", { plan: rangeQuery.plan }],
  ["a kind that is none", { ...rangeQuery, kind: "stream" }],
  ["a field that is none", { ...rangeQuery, maxDollars: 1 }],
  ["a limit that is none", { ...rangeQuery, limits: { dollars: 1 } }],
  ["a limit below all", { ...rangeQuery, limits: { maxDollars: 0 } }],
  ["a name with a line break", { ...rangeQuery, name: "a\nb" }],
  ["a setting that is no text", { ...rangeQuery, conf: { "spark.sql.ansi.enabled": true } }],
  ["a setting whose name is none", { ...rangeQuery, conf: { __proto__x: "", "a b": "" } }],
  ["a program without a bundle", { kind: "program" }],
  ["a query with a bundle", { ...rangeQuery, bundle: { text: "1" } }],
  ["an empty text", { sql: "" }],
  ["a value that is an object", { sql: "select ?", args: [{}] }],
  ["a parent that is no job", { ...rangeQuery, parent: "../../etc" }],
  ["an upload that is none", { kind: "program", bundle: { upload: "../../etc" } }],
  ["an upload that nobody sent", { kind: "program", bundle: { upload: NO_JOB } }],
  ["a plan that is none", { kind: "query", plan: { kind: "nonsense" } }],
  ["a plan deeper than any", `{"kind":"query","plan":${'{"a":'.repeat(1_100)}1${"}".repeat(1_100)}}`],
])("a submission with %s is malformed", async (_, body) => {
  const { post, store } = openApi();
  expect((await problemIn(post("/v1/jobs", body)))[0]).toBe(400);
  expect(store.requests.put).toBe(0);
});

test("a body has to be JSON, and to say so", async () => {
  const { post } = openApi();
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
    expect(await problemIn(post("/v1/jobs", rangeQuery, { "content-type": type }))).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  expect(await problemIn(post("/v1/jobs", rangeQuery, { "content-encoding": "gzip" }))).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  expect((await post("/v1/jobs", rangeQuery, { "content-type": "application/json; charset=utf-8" })).status).toBe(202);
});

test("a body over the limit is refused, whether or not its length is told", async () => {
  const { app, post } = openApi();
  const large = " ".repeat(MAX_REQUEST_BYTES + 1);
  expect(await problemIn(post("/v1/jobs", large))).toEqual([413, "REQUEST_TOO_LARGE"]);
  expect(await problemIn(post("/v1/jobs", large, { "content-length": String(large.length) }))).toEqual([413, "REQUEST_TOO_LARGE"]);
  // Whoever has no token learns no more by sending much.
  expect((await app.request("/v1/jobs", { method: "POST", body: large })).status).toBe(413);
});

test("too many or too long headers are refused", async () => {
  const { get } = openApi();
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`x-${i}`, "1"]));
  expect(await problemIn(get("/v1/jobs", many))).toEqual([431, "REQUEST_HEADERS_TOO_LARGE"]);
  expect(await problemIn(get("/v1/jobs", { "x-long": "a".repeat(20_000) }))).toEqual([431, "REQUEST_HEADERS_TOO_LARGE"]);
  expect(await problemIn(get(`/v1/jobs?cursor=${"a".repeat(20_000)}`))).toEqual([431, "REQUEST_HEADERS_TOO_LARGE"]);
});

test.each([
  "/v1/jobs/../../etc/passwd",
  "/v1/jobs/%2e%2e/%2e%2e/etc/passwd",
  "/v1/jobs/..%2f..%2fetc%2fpasswd",
  "/v1/jobs/..%5c..%5cetc",
  "/v1/jobs/%00",
  "/v1/jobs/%e0%a4%a",
  `/v1/jobs/${NO_JOB.toUpperCase().replaceAll("0", "A")}`,
  `/v1/jobs/${NO_JOB}/results/..%2f..`,
  `/v1/jobs/${NO_JOB}/results/-1`,
  `/v1/jobs/${NO_JOB}/results/1e3`,
  `/v1/jobs/${NO_JOB}/stages/0x0/tasks`,
  "/v1/jobs/",
  "//v1/jobs",
  "/v2/jobs",
])("there is nothing at %s, and the store is not asked", async (path) => {
  const { get, store } = openApi();
  expect(await problemIn(get(path))).toEqual([404, "ROUTE_NOT_FOUND"]);
  expect(store.requests.get).toBe(0);
});

test.each(["", "/events", "/stages", "/stages/0/tasks", "/logs", "/results", "/results/0"])(
  "of a job that is not there, %s is not found",
  async (part) => {
    const { get } = openApi();
    expect(await problemIn(get(`/v1/jobs/${NO_JOB}${part}`))).toEqual([404, "JOB_NOT_FOUND"]);
  },
);

test.each([
  "/v1/jobs?limit=0",
  "/v1/jobs?limit=101",
  "/v1/jobs?limit=ten",
  "/v1/jobs?limit=1&limit=2",
  "/v1/jobs?order=asc",
  "/v1/jobs?parent=x",
  `/v1/jobs/${NO_JOB}?x=1`,
  `/v1/jobs/${NO_JOB}/events?wait=3600`,
  `/v1/jobs/${NO_JOB}/results/0?format=csv`,
  `/v1/jobs/${NO_JOB}/results/0?redirect=maybe`,
])("%s asks for what there is not", async (path) => {
  const { get } = openApi();
  expect(await problemIn(get(path))).toEqual([400, "INVALID_REQUEST"]);
});

test("a path answers other methods by those that it takes", async () => {
  const { call } = openApi();
  for (const method of ["PUT", "PATCH", "DELETE", "TRACE-ish", "get"]) {
    const refused = await call(method, "/v1/jobs");
    if (method === "get") expect(refused.status).toBe(200);
    else {
      expect(refused.headers.get("allow")).toBe("POST, GET, HEAD, OPTIONS");
      expect(await problemIn(refused)).toEqual([405, "METHOD_NOT_ALLOWED"]);
    }
  }
  const options = await call("OPTIONS", `/v1/jobs/${NO_JOB}`);
  expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, DELETE, OPTIONS"]);
  const head = await call("HEAD", "/v1/jobs");
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("a media type that is not offered is not acceptable", async () => {
  const { get } = openApi();
  expect(await problemIn(get("/v1/jobs", { accept: "text/html" }))).toEqual([406, "NOT_ACCEPTABLE"]);
  expect((await get("/v1/jobs", { accept: "text/html, */*;q=0.1" })).status).toBe(200);
});

test("every answer carries its request's id, is not kept by caches, and is what it says it is", async () => {
  const { get, app } = openApi();
  for (const response of [await get("/v1/jobs"), await get("/v1/jobs/nothing"), await app.request("/v1/jobs")]) {
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  }
});

test("a service on one machine answers neither foreign names nor foreign pages", async () => {
  const { app } = openApi({ admits: (host, origin) => host === undefined && origin === undefined });
  expect((await app.request("/v1/health")).status).toBe(200);
  expect(await problemIn(app.request("/v1/health", { headers: { origin: "https://attacker.example" } }))).toEqual([403, "FORBIDDEN"]);
});

test("what goes wrong inside is logged under the request's id, and not told", async () => {
  const { get, service, failures } = openApi();
  service.status = async () => {
    throw new TypeError("the secret of the inside");
  };
  const response = await get(`/v1/jobs/${NO_JOB}`);
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).not.toContain("secret");
  expect(failures).toEqual([
    {
      request: response.headers.get("x-request-id"),
      method: "GET",
      path: `/v1/jobs/${NO_JOB}`,
      status: 500,
      thrown: expect.any(TypeError),
    },
  ]);
});

test("a cancelled job that nobody runs yet is asked to stop, one that is over stays as it is", async () => {
  const { call, post, finished } = openApi();
  const { job } = (await (await post("/v1/jobs", rangeQuery)).json()) as { job: string };
  expect((await call("DELETE", `/v1/jobs/${job}`)).status).toBe(202);
  const { status } = await finished([[{ id: 1n }]]);
  const over = await call("DELETE", `/v1/jobs/${status.job}`);
  expect([over.status, ((await over.json()) as { state: string }).state]).toEqual([200, "succeeded"]);
});

test("a long poll answers at once where there is news, and after its wait where there is none", async () => {
  const { get, post, service } = openApi();
  const status = (await (await post("/v1/jobs", rangeQuery)).json()) as { job: string; version: number };
  const waits: number[] = [];
  const changed = service.changed.bind(service);
  service.changed = (job, version, waitMs, signal) => {
    waits.push(waitMs);
    return changed(job, version, waitMs, signal);
  };
  const news = await get(`/v1/jobs/${status.job}/events?after=${status.version - 1}`);
  expect(await news.json()).toMatchObject({ version: status.version });
  expect((await get(`/v1/jobs/${status.job}/events?after=${status.version}&wait=3`)).status).toBe(200);
  expect(waits).toEqual([20_000, 3_000]);
});

test("an event stream gives each change with its version, ends with the job, and then says that there is no more", async () => {
  const { get, finished } = openApi();
  const { status } = await finished([[{ id: 1n }]]);
  const path = `/v1/jobs/${status.job}/events`;
  const stream = await get(path, { accept: "text/event-stream" });
  expect(stream.headers.get("content-type")).toBe("text/event-stream");
  const text = await stream.text();
  expect(text).toMatch(new RegExp(`^event: status\nid: ${status.version}\nretry: \\d+\ndata: {.*}\n\n$`));
  expect(JSON.parse(/^data: (.*)$/m.exec(text)![1]!)).toEqual(status);
  const again = await get(path, { accept: "text/event-stream", "last-event-id": String(status.version) });
  expect(again.status).toBe(204);
});

test("an event stream that fails inside ends without telling why, and is logged", async () => {
  const { get, post, service, failures } = openApi();
  const status = (await (await post("/v1/jobs", rangeQuery)).json()) as { job: string; version: number };
  const changed = service.changed.bind(service);
  let calls = 0;
  service.changed = (...asked) => (calls++ === 0 ? changed(...asked) : Promise.reject(new Error("the secret of the inside")));
  const stream = await get(`/v1/jobs/${status.job}/events`, { accept: "text/event-stream" });
  const text = await stream.text();
  expect([stream.status, text.match(/^event: .*$/gm)]).toEqual([200, ["event: status"]]);
  expect(text).not.toContain("secret");
  expect(failures).toMatchObject([{ request: stream.headers.get("x-request-id"), thrown: { message: "the secret of the inside" } }]);
});

test("a transport that cannot stream gives one event a request", async () => {
  const { get, post } = openApi({ streams: false });
  const status = (await (await post("/v1/jobs", rangeQuery)).json()) as { job: string; version: number };
  const path = `/v1/jobs/${status.job}/events`;
  expect(await (await get(path, { accept: "text/event-stream" })).text()).toMatch(/^event: status\n/);
  const seen = await get(path, { accept: "text/event-stream", "last-event-id": String(status.version) });
  expect(await seen.text()).toMatch(/^: nothing new\n/);
});

test("pages come as Arrow, JSON or Parquet, by format or by what is accepted", async () => {
  const { get, finished } = openApi();
  const { status } = await finished([[{ id: 1n }, { id: 2n ** 60n + 1n }], [{ id: 3n }]]);
  const path = `/v1/jobs/${status.job}/results`;
  expect(views.pageList.parse(await (await get(path)).json())).toMatchObject({ rows: 3, pages: [{ rows: 2 }, { rows: 1 }] });
  const arrow = await get(`${path}/0`);
  expect(arrow.headers.get("content-type")).toBe("application/vnd.apache.arrow.stream");
  expect(
    tableFromIPC(new Uint8Array(await arrow.arrayBuffer()))
      .toArray()
      .map(({ id }) => id),
  ).toEqual([1n, 2n ** 60n + 1n]);
  const json = await get(`${path}/0`, { accept: "application/json" });
  expect(await json.text()).toMatch(/"rows":\[\[1\],\[1152921504606846977\]\]}$/);
  const parquet = await get(`${path}/1?format=parquet`, { accept: "application/json" });
  expect(parquet.headers.get("content-type")).toBe("application/vnd.apache.parquet");
  expect(Buffer.from(await parquet.arrayBuffer()).toString("latin1", 0, 4)).toBe("PAR1");
  expect(await problemIn(get(`${path}/2`))).toEqual([404, "PAGE_NOT_FOUND"]);
  expect(await problemIn(get(`${path}/0`, { accept: "text/csv" }))).toEqual([406, "NOT_ACCEPTABLE"]);
});

const [ARROW, PARQUET, JSON_TYPE] = ["application/vnd.apache.arrow.stream", "application/vnd.apache.parquet", "application/json"];

test.each([
  [ARROW, ARROW],
  [`${ARROW}, ${JSON_TYPE};q=0.9`, ARROW],
  [`${ARROW};q=0.2, ${JSON_TYPE};q=0.9`, JSON_TYPE],
  [`text/html, ${PARQUET};q=0.5, */*;q=0.1`, PARQUET],
  [`text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8`, ARROW],
  [`${ARROW};q=0, application/*;q=0.3`, PARQUET],
])("a page asked for as %s comes as %s", async (accept, expected) => {
  const { get, finished } = openApi();
  const { status } = await finished([[{ id: 1n }]]);
  const page = await get(`/v1/jobs/${status.job}/results/0`, { accept });
  expect([page.status, page.headers.get("content-type")]).toEqual([200, expected]);
});

test("a page that is too large for an answer is fetched elsewhere, as Arrow only", async () => {
  const { get, finished } = openApi();
  const { status } = await finished([Array.from({ length: 1_000 }, (_, i) => ({ id: BigInt(i) }))]);
  const path = `/v1/jobs/${status.job}/results/0`;
  const elsewhere = await get(path);
  const address = `https://store.example/GET/jobs/${status.job}/page-0.arrows`;
  expect([elsewhere.status, elsewhere.headers.get("location")]).toEqual([307, address]);
  expect(views.pageElsewhere.parse(await (await get(`${path}?redirect=false`)).json())).toMatchObject({ url: address });
  expect(await problemIn(get(`${path}?format=json`))).toEqual([406, "NOT_ACCEPTABLE"]);
});

test("a page that only its JSON makes too large is not given as JSON", async () => {
  const { get, finished } = openApi({ maxResponseBytes: 400 });
  const { status } = await finished([Array.from({ length: 60 }, (_, i) => ({ id: 10n ** 17n + BigInt(i) }))]);
  expect(await problemIn(get(`/v1/jobs/${status.job}/results/0?format=json`))).toEqual([406, "NOT_ACCEPTABLE"]);
});

test("a job that is not done has no result yet", async () => {
  const { get, post } = openApi();
  const { job } = (await (await post("/v1/jobs", rangeQuery)).json()) as { job: string };
  expect(await problemIn(get(`/v1/jobs/${job}/results`))).toEqual([409, "JOB_NOT_FINISHED"]);
  expect(await problemIn(get(`/v1/jobs/${job}/results/0`))).toEqual([409, "JOB_NOT_FINISHED"]);
});

test("a plan's schema, explanation and files are told without a job", async () => {
  const { post, get } = openApi();
  const plan = planToJson(rangePlan);
  const ask = async (request: object) => views.analysis.parse(await (await post("/v1/plans/analysis", { ...request, plan })).json());
  expect(await ask({ what: "schema" })).toMatchObject({ schema: { fields: [{ name: "id", type: "long" }] } });
  expect(await ask({ what: "explain", mode: "simple" })).toMatchObject({ text: expect.stringContaining("Range (0, 10, step=1") });
  expect(await ask({ what: "inputFiles" })).toEqual({ what: "inputFiles", files: [] });
  expect(await (await get("/v1/jobs")).json()).toEqual({ jobs: [] });
});

test("a plan that does not fit together is refused with Spark's condition", async () => {
  const { post } = openApi();
  const nope = { kind: "unresolvedAttribute", nameParts: ["nope"], origin: "job.ts:3:7" } as const;
  const plan = planToJson({ kind: "filter", condition: nope, child: rangePlan });
  const refused = await post("/v1/plans/analysis", { what: "schema", plan });
  expect(await refused.json()).toMatchObject({ status: 422, condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION", origin: "job.ts:3:7" });
});

test("an estimate is given where work has a price, and refused by name elsewhere", async () => {
  const request = { plan: planToJson(rangePlan) };
  const priced = await openApi().post("/v1/estimates", request);
  expect(priced.status).toBe(200);
  const { dollars, tasks, stages } = views.estimate.parse(await priced.json());
  expect(dollars).toBeGreaterThan(0);
  expect(stages.reduce((sum, stage) => sum + stage.tasks, 0)).toBe(tasks);
  expect(await problemIn(openApi({}, {}).post("/v1/estimates", request))).toEqual([422, "FIRECREST_UNSUPPORTED"]);
});

test("stages, tasks and logs of a job that has not begun are empty", async () => {
  const { get, post } = openApi();
  const { job } = (await (await post("/v1/jobs", rangeQuery)).json()) as { job: string };
  expect(await (await get(`/v1/jobs/${job}/stages`)).json()).toEqual({ stages: [] });
  expect(await (await get(`/v1/jobs/${job}/stages/0/tasks`)).json()).toEqual({ tasks: [] });
  const logs = await get(`/v1/jobs/${job}/logs`);
  expect(views.logLines.parse(await logs.json())).toEqual({ lines: [] });
  expect(await undocumented("GET", `/v1/jobs/${job}/logs`, logs)).toBeUndefined();
});
