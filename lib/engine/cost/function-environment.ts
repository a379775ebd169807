const MIB = 1024 * 1024;

/** What estimates need to know of the platform. Bytes and seconds. */
export interface FunctionEnvironment {
  /** Memory tiers, ascending; a task takes the first that holds its stage's estimate. */
  readonly memoryTiers: readonly number[];
  readonly scratchBytes: number;
  /** A task has one vCPU for each of these. */
  readonly memoryPerCpu: number;
  /** Tasks at once. */
  readonly fleetLimit: number;
  /** From an invocation to the task's begin, where no warm worker waits. */
  readonly startSeconds: number;
  /** From the end of a stage's last input to its tasks' begin. */
  readonly dispatchSeconds: number;
  /** Until the first byte of an answer of the store comes, and requests under way at once. */
  readonly firstByteSeconds: number;
  readonly parallelRequests: number;
  /** Bytes that a worker receives or sends fast, how fast, and how fast from then on. */
  readonly burstBytes: number;
  readonly burstBytesPerSecond: number;
  readonly bytesPerSecond: number;
  /** Of the coordinator. */
  readonly coordinatorMemory: number;
  /** Its time before the first stage and after the last one. */
  readonly coordinatorSeconds: number;
}

/**
 * AWS Lambda and S3: one vCPU for each 1,769 MB, cold starts of 0.5 to 1 s with DuckDB in a layer; a function receives about
 * 300 MiB at 1.2 GiB/s and then 75 MiB/s, and 16 requests fill that; S3's first byte comes after 27 ms (median).
 */
export const lambdaEnvironment: FunctionEnvironment = {
  memoryTiers: [1769, 3538, 7076, 10_240].map((mebibytes) => mebibytes * MIB),
  scratchBytes: 512 * MIB,
  memoryPerCpu: 1769 * MIB,
  fleetLimit: 1_000,
  startSeconds: 0.75,
  dispatchSeconds: 0.1,
  firstByteSeconds: 0.027,
  parallelRequests: 16,
  burstBytes: 300 * MIB,
  burstBytesPerSecond: 1.2 * 1024 * MIB,
  bytesPerSecond: 75 * MIB,
  coordinatorMemory: 1024 * MIB,
  coordinatorSeconds: 0.5,
};
