import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { localStackUnavailable, sharedLocalStack } from "../support/localstack.ts";

test.skipIf(localStackUnavailable())("an object that was put is there to get", async () => {
  const { endpoint } = await sharedLocalStack();
  const s3 = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await s3.send(new CreateBucketCommand({ Bucket: "start" }));
  await s3.send(new PutObjectCommand({ Bucket: "start", Key: "a", Body: "b" }));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "start", Key: "a" }));
  expect(await Body?.transformToString()).toBe("b");
});
