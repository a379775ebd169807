import { afterEach, describe, expect, test, vi } from "vitest";
import { RuntimeConfig } from "../../lib/dataframe/runtime-config.ts";
import { engineSettings, provideEngine, SessionBuilder } from "../../lib/dataframe/session-builder.ts";
import * as t from "../../lib/engine/types/data-type.ts";
import { bare, RecordingEngine, sessionOn } from "./support/recording-engine.ts";

afterEach(() => vi.restoreAllMocks());

describe("the builder", () => {
  test("gives the running session again with new settings, and a new one after stop", async () => {
    const engines: RecordingEngine[] = [];
    provideEngine(async () => {
      engines.push(new RecordingEngine());
      return engines.at(-1)!;
    });
    const first = await new SessionBuilder().appName("one").getOrCreate();
    const again = await new SessionBuilder().config("spark.sql.ansi.enabled", false).getOrCreate();
    expect(again).toBe(first);
    expect(first.conf.get("spark.sql.ansi.enabled")).toBe("false");
    expect(first.conf.get("spark.app.name")).toBe("one");
    await first.stop();
    expect(engines[0]!.closed).toBe(1);
    const next = await new SessionBuilder().getOrCreate();
    expect(next).not.toBe(first);
    await next.stop();
  });
  test("can be asked again after an engine failed to open", async () => {
    provideEngine(() => Promise.reject(new Error("no disk")));
    await expect(new SessionBuilder().getOrCreate()).rejects.toThrow("no disk");
    provideEngine(async () => new RecordingEngine());
    await (await new SessionBuilder().getOrCreate()).stop();
  });
  test("reads threads from the master", () => {
    expect(engineSettings({ "spark.master": "local[4]" })).toMatchObject({ threads: 4 });
    expect(engineSettings({ "spark.master": "local" })).toMatchObject({ threads: 1 });
    expect(engineSettings({ "spark.master": "local[*]" })).not.toHaveProperty("threads");
    expect(() => engineSettings({ "spark.master": "local[0]" })).toThrow(RangeError);
  });
});

describe("settings", () => {
  test("have Spark's defaults, keep keys that nobody knows, and go back to the default", () => {
    const conf = new RuntimeConfig();
    expect(conf.get("spark.sql.shuffle.partitions")).toBe("200");
    conf.set("spark.sql.shuffle.partitions", 8);
    conf.set("spark.something.new", "x");
    expect([conf.get("spark.sql.shuffle.partitions"), conf.get("spark.something.new")]).toEqual(["8", "x"]);
    conf.unset("spark.sql.shuffle.partitions");
    expect(conf.get("spark.sql.shuffle.partitions")).toBe("200");
  });
  test("that are missing or fixed raise Spark's conditions", () => {
    const conf = new RuntimeConfig();
    expect(() => conf.get("no.such.key")).toThrow(/\[SQL_CONF_NOT_FOUND\] The SQL config "no.such.key" cannot be found/);
    expect(conf.get("no.such.key", "d")).toBe("d");
    expect(() => conf.set("spark.master", "local")).toThrow(/\[CANNOT_MODIFY_STATIC_CONFIG\]/);
  });
  test("that the backend decides are told to an engine only where somebody set them", () => {
    const conf = new RuntimeConfig();
    expect(conf.forEngine()).not.toHaveProperty("spark.sql.shuffle.partitions");
    conf.set("spark.sql.shuffle.partitions", 3);
    expect(conf.forEngine()).toHaveProperty("spark.sql.shuffle.partitions", "3");
  });
  test("of a new session are a copy", () => {
    const spark = sessionOn(new RecordingEngine());
    const other = spark.newSession();
    other.conf.set("spark.sql.ansi.enabled", false);
    expect(spark.conf.get("spark.sql.ansi.enabled")).toBe("true");
  });
  test("travel with every job", async () => {
    const engine = new RecordingEngine();
    const spark = sessionOn(engine);
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo");
    await spark.range(1).collect();
    expect(engine.confs[0]).toMatchObject({ "spark.sql.session.timeZone": "Asia/Tokyo", "spark.sql.ansi.enabled": "true" });
  });
});

test("range is a leaf with longs", () => {
  const spark = sessionOn(new RecordingEngine());
  expect(bare(spark.range(3).plan)).toEqual({ kind: "range", start: 0n, end: 3n, step: 1n });
  expect(bare(spark.range(1, 9n, 2, 4).plan)).toEqual({ kind: "range", start: 1n, end: 9n, step: 2n, partitions: 4 });
  expect(() => spark.range(1, 2, 0)).toThrow(RangeError);
});

describe("actions", () => {
  const schema = t.structType([t.structField("id", t.longType), t.structField("name", t.stringType)]);
  const rows = [
    { id: 1n, name: "a" },
    { id: 2n, name: null },
  ];
  const open = () => {
    const engine = new RecordingEngine(schema, rows);
    return { engine, df: sessionOn(engine).read.parquet("/data") };
  };

  test("rows are plain objects", async () => {
    const { df } = open();
    expect(await df.collect()).toEqual(rows);
    const seen = [];
    for await (const row of df) seen.push(row);
    expect(seen).toEqual(rows);
  });
  test("take and tail ask for no more rows than needed", async () => {
    const { engine, df } = open();
    await df.take(5);
    await df.tail(2);
    await df.isEmpty();
    expect(engine.plans).toMatchObject([
      { kind: "limit", count: 5 },
      { kind: "tail", count: 2 },
      { kind: "limit", count: 1 },
    ]);
  });
  test("the schema is told as names, as types and as a tree", async () => {
    const print = vi.spyOn(console, "log").mockImplementation(() => {});
    const { df } = open();
    expect(await df.columns()).toEqual(["id", "name"]);
    expect(await df.dtypes()).toEqual([
      ["id", "bigint"],
      ["name", "string"],
    ]);
    await df.printSchema();
    expect(print.mock.calls[0]![0]).toBe("root\n |-- id: long (nullable = true)\n |-- name: string (nullable = true)\n");
  });
  test("show prints a table and says where rows were left out", async () => {
    const print = vi.spyOn(console, "log").mockImplementation(() => {});
    await open().df.show(1);
    expect(print.mock.calls[0]![0]).toBe("+---+----+\n| id|name|\n+---+----+\n|  1|   a|\n+---+----+\nonly showing top 1 row");
  });
  test("an Arrow table holds the same rows", async () => {
    const table = await open().df.toArrow();
    expect(table.numRows).toBe(2);
    expect(table.schema.fields.map((field) => field.name)).toEqual(["id", "name"]);
  });
  test("a write carries its mode, format, partitions and options", async () => {
    const { engine, df } = open();
    await df.write.mode("overwrite").option("Compression", "zstd").partitionBy("name").parquet("/out");
    expect(engine.plans[0]).toMatchObject({
      kind: "write",
      format: "parquet",
      path: "/out",
      mode: "overwrite",
      partitionBy: ["name"],
      options: { compression: "zstd" },
    });
    expect(() => df.write.mode("sometimes" as never)).toThrow(/\[INVALID_SAVE_MODE\]/);
  });
});
