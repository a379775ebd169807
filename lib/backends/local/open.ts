import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Engine, EngineSettings } from "../../dataframe/engine-port.ts";
import { parseBytes } from "../../engine/byte-size.ts";
import { shareOut } from "./resources.ts";
import { WorkerPool } from "./worker-pool.ts";

/** `spark.firecrest.python` is the interpreter; without it functions in Python are refused. */
function pythonOf(conf: EngineSettings["conf"]): { python?: { executable: string; memory?: number } } {
  const executable = conf["spark.firecrest.python"];
  if (!executable) return {};
  const limit = conf["spark.executor.pyspark.memory"];
  const memory = limit === undefined ? undefined : parseBytes(limit);
  return { python: { executable, ...(memory === undefined ? {} : { memory }) } };
}

/** Opens the engine of this machine. The first worker process starts before the engine is even loaded: each takes about a tenth of a second. */
export async function openLocalEngine(settings: EngineSettings): Promise<Engine> {
  const folder = join(settings.conf["spark.local.dir"] ?? tmpdir(), `firecrest-${randomUUID()}`);
  const resources = shareOut(settings.conf, settings.threads);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const python = pythonOf(settings.conf);
  const pool = new WorkerPool({ ...resources, folder, ...python });
  const { LocalEngine } = await import("./local-engine.ts");
  const warehouse = resolve(settings.conf["spark.sql.warehouse.dir"]?.replace(/^file:(?:\/\/)?(?=\/)/, "") ?? "spark-warehouse");
  return new LocalEngine({ resources, folder, pool, warehouse, ...python });
}
