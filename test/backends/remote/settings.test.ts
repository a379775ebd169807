import { describe, expect, test } from "vitest";
import { functionUrlRegion, sharesFiles, staysHere } from "../../../lib/backends/remote/addresses.ts";
import { authorization, jobLimits, parseSeconds, sentConf, serviceUrl } from "../../../lib/backends/remote/remote-settings.ts";
import { retryAfterMs, retryDelay } from "../../../lib/backends/remote/retry.ts";

const LAMBDA = "https://abc123.lambda-url.eu-west-1.on.aws/";
const LOCALSTACK = "http://abc123.lambda-url.us-east-1.localhost.localstack.cloud:4566/";
const credentials = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret" };

/** The headers of a request to a service. */
async function headersFor(service: string, conf: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>>) {
  const url = serviceUrl(service);
  return authorization(url, conf, environment)({ method: "GET", url, headers: { accept: "*/*" }, timeoutMs: 1, maxBytes: 1 });
}

describe("who asks is proved", () => {
  test("by the token of the setting, before that of the environment", async () => {
    expect(await headersFor("https://jobs.example", {}, { FIRECREST_TOKEN: "b" })).toEqual({ accept: "*/*", authorization: "Bearer b" });
    expect((await headersFor(LAMBDA, { "spark.firecrest.token": "a" }, { FIRECREST_TOKEN: "b" })).authorization).toBe("Bearer a");
  });

  test("by AWS's signature for a function URL, AWS's or LocalStack's", async () => {
    Object.assign(process.env, credentials);
    expect((await headersFor(LAMBDA, {}, {})).authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/lambda\/aws4_request/,
    );
    expect((await headersFor(LOCALSTACK, {}, {})).authorization).toContain("/us-east-1/lambda/aws4_request");
    const asked = await headersFor("https://jobs.example", { "spark.firecrest.auth": "iam" }, { AWS_REGION: "eu-north-1" });
    expect(asked.authorization).toContain("/eu-north-1/lambda/");
  });

  test("by nothing elsewhere", async () => {
    expect(await headersFor("https://jobs.example", {}, {})).toEqual({ accept: "*/*" });
    expect(await headersFor(LAMBDA, { "spark.firecrest.auth": "none" }, { FIRECREST_TOKEN: "b" })).toEqual({ accept: "*/*" });
  });

  test("and a token never travels in the open", async () => {
    const open = serviceUrl("http://jobs.example");
    expect(() => authorization(open, {}, { FIRECREST_TOKEN: "b" })).toThrow(/https/);
    expect(() => authorization(serviceUrl("http://127.0.0.1:8998"), {}, { FIRECREST_TOKEN: "b" })).not.toThrow();
  });
});

test.each(["ftp://host", "https://user:word@host", "https://host/?a=b", "host:80", "https://"])(
  "%s is no address of a service",
  (master) => {
    expect(() => serviceUrl(master)).toThrow(/INVALID_CONF_VALUE/);
  },
);

test("names of this machine are known without DNS", () => {
  expect(
    [LOCALSTACK, "http://localhost:1", "http://127.0.0.1", "http://[::1]:1", LAMBDA].map((url) => staysHere(new URL(url).hostname)),
  ).toEqual([true, true, true, true, false]);
  expect([LOCALSTACK, "http://localhost:1", "http://127.0.0.1"].map((url) => sharesFiles(new URL(url).hostname))).toEqual([
    false,
    true,
    true,
  ]);
  expect([LAMBDA, LOCALSTACK, "https://jobs.example"].map((url) => functionUrlRegion(new URL(url).hostname))).toEqual([
    "eu-west-1",
    "us-east-1",
    undefined,
  ]);
});

test("limits are read from Spark's settings, and wrong ones are refused by name", () => {
  expect(
    jobLimits({
      "spark.dynamicAllocation.maxExecutors": "20",
      "spark.executor.memory": "4g",
      "spark.firecrest.maxDollars": "0.50",
      "spark.firecrest.timeout": "15m",
    }),
  ).toEqual({ maxConcurrency: 20, memoryMiB: 4096, maxDollars: 0.5, timeoutSeconds: 900 });
  expect(jobLimits({})).toEqual({});
  for (const [key, value] of [
    ["spark.dynamicAllocation.maxExecutors", "0"],
    ["spark.executor.memory", "much"],
    ["spark.firecrest.maxDollars", "-1"],
    ["spark.firecrest.timeout", "soon"],
  ] as const) {
    expect(() => jobLimits({ [key]: value })).toThrow(key);
  }
});

test("times are read as Spark reads them", () => {
  expect(["90s", "15m", "15min", "2h", "1d", "30", "0s", "x", "1.5h"].map(parseSeconds)).toEqual([
    90,
    900,
    900,
    7200,
    86_400,
    30,
    undefined,
    undefined,
    undefined,
  ]);
});

test("what only the client needs is not sent", () => {
  expect(
    sentConf({ "spark.master": "https://host", "spark.firecrest.token": "t", "spark.local.dir": "/tmp", "spark.app.name": "a" }),
  ).toEqual({ "spark.app.name": "a" });
});

test("waits double up to a bound, are spread by chance, and end with patience", () => {
  const times = { elapsedMs: 0, patienceMs: 60_000 };
  expect([1, 2, 3, 10, 1000].map((attempt) => retryDelay(attempt, times, () => 1))).toEqual([200, 400, 800, 10_000, 10_000]);
  expect(retryDelay(1, times, () => 0)).toBe(100);
  expect(retryDelay(1, { ...times, retryAfterMs: 3_000 }, () => 1)).toBe(3_000);
  expect(retryDelay(1, { ...times, elapsedMs: 59_900 }, () => 1)).toBeUndefined();
  expect([retryAfterMs("2"), retryAfterMs("Wed, 21 Oct 2026 07:28:00 GMT"), retryAfterMs(undefined)]).toEqual([
    2_000,
    undefined,
    undefined,
  ]);
});
