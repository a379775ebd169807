import { readdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createConnection } from "node:net";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, test } from "vitest";
import { type LocalServer, openLocalServer } from "../../../apps/cli/local-server.ts";
import { shareOut } from "../../../lib/backends/local/resources.ts";
import { planToJson } from "../../../lib/engine/logical/plan-json.ts";
import { arrowToRows } from "../../../lib/engine/types/convert.ts";
import type { StructType } from "../../../lib/engine/types/data-type.ts";
import { typeFromJson } from "../../../lib/engine/types/json.ts";
import { col, type DataFrame, functions as F, type SparkSession } from "../../../lib/firecrest.ts";
import { anyone } from "../../../lib/service/http/auth.ts";
import * as views from "../../../lib/service/http/views.ts";
import { isOver, type JobStatus } from "../../../lib/service/records.ts";
import { startJobServer } from "../../support/job-server.ts";
import { forcedExchanges, openSession, temporaryFolder } from "../../support/sessions.ts";

const PATIENCE_MS = 120_000;

let spark: SparkSession;
let folder: string;
beforeAll(async () => {
  [spark, folder] = await Promise.all([openSession(), temporaryFolder()]);
}, PATIENCE_MS);

const submit = (server: Pick<LocalServer, "url">, df: DataFrame, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${server.url}/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ kind: "query", plan: planToJson(df.plan), conf: forcedExchanges }),
  });

const statusIn = async (response: Response | Promise<Response>): Promise<JobStatus> => (await (await response).json()) as JobStatus;

/** Polls until the job is over or `enough`. */
async function follow(server: Pick<LocalServer, "url">, submitted: JobStatus, enough: (status: JobStatus) => boolean = () => false) {
  let status = submitted;
  while (!isOver(status.state) && !enough(status))
    status = await statusIn(fetch(`${server.url}/v1/jobs/${status.job}/events?after=${status.version}&wait=5`));
  return status;
}

/** What the server says to bytes as they are, until it closes the connection. */
function overSocket({ url }: Pick<LocalServer, "url">, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = createConnection(Number(port), hostname, () => socket.write(bytes));
    socket.on("data", (part) => parts.push(part)).on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(parts).toString()));
  });
}

