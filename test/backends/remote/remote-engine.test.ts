import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { LocalServer } from "../../../apps/cli/local-server.ts";
import { openRemoteEngine } from "../../../lib/backends/remote/open.ts";
import type { JobProgress } from "../../../lib/dataframe/engine-port.ts";
import { col, functions as F, SparkSession } from "../../../lib/firecrest.ts";
import { between } from "../../support/between.ts";
import { jobClient, startJobServer } from "../../support/job-server.ts";
import { range } from "../../support/remote-plans.ts";
import { forcedExchanges, openSession, temporaryFolder } from "../../support/sessions.ts";

let server: LocalServer;
let spark: SparkSession;
let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startJobServer({ folder: join(folder, "jobs") });
  spark = await openSession({ "spark.master": server.url, ...forcedExchanges });
});

/** Two runs of the same, one here and one at the service. */
async function onBoth<T>(action: (session: SparkSession) => Promise<T>): Promise<{ here: T; there: T }> {
  const embedded = await SparkSession.builder
    .config({ "spark.sql.session.timeZone": "UTC", ...forcedExchanges, "spark.firecrest.memory": "2g" })
    .create();
  try {
    return { here: await action(embedded), there: await action(spark) };
  } finally {
    await embedded.stop();
  }
}

describe("a session at a service does what an embedded one does", () => {
  test("aggregates, joins, windows and sorts over exchanges", async () => {
    const { here, there } = await onBoth(async (session) => {
      const sales = session.range(1_000).select(col("id"), col("id").mod(7).alias("shop"));
      const shops = session.createDataFrame([
        { shop: 1, name: "north" },
        { shop: 2, name: "süd" },
        { shop: 9, name: "nowhere" },
      ]);
      const totals = sales.groupBy("shop").agg(F.sum("id").alias("total"), F.count("id").alias("n"));
      return totals.join(shops, ["shop"], "left").orderBy("shop").collect();
    });
    expect(there).toEqual(here);
    expect(there).toHaveLength(7);
  });

  test("tells schemas and plans", async () => {
    const { here, there } = await onBoth(async (session) => {
      const frame = session.range(3).select(col("id"), F.array(col("id")).alias("list"));
      return { schema: await frame.schema(), dtypes: await frame.dtypes() };
    });
    expect(there).toEqual(here);
    expect(there.dtypes).toEqual([
      ["id", "bigint"],
      ["list", "array<bigint>"],
    ]);
  });

  test("writes files, reads them again and lists them", async () => {
    const path = join(folder, "numbers");
    await spark.range(100).withColumn("odd", col("id").mod(2)).write.partitionBy("odd").parquet(path);
    expect(readdirSync(path)).toContain("_SUCCESS");
    const read = spark.read.parquet(path);
    expect(await read.filter(col("odd").eq(1)).count()).toBe(50);
    expect((await read.inputFiles()).length).toBeGreaterThan(1);
    await expect(spark.range(1).write.parquet(path)).rejects.toMatchObject({ condition: "PATH_ALREADY_EXISTS" });
  });

  test("takes rows of the program, functions of the user, and what was cached", async () => {
    const shout = F.udf((text: string) => `${text}!`, "string");
    const frame = spark
      .createDataFrame([{ x: "a" }, { x: "b" }])
      .select(shout(col("x")).alias("y"))
      .cache();
    expect(await frame.collect()).toEqual([{ y: "a!" }, { y: "b!" }]);
    expect(await frame.count()).toBe(2);
    await frame.unpersist();
  });

  test("takes more rows of the program than a request holds, under any names, and keeps none of them", async () => {
    const many = Array.from({ length: 8 }, (_, i) => ({ text: String(i).repeat(1024 * 1024), TEXT: i, at: i % 2 === 0 ? null : [i] }));
    const frame = spark.createDataFrame(many);
    expect(await frame.dtypes()).toEqual([
      ["text", "string"],
      ["TEXT", "bigint"],
      ["at", "array<bigint>"],
    ]);
    const lengths = frame.toDF("a", "b", "c").select(F.length("a").alias("n"), col("b"), col("c"));
    expect(await lengths.collect()).toEqual(many.map((_, i) => ({ n: 1024 * 1024, b: BigInt(i), c: i % 2 === 0 ? null : [BigInt(i)] })));
    const kept = readdirSync(join(folder, "jobs", "scratch"), { recursive: true, encoding: "utf8" });
    expect(kept.filter((name) => name.includes("/"))).toEqual([]);
  });

  test("gives Arrow tables, and the types of empty results", async () => {
    expect((await spark.range(5).toArrow()).numRows).toBe(5);
    const empty = await spark.range(5).filter(col("id").gt(9)).toArrow();
    expect([empty.numRows, empty.schema.fields.map((field) => field.name)]).toEqual([0, ["id"]]);
  });

  test("gives many pages in the order of the rows", async () => {
    let next = 0n;
    for await (const { id } of spark.range(1_500_000).orderBy("id")) {
      if (id !== next) throw new Error(`row ${next} is ${id}`);
      next += 1n;
    }
    const [job] = await jobClient(server.url).list(1);
    expect(next).toBe(1_500_000n);
    expect(job?.result?.pages.length).toBeGreaterThan(4);
  });
});

