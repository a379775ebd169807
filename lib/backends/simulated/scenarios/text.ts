import type { CloudRun } from "./run-in-cloud.ts";

/** Numbers as the scenarios print them. */
export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
export const cents = (dollars: number): string => `${(dollars * 100).toFixed(1)} cents`;
export const count = (n: number): string => Math.round(n).toLocaleString("en-US");
export const megabytes = (bytes: number): string => `${count(bytes / 1e6)} MB`;

/** What a run took of the cloud, for all scenarios alike. */
export const cloudLines = (run: CloudRun): string[] => [
  `workers at once ${count(run.peakWorkers)}, cold starts ${count(run.coldStarts)}`,
  `S3: ${count(run.storeReads)} reads, ${count(run.storeWrites)} writes; longest wait for a prefix's request rate ${seconds(run.throttledMs)}`,
  `SQS: ${count(run.queueRequests)} requests; messages ${count(run.messages)}, largest task ${count(run.largestMessage)} B, largest report ${count(run.largestReport)} B`,
  `read ${megabytes(run.bytesRead)} of tables, ${megabytes(run.bytesShuffled)} of shuffles`,
  `journal ${megabytes(run.journalBytes)}, snapshots ${megabytes(run.snapshotBytes)}, largest object ${megabytes(run.largestPut)}`,
];

export const stageLines = (run: CloudRun): string[] =>
  run.stages.map(({ label, tasks, from, to }) => `${count(tasks).padStart(7)} x ${label}: ${seconds(from)} to ${seconds(to)}`);
