import { DeleteObjectsCommand, GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { JobStatus } from "../../lib/service/records.ts";

/** What tests look for in a bucket, past Firecrest's own store. The emulator's address is in the environment. */
const s3 = () => new S3Client({ forcePathStyle: true });

export async function keysBelow(bucket: string, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for (let token: string | undefined; ; ) {
    const page = await s3().send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }));
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ""));
    if (!page.IsTruncated) return keys;
    token = page.NextContinuationToken;
  }
}

/** Keys of uploads that nobody has completed or aborted. */
export async function openUploads(bucket: string): Promise<readonly string[]> {
  const { Uploads = [] } = await s3().send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return Uploads.map(({ Key }) => Key ?? "");
}

/** Jobs of a deployment that have no end yet. */
export async function openJobs(bucket: string): Promise<readonly string[]> {
  const keys = await keysBelow(bucket, "jobs/");
  const having = (name: string) => new Set(keys.filter((key) => key.endsWith(`/${name}`)).map((key) => key.split("/")[1]!));
  const ended = having("outcome.json");
  return [...having("submission.json")].filter((job) => !ended.has(job));
}

/** The status of the job that was submitted last. */
export async function latestJob(bucket: string): Promise<JobStatus> {
  const [newest] = await keysBelow(bucket, "index/");
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: `jobs/${newest!.slice(-26)}/status.json` }));
  return JSON.parse(await Body!.transformToString()) as JobStatus;
}

export async function empty(bucket: string): Promise<void> {
  for (;;) {
    const keys = await keysBelow(bucket, "");
    if (keys.length === 0) return;
    await s3().send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
  }
}
