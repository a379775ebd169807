import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { openS3Client } from "../../lib/backends/aws/s3-client.ts";
import { S3Store, type S3StoreOptions } from "../../lib/backends/aws/s3-store.ts";
import type { Clock, Random } from "../../lib/engine/ports/fabric.ts";

export const realClock: Clock = { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}) };
const random: Random = { next: Math.random };

/** A store on an endpoint of S3's, without hedges unless asked for: they would make the counts a matter of the machine's load. */
export function openTestStore(
  endpoint: string,
  options: Partial<S3StoreOptions> & { readonly silenceMs?: number } = {},
): { readonly client: S3Client; readonly store: S3Store } {
  const { silenceMs = 20_000, ...rest } = options;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = openS3Client({ endpoint, region: "us-east-1", credentials, silenceMs });
  return { client, store: new S3Store({ client, clock: realClock, random, hedging: false, ...rest }) };
}

export async function createBucket(client: S3Client, bucket: string): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
}
