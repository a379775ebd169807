import { spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { tpchFolder } from "../../benchmarks/install.ts";
import { type TpchQuery, type TpchTable, tpchQueries } from "../../benchmarks/tpch.ts";
import type { Row, SparkSession } from "../../lib/firecrest.ts";

const tables: readonly TpchTable[] = ["customer", "lineitem", "orders"];

/** The smallest scale factor that makes several tasks of a scan: lineitem has 60,000 rows. */
export const SCALE = 0.01;

/** Why TPC-H's data cannot be made here; undefined where it can. */
export const tpchUnavailable = (): string | undefined =>
  spawnSync("python3", ["-m", "venv", "--help"], { stdio: "ignore" }).status === 0 ? undefined : "TPC-H data needs python3 with venv";

export const tpchPath = (): string => tpchFolder(SCALE);

/** The rows of a query over the tables below a folder, as text that compares. */
export async function answerOf(query: TpchQuery, spark: SparkSession, folder: string): Promise<readonly string[]> {
  const rows = await tpchQueries[query]((table) => spark.read.parquet(`${folder}/${table}.parquet`)).collect();
  return rows.map(rowText);
}

const rowText = (row: Row): string => JSON.stringify(Object.entries(row).map(([name, value]) => [name, String(value)]));

/** Files that each table is made of, so that its scans have several tasks: a row group is read by one. */
const FILES: Readonly<Record<TpchTable, number>> = { customer: 2, lineitem: 4, orders: 3 };

/** Puts the tables into a bucket, each as a folder of several files. */
export async function uploadTables(spark: SparkSession, folder: string, endpoint: string, bucket: string, prefix: string): Promise<void> {
  for (const table of tables) {
    const name = `${table}.parquet`;
    await spark.read.parquet(join(tpchPath(), name)).repartition(FILES[table]).write.parquet(join(folder, name));
    await upload(join(folder, name), endpoint, bucket, `${prefix}/${name}`);
  }
}

/** Copies the files of a folder into a bucket, below a prefix. */
export async function upload(folder: string, endpoint: string, bucket: string, prefix: string, names?: readonly string[]): Promise<void> {
  const s3 = new S3Client({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  });
  for (const name of names ?? (await readdir(folder)))
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${name}`, Body: await readFile(join(folder, name)) }));
  s3.destroy();
}
