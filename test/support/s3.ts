import { DeleteObjectsCommand, ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";

/** What tests look for in a bucket, past Firecrest's own store. The emulator's address is in the environment. */
const s3 = () => new S3Client({ forcePathStyle: true });

export async function keysBelow(bucket: string, prefix: string): Promise<readonly string[]> {
  const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return Contents.map(({ Key }) => Key ?? "");
}

/** Keys of uploads that nobody has completed or aborted. */
export async function openUploads(bucket: string): Promise<readonly string[]> {
  const { Uploads = [] } = await s3().send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return Uploads.map(({ Key }) => Key ?? "");
}

export async function empty(bucket: string): Promise<void> {
  for (;;) {
    const keys = await keysBelow(bucket, "");
    if (keys.length === 0) return;
    await s3().send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
  }
}
