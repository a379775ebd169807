import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { SparkSession } from "../../lib/firecrest.ts";

/** Settings that turn the smallest job into many tasks on several worker processes, with every exchange there is. */
export const forcedExchanges = {
  "spark.executor.instances": "2",
  "spark.executor.cores": "1",
  "spark.sql.shuffle.partitions": "3",
  "spark.default.parallelism": "3",
  "spark.sql.files.maxPartitionBytes": "16k",
  "spark.sql.autoBroadcastJoinThreshold": "-1",
};

/** A session with an engine of its own, stopped when the test file ends. */
export async function openSession(conf: Readonly<Record<string, string>> = {}): Promise<SparkSession> {
  const spark = await SparkSession.builder
    .config({ "spark.sql.session.timeZone": "UTC", "spark.firecrest.memory": "2g", ...conf })
    .create();
  afterAll(() => spark.stop());
  return spark;
}

/** A folder of the test file's own, removed when it ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "firecrest-test-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
