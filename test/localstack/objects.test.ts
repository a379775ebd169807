import { connect } from "node:net";
import type { Readable } from "node:stream";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { type EmulatedAws, emulatedAws, PATIENCE_MS } from "../support/emulated-aws.ts";
import { describeOnLocalStack, START_MS, sharedLocalStack } from "../support/localstack.ts";

const Bucket = "objects";

describeOnLocalStack("the object store", { timeout: PATIENCE_MS }, () => {
  let aws: EmulatedAws;

  beforeAll(async () => {
    aws = emulatedAws((await sharedLocalStack()).endpoint);
    await aws.s3.send(new CreateBucketCommand({ Bucket }));
  }, START_MS);

  const statusOf = (sent: Promise<unknown>): Promise<number> =>
    sent.then(
      () => 200,
      (error) => error.$metadata.httpStatusCode,
    );

  test("lets one of many put an object if absent", async () => {
    const puts = Array.from({ length: 20 }, (_, i) => new PutObjectCommand({ Bucket, Key: "race", Body: `${i}`, IfNoneMatch: "*" }));
    const statuses = await Promise.all(puts.map((put) => statusOf(aws.s3.send(put))));
    expect(statuses.toSorted()).toEqual([200, ...Array(19).fill(412)]);
  });

  test("keeps an object whole whose writers and readers go away in the middle", async () => {
    const Key = "left";
    const body = "b".repeat(400_000);
    await aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: body }));
    const { hostname, port } = new URL((await sharedLocalStack()).endpoint);
    const head = `PUT /${Bucket}/${Key} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: ${body.length}\r\n\r\n`;
    const leave = (afterMs: number) =>
      new Promise<void>((resolve) => {
        const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(head + body));
        socket.on("error", () => {});
        setTimeout(() => resolve(void socket.destroy()), afterMs);
      });
    for (let round = 0; round < 5; round++) {
      const reads = Array.from({ length: 4 }, () => aws.s3.send(new GetObjectCommand({ Bucket, Key })));
      await Promise.all([...reads.map(async (read) => ((await read).Body as Readable).destroy()), ...[1, 3, 6, 10, 15, 20].map(leave)]);
    }
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
    expect((await Body!.transformToString()) === body).toBe(true);
  });

  test("gives the old object or the new one to who reads while it is replaced", async () => {
    const Key = "growing";
    const put = (size: number) => aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: `<${"x".repeat(size)}>` }));
    await put(0);
    const reads: Promise<string>[] = [];
    for (let size = 100; size <= 4_000; size += 100) {
      const writing = put(size);
      for (let reader = 0; reader < 3; reader++)
        reads.push(
          aws.s3.send(new GetObjectCommand({ Bucket, Key, Range: "bytes=0-99999" })).then(({ Body }) => Body!.transformToString()),
        );
      await writing;
    }
    expect((await Promise.all(reads)).filter((text) => !/^<x*>$/.test(text))).toEqual([]);
  });

  test("replaces an object only if it is the one that was read", async () => {
    const put = (condition: { IfMatch?: string }) =>
      aws.s3.send(new PutObjectCommand({ Bucket, Key: "swap", Body: `${Math.random()}`, ...condition }));
    const { ETag } = await put({});
    expect(await statusOf(put({ IfMatch: ETag! }))).toBe(200);
    expect(await statusOf(put({ IfMatch: ETag! }))).toBe(412);
  });

  test("shows a multipart upload when it is complete, and completes it if absent once", async () => {
    const upload = async () => {
      const { UploadId } = await aws.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
      const { ETag } = await aws.s3.send(new UploadPartCommand({ Bucket, Key: "parts", UploadId, PartNumber: 1, Body: "the part" }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      return () => aws.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "parts", UploadId, MultipartUpload, IfNoneMatch: "*" }));
    };
    const [first, second] = [await upload(), await upload()];
    const get = (Range: string) => aws.s3.send(new GetObjectCommand({ Bucket, Key: "parts", Range }));
    expect(await statusOf(get("bytes=0-"))).toBe(404);
    expect([await statusOf(first()), await statusOf(second())]).toEqual([200, 412]);
    expect(await (await get("bytes=4-")).Body?.transformToString()).toBe("part");
    expect(await statusOf(get("bytes=8-"))).toBe(416);
  });
});
