/** US dollars for one of each thing that Usage counts. */
export interface Prices {
  readonly gbSecond: number;
  readonly scratchGbSecond: number;
  readonly invocation: number;
  readonly storeRead: number;
  readonly storeWrite: number;
  readonly queueRequest: number;
}

export type Architecture = "arm64" | "x64";

const MILLION = 1_000_000;

/**
 * AWS's public list prices in us-east-1, first tier, without free tiers, savings plans and taxes.
 * Sources: https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/s3/pricing/ (S3 Standard),
 * https://aws.amazon.com/sqs/pricing/ (standard queues $0.40 a million; FIFO $0.50, counted as 1.25 requests).
 *
 * Not counted: data transfer (none between Lambda and S3 of one region), CloudWatch's logs and metrics, what objects cost while
 * they stay, and KMS.
 */
export const awsPrices: Readonly<Record<Architecture, Prices>> = {
  arm64: {
    gbSecond: 0.0000133334,
    scratchGbSecond: 0.0000000309,
    invocation: 0.2 / MILLION,
    storeRead: 0.4 / MILLION,
    storeWrite: 5 / MILLION,
    queueRequest: 0.4 / MILLION,
  },
  x64: {
    gbSecond: 0.0000166667,
    scratchGbSecond: 0.0000000309,
    invocation: 0.2 / MILLION,
    storeRead: 0.4 / MILLION,
    storeWrite: 5 / MILLION,
    queueRequest: 0.4 / MILLION,
  },
};

/** One's own machine. */
export const noPrices: Prices = { gbSecond: 0, scratchGbSecond: 0, invocation: 0, storeRead: 0, storeWrite: 0, queueRequest: 0 };
