import { once } from "node:events";
import { SparkSession } from "../../../lib/firecrest.ts";
import { type SqlOptions, sqlConf } from "../sql-command.ts";
import { serveProtocol } from "./protocol.ts";

/** Runs `firecrest sql`. Sets the exit code. */
export async function runSql(_text: string | undefined, options: SqlOptions): Promise<void> {
  const spark = await SparkSession.builder.config(sqlConf(options)).create();
  try {
    await serveProtocol(spark, process.stdin, writeLine);
  } finally {
    await spark.stop();
  }
}

async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
}