describe("a served query", () => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await startJobServer();
  });

  const query = () =>
    spark
      .range(0, 10_000, 1, 4)
      .withColumn("rest", col("id").mod(7))
      .groupBy("rest")
      .agg(F.count("*").alias("n"), F.sum("id").alias("sum"), F.lit("x").try_cast("decimal(5,2)").isNull().alias("nothing"))
      .orderBy("rest");

  test(
    "gives as Arrow, JSON and Parquet the rows that the embedded engine gives",
    async () => {
      const df = query().drop("nothing");
      const expected = await df.collect();
      const status = await follow(server, await statusIn(submit(server, df)));
      expect(status.error).toBeUndefined();
      const { result, stages } = views.jobStatus.parse(status);
      expect(stages.length).toBeGreaterThan(1);
      expect(result?.rows).toBe(7);
      const schema = typeFromJson(result?.schema) as StructType;
      const page = async (n: number, format: string) =>
        new Uint8Array(await (await fetch(`${server.url}/v1/jobs/${status.job}/results/${n}?format=${format}`)).arrayBuffer());
      const numbers = result!.pages.map((_, n) => n);
      const arrow = await Promise.all(numbers.map((n) => page(n, "arrow")));
      expect(arrow.flatMap((bytes) => [...arrowToRows(bytes, schema)])).toEqual(expected);
      expect(arrow.flatMap((bytes) => tableFromIPC(bytes).toArray()).length).toBe(7);
      const json = await Promise.all(numbers.map((n) => page(n, "json")));
      expect(json.flatMap((bytes) => (JSON.parse(new TextDecoder().decode(bytes)) as { rows: unknown[] }).rows)).toEqual(
        expected.map((row) => Object.values(row as object).map(Number)),
      );
      const parquet = await Promise.all(
        numbers.map(async (n) => parquetReadObjects({ file: (await page(n, "parquet")).buffer as ArrayBuffer })),
      );
      expect(parquet.flat()).toEqual(expected);
    },
    PATIENCE_MS,
  );

  test(
    "tells its stages, tasks and log",
    async () => {
      const { job } = await follow(server, await statusIn(submit(server, query())));
      const json = async (path: string) => (await fetch(`${server.url}/v1/jobs/${job}/${path}`)).json();
      const { stages } = views.stageList.parse(await json("stages"));
      for (const [n, { tasks }] of stages.entries()) {
        expect(views.taskList.parse(await json(`stages/${n}/tasks`)).tasks.map(({ status }) => status)).toEqual(
          Array(tasks).fill("succeeded"),
        );
      }
      expect(views.logLines.parse(await json("logs")).lines.length).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );

  test(
    "that fails gives Spark's condition",
    async () => {
      const df = spark.range(1).select(F.raise_error(F.lit("on purpose")));
      const status = await follow(server, await statusIn(submit(server, df)));
      expect(status).toMatchObject({ state: "failed", error: { condition: "USER_RAISED_EXCEPTION" }, stages: [{ status: "failed" }] });
      expect(views.jobStatus.parse(status)).toEqual(status);
      expect((await fetch(`${server.url}/v1/jobs/${status.job}/results`)).status).toBe(409);
    },
    PATIENCE_MS,
  );

  test(
    "that is cancelled leaves no stage running",
    async () => {
      const forEver = F.udf(() => {
        for (;;);
      }, "int");
      const running = await follow(
        server,
        await statusIn(submit(server, spark.range(1).select(forEver("id")))),
        ({ stages }) => stages[0]?.status === "running",
      );
      await fetch(`${server.url}/v1/jobs/${running.job}`, { method: "DELETE" });
      const status = await follow(server, running);
      expect(status).toMatchObject({ state: "cancelled", stages: [{ status: "stopped", running: 0 }] });
      expect(views.jobStatus.parse(status)).toEqual(status);
    },
    PATIENCE_MS,
  );

  test(
    "streams its changes until it is over",
    async () => {
      const { job } = await statusIn(submit(server, query()));
      const stream = await fetch(`${server.url}/v1/jobs/${job}/events`, { headers: { accept: "text/event-stream" } });
      const text = await stream.text();
      const states = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => (JSON.parse(data!) as JobStatus).state);
      expect(states.at(-1)).toBe("succeeded");
      expect(states.filter(isOver).length).toBe(1);
    },
    PATIENCE_MS,
  );

  test("answers no foreign page, no foreign name, and no address that leaves its folder", async () => {
    const status = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      new Promise<number | undefined>((resolve, reject) => {
        // Unlike fetch, this sends a path as it is.
        request(new URL(server.url), { path, headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on("error", reject)
          .end();
      });
    expect(await status("/v1/health")).toBe(200);
    expect(await status("/v1/health", { host: "firecrest.attacker.example" })).toBe(403);
    expect(await status("/v1/health", { origin: "https://attacker.example" })).toBe(403);
    for (const path of ["/v1/jobs/../../../etc/passwd", "/v1/jobs/..%2f..%2fetc%2fpasswd", "/v1/objects/../../etc/passwd", "/%00"]) {
      expect(await status(path)).toBe(404);
    }
    expect(await status("/v1/objects?name=..%2Fetc%2Fpasswd&expires=99999999999&signature=x")).toBe(403);
    expect(await status("/v1/jobs", { host: "a b" })).toBe(400);
  });

  test("survives what is no HTTP, and bodies larger than it takes", async () => {
    const { hostname, port } = new URL(server.url);
    for (const bytes of ["\0\0\0\0", "GET / HTTP/9.9\r\n\r\n", "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"]) {
      await new Promise<void>((resolve) => {
        const socket = createConnection(Number(port), hostname, () => socket.end(bytes));
        socket.on("error", () => {}).on("close", () => resolve());
        socket.resume();
      });
    }
    const large = await fetch(`${server.url}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Uint8Array(65 * 1024 ** 2),
    });
    expect(large.status).toBe(413);
    expect((await fetch(`${server.url}/v1/health`)).status).toBe(200);
  });

  test(
    "takes bodies of a length that is not told, and a DELETE that has none",
    async () => {
      const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
      const request = JSON.stringify({ kind: "query", plan: planToJson(spark.range(3).plan) });
      const headers = "Host: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close";
      const body = `${chunk(request.slice(0, 10))}${chunk(request.slice(10))}0\r\n\r\n`;
      const submitted = await overSocket(server, `POST /v1/jobs HTTP/1.1\r\n${headers}\r\n\r\n${body}`);
      expect(submitted).toMatch(/^HTTP\/1.1 202 /);
      const [job] = /[a-z0-9]{26}/.exec(submitted)!;
      const cancelled = await overSocket(server, `DELETE /v1/jobs/${job} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(cancelled).toMatch(/^HTTP\/1.1 20[02] /);
      const empty = await overSocket(server, `DELETE /v1/jobs/${job} HTTP/1.1\r\n${headers}\r\n\r\n0\r\n\r\n`);
      expect(empty).toMatch(/^HTTP\/1.1 20[02] /);
    },
    PATIENCE_MS,
  );

  test(
    "refuses a body of a length that is not told once it is larger than it takes",
    async () => {
      const piece = new Uint8Array(1024 ** 2);
      let sent = 0;
      const endless = new ReadableStream({
        pull: (controller) => {
          sent += piece.byteLength;
          controller.enqueue(piece);
        },
      });
      const headers = { "content-type": "application/json" };
      const refused = await fetch(`${server.url}/v1/jobs`, { method: "POST", headers, body: endless, duplex: "half" } as RequestInit);
      expect(refused.status).toBe(413);
      expect(sent).toBeLessThan(128 * 1024 ** 2);
    },
    PATIENCE_MS,
  );

  test("an upload goes to an address that takes it once signed, and none other", async () => {
    const room = await fetch(`${server.url}/v1/uploads`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ bytes: 3 }),
    });
    const { url } = views.upload.parse(await room.json());
    expect((await fetch(url, { method: "PUT", body: "1+1" })).status).toBe(204);
    expect((await fetch(url)).status).toBe(403);
    const other = new URL(url);
    other.searchParams.set("name", "jobs/x/outcome.json");
    expect((await fetch(other, { method: "PUT", body: "{}" })).status).toBe(403);
  });
});