describe("what goes wrong there is told as if it had gone wrong here", () => {
  test("a mistake in the plan, with its place in the program", async () => {
    const error = await spark
      .range(3)
      .filter(col("nope").gt(1))
      .count()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "AnalysisError", condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION", sqlState: "42703" });
    expect((error as { origin: string }).origin).toMatch(/remote-engine\.test\.ts:\d+:\d+$/);
    await expect(spark.range(3).select(col("nope")).schema()).rejects.toMatchObject({
      name: "AnalysisError",
      condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    });
  });

  test("a mistake in the data", async () => {
    const zero = col("id").minus(col("id"));
    await expect(spark.range(3).select(col("id").divide(zero)).collect()).rejects.toMatchObject({
      name: "ExecutionError",
      condition: "DIVIDE_BY_ZERO",
    });
  });

  test("a missing file", async () => {
    await expect(spark.read.parquet(join(folder, "nowhere")).count()).rejects.toMatchObject({ condition: "PATH_NOT_FOUND" });
  });

  test("a plan that no request can hold, before it is sent", async () => {
    const wide = spark.range(1).filter(col("id").isin(...Array.from({ length: 8 }, (_, i) => String(i).repeat(1024 * 1024))));
    await expect(wide.count()).rejects.toMatchObject({ condition: "REQUEST_TOO_LARGE" });
  });

  test("a service that is not there", async () => {
    const nowhere = await openRemoteEngine({ master: "http://127.0.0.1:1", conf: {} });
    await nowhere.close();
    await expect(nowhere.execute(range(1), {})).rejects.toMatchObject({ condition: "INVALID_HANDLE.SESSION_CLOSED" });
  });
});

describe("jobs at a service are followed and cancelled", () => {
  /** Long enough to be caught running. */
  const endless = range(1_000_000_000_000);

  test("progress names the job and counts its tasks", async () => {
    const engine = await openRemoteEngine({ master: server.url, conf: {} });
    const seen: JobProgress[] = [];
    const { chunks, metrics } = await engine.execute(range(10), {}, { onProgress: (progress) => seen.push(progress) });
    expect((await Array.fromAsync(chunks)).length).toBeGreaterThan(0);
    expect(seen.at(-1)?.id).toMatch(/^[a-z0-9]{26}$/);
    expect(seen.at(-1)?.stages.every(({ tasks, done }) => tasks > 0 && done === tasks)).toBe(true);
    expect(metrics()).toMatchObject({ rows: 1, tasks: 1 });
    await engine.close();
  });

  test("a signal cancels the job there", async () => {
    const engine = await openRemoteEngine({ master: server.url, conf: {} });
    const abort = new AbortController();
    let id: string | undefined;
    const execution = engine.execute(
      endless,
      {},
      {
        signal: abort.signal,
        onProgress: (progress) => {
          id = progress.id;
          if (progress.stages.some(({ running }) => running > 0)) abort.abort();
        },
      },
    );
    await expect(execution).rejects.toMatchObject({ condition: "OPERATION_CANCELED" });
    await expect.poll(async () => (await jobClient(server.url).status(id!)).state, { timeout: 20_000 }).toBe("cancelled");
    await engine.close();
  });

  test("closing the engine cancels what it runs", async () => {
    const engine = await openRemoteEngine({ master: server.url, conf: {} });
    const started = Promise.withResolvers<string>();
    const execution = engine.execute(endless, {}, { onProgress: ({ id }) => started.resolve(id!) });
    execution.catch(() => {});
    const id = await started.promise;
    await engine.close();
    await expect(execution).rejects.toMatchObject({ condition: "OPERATION_CANCELED" });
    await expect.poll(async () => (await jobClient(server.url).status(id)).state, { timeout: 20_000 }).toBe("cancelled");
  });

  test("leaving a loop over rows early asks for no more pages", async () => {
    const asked = new Set<string>();
    const counting = await between(server.url, ({ path }) => {
      if (path.includes("/results/")) asked.add(path);
      return "pass";
    });
    const session = await openSession({ "spark.master": counting });
    const seen: bigint[] = [];
    for await (const { id } of session.range(0, 3_000_000, 1, 1)) {
      seen.push(id);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([0n, 1n, 2n]);
    const [job] = await jobClient(server.url).list(1);
    expect(asked.size).toBeLessThanOrEqual(5);
    expect(job?.result?.pages.length).toBeGreaterThan(5);
  });
});
