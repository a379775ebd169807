import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { col, functions as F, type FirecrestError, type SparkSession } from "../../lib/firecrest.ts";
import { openSession, temporaryFolder } from "../support/sessions.ts";

let spark: SparkSession;
let folder: string;

beforeAll(async () => {
  [spark, folder] = await Promise.all([openSession({ "spark.executor.instances": "2", "spark.executor.cores": "1" }), temporaryFolder()]);
}, 60_000);

const failureOf = async (work: Promise<unknown>): Promise<FirecrestError> => {
  try {
    await work;
  } catch (error) {
    return error as FirecrestError;
  }
  throw new Error("it did not fail");
};

describe("a worker process that dies", () => {
  it("costs an attempt, not the job", async () => {
    const dieOnce = F.udf(
      (id: bigint) => {
        const fs = process.getBuiltinModule("node:fs");
        if (!fs.existsSync(marker)) {
          fs.writeFileSync(marker, "");
          process.kill(process.pid, "SIGKILL");
        }
        return id;
      },
      "bigint",
      { using: { marker: `${folder}/died` } },
    );
    const rows = await spark.range(0, 1000, 1, 4).select(dieOnce("id").alias("id")).agg(F.sum("id").alias("sum")).collect();
    expect(rows).toEqual([{ sum: 499_500n }]);
    expect(await readdir(folder)).toContain("died");
  });

  it("fails the job with its reason when every attempt dies", async () => {
    const die = F.udf(() => process.exit(7), "int");
    const error = await failureOf(spark.range(3).select(die("id")).collect());
    expect(error.condition).toBe("WORKER_LOST");
    expect(error.message).toContain("exit code 7");
    expect(await spark.range(3).count()).toBe(3);
  });
});

declare const marker: string;

describe("the user's functions", () => {
  it("fail the job at once with their own message", async () => {
    const picky = F.udf(
      (id: bigint) => {
        if (id === 7n) throw new RangeError("seven is not for us");
        return id;
      },
      "bigint",
      { name: "picky" },
    );
    const error = await failureOf(spark.range(10).select(picky("id")).collect());
    expect(error.condition).toBe("FAILED_EXECUTE_UDF");
    expect(error.message).toContain("`picky`");
    expect(error.message).toContain("RangeError: seven is not for us");
  });

  it("say what they lack when they use a variable that was not given", async () => {
    const elsewhere = 5;
    const error = await failureOf(
      spark
        .range(2)
        .select(F.udf((id: bigint) => id + BigInt(elsewhere), "bigint")("id"))
        .collect(),
    );
    expect(error.message).toContain("elsewhere is not defined");
  });

  it("that never end are stopped by cancelling the job", async () => {
    const forever = F.udf(() => {
      for (;;);
    }, "int");
    const controller = new AbortController();
    const work = spark.engine.execute(spark.range(1).select(forever("id")).plan, spark.conf.getAll(), { signal: controller.signal });
    const consumed = work.then(async (execution) => {
      for await (const _ of execution.chunks);
    });
    setTimeout(() => controller.abort(), 300);
    expect((await failureOf(consumed)).condition).toBe("OPERATION_CANCELED");
    expect(await spark.range(3).count()).toBe(3);
  });
});

