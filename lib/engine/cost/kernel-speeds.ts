/**
 * Rows, or bytes where it says so, of one CPU second: DuckDB 1.5.6 with one thread on a Xeon of 2.5 GHz, TPC-H at scale
 * factor 1, November 2026 (`node benchmarks/kernel-speeds.ts`). A vCPU of Lambda is such a thread.
 */
export const kernelSpeeds = {
  /** Bytes of Parquet column chunks as they stand in the file. */
  scanBytes: 400e6,
  /** Filters, projections and all that only passes rows on. */
  pass: 250e6,
  /** Rows into groups. */
  aggregate: 25e6,
  /** Rows of both sides. */
  join: 30e6,
  /** Also windows, and what is found by sorting. */
  sort: 8.5e6,
  /** Batches of a user's function, through JavaScript: 0.6 million rows in and out. */
  userFunction: 0.6e6,
  /** Bytes of rows (row-width.ts) encoded as Parquet into one file, and into a shuffle's partitions. */
  writeBytes: 490e6,
  shuffleBytes: 275e6,
} as const;
