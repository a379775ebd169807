/** How a function's memory is shared out. */
export interface TaskResources {
  readonly threads: number;
  /** Bytes of DuckDB's memory limit. */
  readonly kernelMemory: number;
  /** Bytes of JavaScript heap in the worker process. */
  readonly heap: number;
  /** Bytes that the object store may have in flight. */
  readonly inFlight: number;
  /** Bytes of broadcasts that stay in memory between attempts. */
  readonly broadcasts: number;
}

const MEBIBYTE = 1024 ** 2;
/** A function gets one processor for so much memory. Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MIB_A_PROCESSOR = 1_769;
/** The process that Lambda talks to: Node and the SDK's clients of SQS and S3. */
const HANDLER_BYTES = 128 * MEBIBYTE;
/** The worker process besides DuckDB and what is counted below: Node, code, Arrow batches. */
const WORKER_BYTES = 192 * MEBIBYTE;
/** DuckDB counts most, not all, of what it allocates: the rest is headroom. */
const KERNEL_SHARE = 0.8;
/** Below this DuckDB cannot even read a row group; smaller functions run out of memory and retry in larger ones. */
const LEAST_KERNEL_BYTES = 64 * MEBIBYTE;
const LEAST_HEAP_BYTES = 128 * MEBIBYTE;

/** The heap is a bound, not a share: what it does not take is DuckDB's headroom. */
export function taskResources(memoryMiB: number): TaskResources {
  const memory = memoryMiB * MEBIBYTE;
  const inFlight = Math.floor(memory / 16);
  const broadcasts = Math.floor(memory / 32);
  const left = memory - HANDLER_BYTES - WORKER_BYTES - inFlight - broadcasts;
  return {
    threads: Math.max(1, Math.round(memoryMiB / MIB_A_PROCESSOR)),
    kernelMemory: Math.max(LEAST_KERNEL_BYTES, Math.floor(left * KERNEL_SHARE)),
    heap: Math.max(LEAST_HEAP_BYTES, Math.floor(memory / 4)),
    inFlight,
    broadcasts,
  };
}
