/** What work on functions is billed by. Additive. */
export interface Usage {
  /** Memory held for a time; a GB here is 2^30 bytes, as Lambda counts. */
  readonly gbSeconds: number;
  /** The same of the functions' disk, as far as it is over what comes with a function (512 MB). */
  readonly scratchGbSeconds: number;
  /** Starts of a function. */
  readonly invocations: number;
  /** GET and HEAD; deletions and aborted uploads cost nothing and are not counted. */
  readonly storeReads: number;
  /** PUT, COPY, POST and LIST: each part of an upload, its beginning and its completion are one each. */
  readonly storeWrites: number;
  /** Each 64 KiB of a message sent or received is one (`queueRequestsOf`), a deletion or a longer visibility one too; of a FIFO queue 1.25. */
  readonly queueRequests: number;
}

export const noUsage: Usage = { gbSeconds: 0, scratchGbSeconds: 0, invocations: 0, storeReads: 0, storeWrites: 0, queueRequests: 0 };

export const addUsage = (a: Usage, b: Usage): Usage => ({
  gbSeconds: a.gbSeconds + b.gbSeconds,
  scratchGbSeconds: a.scratchGbSeconds + b.scratchGbSeconds,
  invocations: a.invocations + b.invocations,
  storeReads: a.storeReads + b.storeReads,
  storeWrites: a.storeWrites + b.storeWrites,
  queueRequests: a.queueRequests + b.queueRequests,
});

export const scaleUsage = (usage: Usage, times: number): Usage => ({
  gbSeconds: usage.gbSeconds * times,
  scratchGbSeconds: usage.scratchGbSeconds * times,
  invocations: usage.invocations * times,
  storeReads: usage.storeReads * times,
  storeWrites: usage.storeWrites * times,
  queueRequests: usage.queueRequests * times,
});

/** What was used between two readings of a counter. */
export const usageSince = (before: Usage, now: Usage): Usage => addUsage(now, scaleUsage(before, -1));

const GB = 1024 ** 3;
/** Disk that a function has without being billed: Lambda's 512 MB. */
const FREE_SCRATCH_BYTES = 512 * 1024 * 1024;

/** A function of so much memory and disk, for so long. */
export function runtimeUsage(memoryBytes: number, scratchBytes: number, ms: number): Usage {
  const scratch = Math.max(0, scratchBytes - FREE_SCRATCH_BYTES);
  return { ...noUsage, gbSeconds: (memoryBytes / GB) * (ms / 1_000), scratchGbSeconds: (scratch / GB) * (ms / 1_000) };
}

/** A queue bills a message by pieces of this size. */
const QUEUE_REQUEST_BYTES = 64 * 1024;

/** What sending, or receiving, a message of so many bytes is billed as. */
export const queueRequestsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / QUEUE_REQUEST_BYTES));
