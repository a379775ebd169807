import type { SQSClient } from "@aws-sdk/client-sqs";
import { noUsage, queueRequestsOf, runtimeUsage, type Usage } from "../../engine/cost/usage.ts";
import type { S3Store } from "./s3-store.ts";

/** Counts what queues bill a client for: each request that was sent, retries too, by the larger of what went out and came back. */
export class QueueMeter {
  requests = 0;

  watch(client: SQSClient): void {
    client.middlewareStack.add(
      (next) => async (args) => {
        const sent = bytesOf((args.request as Message).body);
        try {
          const answer = await next(args);
          this.requests += queueRequestsOf(Math.max(sent, Number((answer.response as Message).headers?.["content-length"] ?? 0)));
          return answer;
        } catch (thrown) {
          this.requests += queueRequestsOf(sent);
          throw thrown;
        }
      },
      // Behind the SDK's retries, so that each try passes.
      { step: "finalizeRequest", name: "firecrestQueueMeter", priority: "low" },
    );
  }
}

/** What the meter reads of an HTTP request or response. */
interface Message {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const bytesOf = (body: unknown): number =>
  typeof body === "string" ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.byteLength : 0;

export interface CoordinatorMeters {
  readonly store: Pick<S3Store, "counts">;
  readonly queues: Pick<QueueMeter, "requests">;
  /** Milliseconds. */
  readonly now: () => number;
  readonly memoryBytes: number;
}

/** What a coordinator's function uses from now on, for JobRequest.usage. A function runs one at a time. */
export function coordinatorUsage({ store, queues, now, memoryBytes }: CoordinatorMeters): () => Usage {
  const [begunAt, stored, queued] = [now(), store.counts(), queues.requests];
  return () => {
    const { reads, writes } = store.counts();
    return {
      ...noUsage,
      // Functions of a coordinator have the disk that costs nothing.
      ...runtimeUsage(memoryBytes, 0, now() - begunAt),
      invocations: 1,
      storeReads: reads - stored.reads,
      storeWrites: writes - stored.writes,
      queueRequests: queues.requests - queued,
    };
  };
}
