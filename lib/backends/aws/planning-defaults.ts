import type { Environment } from "../../engine/engine.ts";

const MIB = 1024 ** 2;
/**
 * Bytes of a split. A function reads its first 300 MiB at 1.2 GiB/s and what follows at 75 MiB/s, so a task should not read more; and below
 * some 64 MiB the start of a function takes longer than the reading. Source: https://arxiv.org/abs/2501.07771
 */
const MOST_SPLIT_BYTES = 256 * MIB;
const LEAST_SPLIT_BYTES = 64 * MIB;
/** In between, so many tasks for a scan: of more, each costs its start and a request of every reader of its output. */
const SCAN_TASKS = 500;
/** The estimated rows of a shuffle's partition take at most this share of a task's memory: a join holds one side, and a hash table over it. */
const MEMORY_SHARE = 6;
const MOST_PARTITIONS = 1_000;
/** Partitions of a range of numbers. */
const RANGE_PARTITIONS = 8;
/** Of them for one partition: a task makes so many in less time than another takes to start. */
const RANGE_ROWS = 1_000_000;
/**
 * Blocks beyond which a combining stage is faster and cheaper. S3 answers 5,500 reads a second of one prefix, so readers of many
 * blocks, who are paid for waiting, wait for that more than for anything else.
 */
const COMBINE_ABOVE = 20_000;

/**
 * How jobs are cut into tasks on AWS, for task functions of so much memory (bytes). Found with `npm run simulate -- --scenario
 * tpch-sf1000` and `--scenario combining`: docs/scale.md.
 */
export const planningDefaults = (taskMemory: number, fleetLimit: number): Environment["defaults"] => ({
  shufflePartitions: Math.min(fleetLimit, MOST_PARTITIONS),
  partitionBytes: Math.floor(taskMemory / MEMORY_SHARE),
  combineAbove: COMBINE_ABOVE,
  parallelism: Math.min(fleetLimit, RANGE_PARTITIONS),
  rangeRows: RANGE_ROWS,
  splitBytes: (scanBytes) =>
    Math.min(MOST_SPLIT_BYTES, Math.max(LEAST_SPLIT_BYTES, Math.ceil(scanBytes / Math.min(fleetLimit, SCAN_TASKS)))),
});

/** Attempts in flight before the first has started: Lambda starts a thousand at once, and the ramp (ramp.ts) knows when it does not. */
export const firstWindow = (fleetLimit: number): number => Math.min(fleetLimit, 1_000);