describe("bad input", () => {
  it("names a missing path", async () => {
    const error = await failureOf(spark.read.parquet(`${folder}/nowhere`).count());
    expect(error.condition).toBe("PATH_NOT_FOUND");
    expect(error.message).toContain(`${folder}/nowhere`);
  });

  it("names a truncated Parquet file", async () => {
    const path = `${folder}/truncated`;
    await spark.range(0, 10_000, 1, 1).write.parquet(path);
    const [file] = (await readdir(path)).filter((name) => name.endsWith(".parquet"));
    await truncate(`${path}/${file}`, 1_000);
    const error = await failureOf(spark.read.parquet(path).agg(F.sum("id")).collect());
    expect(error.message).toContain(file);
    expect(error.condition).not.toBe("INTERNAL_ERROR");
  });

  it("never gives rows of a Parquet file whose bytes have changed without saying so", async () => {
    const path = `${folder}/flipped`;
    await spark.range(0, 50_000, 1, 1).select(col("id"), col("id").cast("string").alias("text")).write.parquet(path);
    const [file] = (await readdir(path)).filter((name) => name.endsWith(".parquet"));
    const bytes = await readFile(`${path}/${file}`);
    for (let at = 4; at < 60; at++) bytes[at]! ^= 0xff;
    await writeFile(`${path}/${file}`, bytes);
    const error = await failureOf(spark.read.parquet(path).agg(F.sum("id"), F.max("text")).collect());
    expect(error.message).toContain(file);
    expect(error.condition).not.toBe("INTERNAL_ERROR");
  });

  it("names an unknown column, the nearest ones, and the line that asked for it", async () => {
    const error = await failureOf(spark.range(3).select(col("idd")).collect());
    expect(error.condition).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
    expect(error.message).toContain("`id`");
    expect(error.origin).toMatch(/failures\.test\.ts:\d+:\d+$/);
  });

  it("refuses a filter that is not a condition", async () => {
    const error = await failureOf(spark.range(3).filter(col("id").plus(1)).collect());
    expect(error.condition).toBe("DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN");
  });

  it("raises Spark's condition for a row that divides by zero, overflows or does not parse", async () => {
    const id = col("id");
    expect((await failureOf(spark.range(3).select(F.lit(1).divide(id)).collect())).condition).toBe("DIVIDE_BY_ZERO");
    expect((await failureOf(spark.range(3).select(id.plus(9223372036854775807n)).collect())).condition).toBe("ARITHMETIC_OVERFLOW");
    const parsed = await failureOf(
      spark
        .createDataFrame([{ text: "twelve" }], "text string")
        .select(col("text").cast("int"))
        .collect(),
    );
    expect(parsed.condition).toBe("CAST_INVALID_INPUT");
    expect(parsed.message).toContain("twelve");
  });
});

describe("a failed write", () => {
  it("leaves nothing behind, and what was there before stays", async () => {
    const path = `${folder}/kept`;
    await spark.range(5).write.parquet(path);
    const before = (await readdir(path)).sort();
    const broken = spark.range(0, 100, 1, 4).select(F.lit(1).divide(col("id").minus(70)));
    expect((await failureOf(broken.write.mode("overwrite").parquet(path))).condition).toBe("DIVIDE_BY_ZERO");
    expect((await readdir(path)).sort()).toEqual(before);
    expect(await spark.read.parquet(path).count()).toBe(5);
  });

  it("is refused where the folder has rows already", async () => {
    const path = `${folder}/twice`;
    await spark.range(5).write.parquet(path);
    expect((await failureOf(spark.range(1).write.parquet(path))).condition).toBe("PATH_ALREADY_EXISTS");
    await spark.range(1).write.mode("ignore").parquet(path);
    await spark.range(2).write.mode("append").parquet(path);
    expect(await spark.read.parquet(path).count()).toBe(7);
    await spark.range(1).write.mode("overwrite").parquet(path);
    expect(await spark.read.parquet(path).count()).toBe(1);
  });
});

describe("a memory budget", () => {
  it("is kept by spilling: more rows are sorted and grouped than it can hold", async () => {
    const small = await openSession({ "spark.firecrest.memory": "800m", "spark.executor.cores": "1" });
    const rows = small
      .range(0, 6_000_000, 1, 1)
      .select(col("id"), col("id").multiply(7919).mod(6000011).alias("h"), F.lit("a text of some length that takes room").alias("t"));
    const [groups] = await rows
      .groupBy("h", "t")
      .agg(F.count("*").alias("n"))
      .agg(F.count("*").alias("groups"), F.sum("n").alias("rows"))
      .collect();
    expect(groups!.rows).toBe(6_000_000n);
  }, 60_000);

  it("that is too small for a worker is refused with the least that does", async () => {
    const error = await failureOf(openSession({ "spark.firecrest.memory": "100m" }));
    expect(error.condition).toBe("INVALID_CONF_VALUE.REQUIREMENT");
    expect(error.message).toMatch(/at least \d+m for 1 worker/);
  });
});

describe("functions over batches", () => {
  it("may stop before their input ends, and what follows still runs", async () => {
    const first = spark.range(0, 200_000, 1, 1).mapPartitions(async function* (batches: AsyncIterable<unknown>) {
      for await (const batch of batches) {
        yield batch;
        return;
      }
    }, "id bigint");
    const plusOne = F.udf((id: bigint) => id + 1n, "bigint");
    const [row] = await first.select(plusOne("id").alias("id")).agg(F.min("id").alias("least"), F.count("*").alias("rows")).collect();
    expect(row!.least).toBe(1n);
    expect(row!.rows).toBeLessThan(200_000n);
    expect(await spark.range(3).select(plusOne("id").alias("id")).collect()).toEqual([{ id: 1n }, { id: 2n }, { id: 3n }]);
  });
});