declare const gate: string;
declare const seen: string;

describe("a server that ends in the middle of a job", () => {
  test(
    "leaves it to the next one with the same folder, which does not repeat what was done",
    async () => {
      const jobs = join(folder, "jobs");
      const gateFile = join(folder, "gate");
      const seenFolder = await temporaryFolder();
      // Each task leaves a file for each of its runs; the last partition waits until the gate opens.
      const gated = F.udf(
        (id: bigint) => {
          const fs = process.getBuiltinModule("node:fs");
          fs.writeFileSync(`${seen}/${id}-${process.pid}`, "");
          while (id === 3n && !fs.existsSync(gate)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
          return id;
        },
        "bigint",
        { using: { gate: gateFile, seen: seenFolder } },
      );
      const df = spark.range(0, 4, 1, 4).select(gated("id").alias("id")).agg(F.sum("id").alias("sum"));
      const first = await startJobServer({ folder: jobs });
      const submitted = await statusIn(submit(first, df, { "idempotency-key": "once" }));
      const before = await follow(first, submitted, ({ stages }) => (stages[0]?.done ?? 0) === 3);
      expect(before).toMatchObject({ state: "running" });
      await first.close();

      const second = await startJobServer({ folder: jobs });
      expect(second.resumed).toBe(1);
      expect((await submit(second, df, { "idempotency-key": "once" })).status).toBe(200);
      await writeFile(gateFile, "");
      const after = await follow(second, before);
      expect(after).toMatchObject({ job: before.job, state: "succeeded" });
      const rows = await fetch(`${second.url}/v1/jobs/${before.job}/results/0?format=json`);
      expect(await rows.json()).toMatchObject({ rows: [[6]] });
      const runs = (await readdir(seenFolder)).map((name) => name.split("-")[0]).sort();
      expect(runs).toEqual(["0", "1", "2", "3", "3"]);
    },
    PATIENCE_MS,
  );

  test("says so where its folder or its port cannot be had", async () => {
    const server = await startJobServer();
    const options = {
      host: "127.0.0.1",
      folder,
      resources: shareOut({ "spark.firecrest.memory": "2g" }),
      authenticator: anyone,
      log: () => {},
    };
    await expect(openLocalServer({ ...options, port: Number(new URL(server.url).port) })).rejects.toThrow("EADDRINUSE");
  });
});
