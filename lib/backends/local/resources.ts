import { availableParallelism, totalmem } from "node:os";
import { parseBytes } from "../../engine/byte-size.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { Conf } from "../../engine/settings.ts";

/** How a machine is shared out among workers. */
export interface Resources {
  readonly workers: number;
  readonly threadsPerWorker: number;
  /** Bytes of DuckDB's memory limit in each worker. */
  readonly memoryPerWorker: number;
  /** Bytes of JavaScript heap in each worker. */
  readonly heapPerWorker: number;
}

const MEBIBYTE = 1024 ** 2;
/** What a worker process takes besides DuckDB's own memory: Node, code, buffers in flight, and DuckDB's allocations outside its limit. */
const PROCESS_BYTES = 256 * MEBIBYTE;
/** The driver process. */
const DRIVER_BYTES = 256 * MEBIBYTE;
/** Below this DuckDB cannot even read a row group. */
const LEAST_KERNEL_BYTES = 128 * MEBIBYTE;
/** DuckDB counts most, not all, of what it allocates: the rest of a worker's share is headroom. */
const KERNEL_SHARE = 0.8;
/** Of the machine's memory, where no budget is given. */
const DEFAULT_SHARE = 0.7;

const MOST_WORKERS = 256;

/**
 * One worker with all threads unless told otherwise: DuckDB is parallel inside. The whole budget (driver and workers together) is
 * `spark.firecrest.memory`; workers `spark.executor.instances`; threads a worker `spark.executor.cores`.
 */
export function shareOut(conf: Conf, threads = availableParallelism(), machineBytes = totalmem()): Resources {
  const workers = count(conf, "spark.executor.instances", 1);
  const threadsPerWorker = count(conf, "spark.executor.cores", Math.max(1, Math.floor(threads / workers)));
  const budget = memoryBudget(conf) ?? Math.floor(machineBytes * DEFAULT_SHARE);
  const perWorker = (budget - DRIVER_BYTES) / workers - PROCESS_BYTES;
  const memoryPerWorker = Math.floor(perWorker * KERNEL_SHARE);
  if (memoryPerWorker < LEAST_KERNEL_BYTES) {
    const least = Math.ceil((DRIVER_BYTES + workers * (PROCESS_BYTES + LEAST_KERNEL_BYTES / KERNEL_SHARE)) / MEBIBYTE);
    throw new AnalysisError("INVALID_CONF_VALUE.REQUIREMENT", {
      confName: "spark.firecrest.memory",
      confValue: `${Math.floor(budget / MEBIBYTE)}m`,
      confRequirement: `It has to be at least ${least}m for ${workers} worker${workers > 1 ? "s" : ""}: give more memory or fewer workers.`,
    });
  }
  return { workers, threadsPerWorker, memoryPerWorker, heapPerWorker: Math.max(PROCESS_BYTES, Math.floor(perWorker * 0.25)) };
}

function count(conf: Conf, key: string, otherwise: number): number {
  const text = conf[key];
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MOST_WORKERS) return value;
  throw new AnalysisError("INVALID_CONF_VALUE.REQUIREMENT", {
    confName: key,
    confValue: text,
    confRequirement: `It has to be a whole number from 1 to ${MOST_WORKERS}.`,
  });
}

function memoryBudget(conf: Conf): number | undefined {
  const text = conf["spark.firecrest.memory"];
  if (text === undefined) return undefined;
  const bytes = parseBytes(text);
  if (bytes !== undefined && bytes > 0) return bytes;
  throw new AnalysisError("INVALID_CONF_VALUE.REQUIREMENT", {
    confName: "spark.firecrest.memory",
    confValue: text,
    confRequirement: "It has to be a size: 4g, 512m.",
  });
}
