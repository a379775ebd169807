/**
 * What the scenarios take AWS to be: its documented limits, measurements that were published, and, named as such, assumptions.
 * Times in ms, sizes in bytes, rates per second unless a name says otherwise.
 */
const MIB = 1024 * 1024;

export const lambda = {
  /** Memory that comes with one vCPU. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
  bytesPerVcpu: 1_769 * MIB,
  /** Execution environments that one function gains every ten seconds. https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
  growth: 1_000,
  growthMs: 10_000,
  /** Invocations at once that a queue's trigger begins with, and adds a second. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  trigger: { start: 5, perSecond: 300 / 60 },
  /** An asynchronous invocation: the answer, and from there to the function. Assumption, near to what is usually seen. */
  invokeMs: 20,
  handOverMs: 30,
  /**
   * Node.js with a bundle and DuckDB's library of 68 MB: assumption, between 0.2 s of Node alone and 1.5 s of large containers. Billed since
   * August 2025. https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
   */
  coldStartMs: { median: 800, sigma: 0.25 },
  /** Of one environment: a budget at a high rate that refills at the low one. https://arxiv.org/abs/2501.07771 */
  network: { burstBytes: 300 * MIB, burstPerMs: (1.2 * 1024 * MIB) / 1_000, sustainedPerMs: (75 * MIB) / 1_000 },
  /** One thread of Node.js receives, decrypts and copies so many bytes a ms: assumption, half of what OpenSSL alone does. */
  threadPerMs: 600_000,
  /** Share of its vCPUs that DuckDB keeps busy. Assumption. */
  parallelEfficiency: 0.8,
} as const;

export const s3 = {
  /** First byte: p50 27 ms, with a long tail. https://arxiv.org/abs/2501.07771; the spread is an assumption. */
  get: { median: 27, sigma: 0.45 },
  /** One connection brings so many bytes a ms: "85 to 90 MB/s" in the guide below, half of that is assumed. */
  streamPerMs: 45_000,
  /** Small PUTs are slower. Same source. */
  put: { median: 40, sigma: 0.45 },
  /** The tail: so many requests take this many times as long, up to seconds. */
  slowShare: 0.005,
  slowFactor: { least: 3, most: 60 },
  /** Requests a second of one prefix before S3 answers 503 and only later adds capacity. https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html */
  getsPerSecond: 5_500,
  putsPerSecond: 3_500,
  /** Keys in a page of a listing. */
  pageKeys: 1_000,
} as const;

export const sqs = {
  /** Send, receive with messages at hand, delete. Assumption, near to what is usually seen. */
  callMs: { median: 10, sigma: 0.4 },
  /** From a send to the moment a receive can give the message. Assumption. */
  deliveryMs: 5,
  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
  batchMessages: 10,
  messageBytes: MIB,
} as const;

/** A coordinator's function: memory, and what happens before its first turn (API, wake queue, its own cold start). Assumption. */
export const coordinator = { memory: 1_769 * MIB, startMs: 1_000 } as const;

/**
 * The published results that the scenario compares with: TPC-H at scale factor 1,000 on functions of 7,076 MB.
 * Skyrise, https://arxiv.org/abs/2501.08479 and https://arxiv.org/abs/2501.07771.
 */
export const skyrise = {
  q06: { seconds: 5.7, cents: 5.0 },
  q12: { seconds: 19.2, cents: 22.6, workers: 284, requests: 30_033 },
} as const;
