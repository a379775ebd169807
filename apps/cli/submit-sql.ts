import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { openJobClient } from "../../lib/backends/remote/open.ts";
import { jobLimits, sentConf } from "../../lib/backends/remote/remote-settings.ts";
import type { StructType } from "../../lib/engine/types/data-type.ts";
import { hiveTextOptions } from "../../lib/engine/types/hive-text.ts";
import { typeFromJson } from "../../lib/engine/types/json.ts";
import { type SubmitOptions, submitConf } from "./service-options.ts";
import { piecesOf } from "./sql/write-result.ts";
import { watchJob } from "./watch-job.ts";

/** Has a service plan and run statements; follows them to the end and prints the rows, unless `--detach`. Sets the exit code. */
export async function submitSql(text: string, options: SubmitOptions): Promise<void> {
  const conf = submitConf(options);
  const { jobs, disconnect } = openJobClient(options.to, conf);
  try {
    const sent = { conf: sentConf(conf), limits: jobLimits(conf), idempotencyKey: randomUUID() };
    const named = options.name === undefined ? sent : { ...sent, name: options.name };
    const submitted = await jobs.submitSql({ text, ...(options.args === undefined ? {} : { args: options.args }) }, named);
    if (options.detach) {
      process.stdout.write(`${submitted.job}\n`);
      return;
    }
    process.exitCode = await watchJob(submitted, jobs, options);
    const status = await jobs.status(submitted.job);
    if (process.exitCode !== 0 || !status.result) return;
    const schema = typeFromJson(status.result.schema) as StructType;
    const chunks = jobs.rows(status, new AbortController().signal);
    for await (const piece of piecesOf("table", { schema, chunks, shape: "rows" }, { text: hiveTextOptions(conf) }))
      if (!process.stdout.write(piece)) await once(process.stdout, "drain");
  } finally {
    disconnect();
  }
}
